import { readFile } from "node:fs/promises";

import type { ZodType } from "zod";

import type { Evidence } from "#protocol/evidence/evidence.ts";
import type { Fault, Verdict } from "#protocol/evidence/verdict.ts";

import { CommandError } from "../shared/errors.ts";

/** Evidence of the largest tables and the longest proofs is shorter. */
const MOST_LENGTH = 1_048_576;

/**
 * Reads an evidence file and judges it by itself.
 *
 * @param file - Where.
 * @returns The evidence and what it shows; throws where it is wrong, or which rule it breaks.
 */
export async function evidenceIn(file: string): Promise<{ readonly evidence: Evidence; readonly verdict: Verdict }> {
  const [{ judge }, { mclVerifier }] = await Promise.all([
    import("#protocol/evidence/verdict.ts"),
    import("#protocol/blsMcl.ts"),
  ]);
  const evidence = await readEvidence(file);
  return { evidence, verdict: judge(evidence, await mclVerifier()) };
}

/**
 * Reads an evidence file and judges nothing of it: half of it may be missing yet.
 *
 * @param file - Where.
 * @returns The evidence; throws where it is wrong.
 */
export async function readEvidence(file: string): Promise<Evidence> {
  const { evidenceSchema } = await import("#protocol/evidence/evidence.ts");
  return documentIn(file, evidenceSchema);
}

/**
 * Reads a document that somebody wrote down.
 *
 * @param file - Where.
 * @param schema - What it must be.
 * @returns It; throws where it is wrong.
 */
export async function documentIn<T>(file: string, schema: ZodType<T>): Promise<T> {
  const { parse } = await import("#protocol/schemas.ts");
  const text = await readFile(file, "utf8").catch(() => {
    throw new CommandError("NotFound", `${file} cannot be read`);
  });
  if (text.length > MOST_LENGTH) throw new CommandError("InvalidOption", `${file} is too long for evidence`);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new CommandError("InvalidOption", `${file} is no JSON`);
  }
  return parse(schema, document);
}

/** What of each fault is seen without anybody's word. */
const HOLDING: Readonly<Record<Fault, string>> = {
  Equivocation: "contradiction",
  FalseTable: "statement",
  FalseEntry: "statement",
  Stranger: "statement",
  FalsePage: "what the refutation says against the page",
};

/** What the hub must be asked of each, besides. */
const OPEN: Readonly<Record<Fault, readonly string[]>> = {
  Equivocation: [],
  FalseTable: ["whether the hub has another table of the epoch, or none"],
  FalseEntry: ["whether the registry has another entry of the version, or none"],
  Stranger: ["whether the page's source ever spoke for its chain"],
  FalsePage: [
    "whether the source's gateway said so, over the bridge that was recorded with it",
    "what a lie about the source took when the epoch began",
  ],
};

const HUB_KNOWS = ["whether the tables are the hub's", "whether it comes in time"];

/**
 * What a file cannot show by itself.
 *
 * @param verdict - What it shows.
 * @returns Questions, and who knows.
 */
export function openQuestions({ fault, speakers }: Verdict): string[] {
  const keys = speakers.length > 1 ? ["who changed its key between two epochs"] : [];
  return [...HUB_KNOWS, ...keys, ...OPEN[fault]];
}

/** A verdict as it is printed. */
export function verdictDocument({ fault, operatorSetId, speakers, culprits }: Verdict) {
  return {
    fault,
    operatorSetId,
    speakers: speakers.map(({ epoch, tableHash, issuedAt, signers }) => ({ epoch, tableHash, issuedAt, signers })),
    culprits,
  };
}

/** A verdict for people. */
export function verdictLines({ fault, operatorSetId, speakers, culprits }: Verdict): string[] {
  const epochs = speakers.map(({ epoch, signers }) => `epoch ${epoch} (${signers.length} signed)`).join(" and ");
  return [
    `${fault} of set ${operatorSetId}, ${epochs}: signatures, inclusion and ${HOLDING[fault]} hold`,
    ...new Set(speakers.map(({ epoch, tableHash }) => `  table of epoch ${epoch}: ${tableHash}`)),
    ...culprits.map(({ rowA, rowB }) => `  guilty: row ${rowA}${rowA === rowB ? "" : `, later row ${rowB}`}`),
  ];
}
