import type { ContractTransaction, Provider, Signer } from "ethers";

import { NO_DIVERGENCE } from "#protocol/evidence/divergence.ts";
import type { Evidence, Speech, Utterance } from "#protocol/evidence/evidence.ts";

import type { Accused } from "./cases.ts";
import { HubError } from "./errors.ts";
import { hubAt, type HubSite } from "./site.ts";

/**
 * @param runner - The hub.
 * @param site - Where the slasher is.
 * @param evidence - What a case rests on.
 * @param against - Somebody who signed both; not needed for a single speech.
 * @returns The very call that opens the case; not sent.
 */
export function chargeCall(
  runner: Provider | Signer,
  site: HubSite,
  { speeches, divergence = NO_DIVERGENCE, refutation }: Evidence,
  against: Pick<Accused, "rowA" | "rowB">,
): Promise<ContractTransaction> {
  const { slasher } = hubAt(site, runner);
  const [a, b] = speeches;
  const culprit = { rowA: against.rowA, rowB: against.rowB };
  if (b === undefined) {
    if (refutation === undefined) return chargeOfLie(slasher, a);
    if (a.statement.kind !== "Page") throw new HubError("InvalidAnswer", `no gateway refutes a ${a.statement.kind}`);
    return slasher.accuseFalsePage.populateTransaction(speechOf(a), a.statement.content, refutation);
  }
  const [one, other] = [a.statement, b.statement];
  const [speechA, speechB] = [speechOf(a), speechOf(b)];
  if (one.kind === "Page" && other.kind === "Page") {
    const { content: pageA } = one;
    return slasher.accusePages.populateTransaction(speechA, pageA, speechB, other.content, divergence, culprit);
  }
  if (one.kind === "Table" && other.kind === "Table") {
    return slasher.accuseTables.populateTransaction(speechA, one.content, speechB, other.content, culprit);
  }
  if (one.kind === "Rollup" && other.kind === "Rollup") {
    return slasher.accuseEntries.populateTransaction(speechA, one.content, speechB, other.content, culprit);
  }
  throw new HubError("InvalidAnswer", `a ${one.kind} and a ${other.kind} contradict nothing`);
}

/** A speech as contracts take it. */
export function speechOf({ certificate, batchProof }: Utterance): Speech {
  return { certificate, batchProof };
}

type Slasher = ReturnType<typeof hubAt>["slasher"];

function chargeOfLie(slasher: Slasher, utterance: Utterance): Promise<ContractTransaction> {
  const { statement } = utterance;
  const speech = speechOf(utterance);
  switch (statement.kind) {
    case "Page":
      return slasher.accuseStranger.populateTransaction(speech, statement.content);
    case "Table":
      return slasher.accuseFalseTable.populateTransaction(speech, statement.content);
    case "Rollup":
      return slasher.accuseFalseEntry.populateTransaction(speech, statement.content);
    case "Halt":
      throw new HubError("InvalidAnswer", "nobody is guilty of a halt");
  }
}
