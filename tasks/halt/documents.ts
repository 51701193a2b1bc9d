import { z } from "zod";

import type { Utterance } from "#protocol/evidence/evidence.ts";
import type { HaltProposal } from "#protocol/halts/proposal.ts";
import type { Halt } from "#protocol/statements.ts";

import { documentIn } from "../fault/evidence.ts";
import { CommandError } from "../shared/errors.ts";

/** A halt that a quorum stands behind already. */
export interface CertifiedHalt extends Omit<Utterance, "statement"> {
  readonly content: Halt;
}

/** What somebody signed: the pieces that people put together, or what is certified. */
export type Signed = { readonly proposal: HaltProposal } | { readonly certified: CertifiedHalt };

/** As many as a table has rows. */
const MOST_FILES = 256;

/**
 * @param file - A file.
 * @returns The proposal in it.
 */
export async function proposalIn(file: string): Promise<HaltProposal> {
  const { haltProposalSchema } = await import("#protocol/halts/proposal.ts");
  return documentIn(file, haltProposalSchema);
}

/**
 * @param files - Signed proposals of one halt, or a single certified halt.
 * @returns What they hold together; throws `DifferentProposals` where they are not of one halt.
 */
export async function signedIn(files: readonly string[]): Promise<Signed> {
  if (files.length > MOST_FILES) throw new CommandError("InvalidOption", `FILES: ${MOST_FILES} at most`);
  const [first] = files;
  if (first === undefined) throw new CommandError("InvalidOption", "FILES: which halt?");
  if (files.length === 1 && "certificate" in (await documentIn(first, z.looseObject({})))) {
    return { certified: await certifiedIn(first) };
  }
  const { mergeProposals } = await import("#protocol/halts/proposal.ts");
  const proposals: HaltProposal[] = [];
  for (const file of files) proposals.push(await proposalIn(file));
  return { proposal: mergeProposals(proposals) };
}

async function certifiedIn(file: string): Promise<CertifiedHalt> {
  const { utteranceSchema } = await import("#protocol/evidence/evidence.ts");
  const { certificate, statement, batchProof } = await documentIn(file, utteranceSchema);
  if (statement.kind !== "Halt") throw new CommandError("InvalidOption", `a ${statement.kind} stops nothing`);
  return { certificate, content: statement.content, batchProof };
}
