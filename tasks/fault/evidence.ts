import { readFile } from "node:fs/promises";

import type { Evidence } from "#protocol/evidence/evidence.ts";
import type { Verdict } from "#protocol/evidence/verdict.ts";

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
  const [{ evidenceSchema }, { judge }, { mclVerifier }, { parse }] = await Promise.all([
    import("#protocol/evidence/evidence.ts"),
    import("#protocol/evidence/verdict.ts"),
    import("#protocol/blsMcl.ts"),
    import("#protocol/schemas.ts"),
  ]);
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
  const evidence = parse(evidenceSchema, document);
  return { evidence, verdict: judge(evidence, await mclVerifier()) };
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
    `${fault} of set ${operatorSetId}, ${epochs}: signatures, inclusion and contradiction hold`,
    ...new Set(speakers.map(({ epoch, tableHash }) => `  table of epoch ${epoch}: ${tableHash}`)),
    ...culprits.map(({ rowA, rowB }) => `  guilty: row ${rowA}${rowA === rowB ? "" : `, later row ${rowB}`}`),
  ];
}
