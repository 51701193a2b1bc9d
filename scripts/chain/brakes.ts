import type { ContractTransaction, Provider, Signer } from "ethers";

import { NO_DIVERGENCE } from "#protocol/evidence/divergence.ts";
import type { Evidence } from "#protocol/evidence/evidence.ts";
import type { Halt } from "#protocol/statements.ts";
import type { Address, ChainId } from "#protocol/types.ts";

import { OperatorTables__factory, Policy__factory } from "./contracts.ts";
import type { CertifiedFact } from "./facts.ts";
import { speechOf } from "./hub/charges.ts";
import { HubError } from "./hub/errors.ts";
import { providerOf } from "./hub/history.ts";
import { ask, submit } from "./hub/submit.ts";

/** What became of an epoch on a rollup, in the order of the contract. */
export const EPOCH_STATUSES = ["Speaking", "Frozen", "Revoked"] as const;
/** One of {@link EPOCH_STATUSES}. */
export type EpochStatus = (typeof EPOCH_STATUSES)[number];

/**
 * Silences a set on a rollup: two certificates of it, each of two thirds and usable there now, contradict each other.
 *
 * @param anybody - Who pays for it, on the rollup.
 * @param operatorTables - The rollup's tables.
 * @param evidence - Two speeches.
 * @returns The transaction's hash; throws `Refused` with the contract's reason.
 */
export async function freeze(anybody: Signer, operatorTables: Address, evidence: Evidence): Promise<string> {
  return (await submit(anybody, freezeCall(anybody, operatorTables, evidence))).hash;
}

/**
 * @param runner - The rollup.
 * @param operatorTables - Its tables.
 * @param evidence - Two speeches.
 * @returns Why the rollup would not freeze the set now; undefined where it would.
 */
export async function freezeRefusal(
  runner: Provider | Signer,
  operatorTables: Address,
  evidence: Evidence,
): Promise<string | undefined> {
  try {
    await ask(providerOf(runner).call(await freezeCall(runner, operatorTables, evidence)));
    return undefined;
  } catch (error) {
    if (error instanceof HubError && error.code === "Refused") return error.message;
    throw error;
  }
}

/**
 * @param runner - The rollup.
 * @param operatorTables - Its tables.
 * @param evidence - Two speeches.
 * @returns The very call that freezes; not sent. Throws `InvalidAnswer` for evidence that freezes nothing.
 */
export async function freezeCall(
  runner: Provider | Signer,
  operatorTables: Address,
  { speeches, divergence = NO_DIVERGENCE }: Evidence,
): Promise<ContractTransaction> {
  const tables = OperatorTables__factory.connect(operatorTables, runner);
  const [a, b] = speeches;
  if (b === undefined) throw new HubError("InvalidAnswer", "one statement contradicts nothing: a freeze needs two");
  const [one, other] = [a.statement, b.statement];
  const [speechA, speechB] = [speechOf(a), speechOf(b)];
  if (one.kind === "Page" && other.kind === "Page") {
    return tables.freezeForPages.populateTransaction(speechA, one.content, speechB, other.content, divergence);
  }
  if (one.kind === "Table" && other.kind === "Table") {
    return tables.freezeForTables.populateTransaction(speechA, one.content, speechB, other.content);
  }
  if (one.kind === "Rollup" && other.kind === "Rollup") {
    return tables.freezeForEntries.populateTransaction(speechA, one.content, speechB, other.content);
  }
  throw new HubError("InvalidAnswer", `a ${one.kind} and a ${other.kind} contradict nothing`);
}

/**
 * @param runner - A rollup.
 * @param operatorTables - Its tables.
 * @param operatorSetId - A set.
 * @returns Since when the set is frozen there; zero if it is not.
 */
export async function frozenSince(
  runner: Provider | Signer,
  operatorTables: Address,
  operatorSetId: number,
): Promise<bigint> {
  return ask(OperatorTables__factory.connect(operatorTables, runner).frozenAt(operatorSetId));
}

/**
 * @param runner - A rollup.
 * @param operatorTables - Its tables.
 * @param operatorSetId - A set.
 * @param epoch - One of its epochs.
 * @returns What became of it there; undefined where it is not installed.
 */
export async function epochStatusOf(
  runner: Provider | Signer,
  operatorTables: Address,
  operatorSetId: number,
  epoch: number,
): Promise<EpochStatus | undefined> {
  const tables = OperatorTables__factory.connect(operatorTables, runner);
  const { validFrom, status } = await ask(tables.epoch(operatorSetId, epoch));
  return validFrom === 0n ? undefined : EPOCH_STATUSES[Number(status)];
}

/**
 * Stops deliveries from a source on a rollup until the statement expires.
 *
 * @param anybody - Who pays for it, on the rollup.
 * @param policy - The rollup's policy.
 * @param fact - The certified halt.
 * @returns The transaction's hash; throws `Refused` with the contract's reason.
 */
export async function halt(
  anybody: Signer,
  policy: Address,
  { certificate, content, proof }: CertifiedFact<Halt>,
): Promise<string> {
  const contract = Policy__factory.connect(policy, anybody);
  return (await submit(anybody, contract.halt.populateTransaction(certificate, content, proof))).hash;
}

/**
 * @param runner - A rollup.
 * @param policy - Its policy.
 * @param source - A chain.
 * @returns Last second of the source's halt; zero for none.
 */
export async function haltedUntil(runner: Provider | Signer, policy: Address, source: ChainId): Promise<bigint> {
  return ask(Policy__factory.connect(policy, runner).haltedUntil(source));
}

/**
 * Tells the gateway that a halt is over, which makes deliveries cheaper.
 *
 * @param anybody - Who pays for it, on the rollup.
 * @param policy - The rollup's policy.
 * @param source - The chain that was halted.
 * @returns The transaction's hash; throws `Refused` with the contract's reason.
 */
export async function clearHalt(anybody: Signer, policy: Address, source: ChainId): Promise<string> {
  const contract = Policy__factory.connect(policy, anybody);
  return (await submit(anybody, contract.clearHalt.populateTransaction(source))).hash;
}

/**
 * Ends a source's halt at once.
 *
 * @param owner - Who owns the rollup's policy.
 * @param policy - The rollup's policy.
 * @param source - The chain that is halted.
 * @returns The transaction's hash; throws `Refused` with the contract's reason.
 */
export async function endHalt(owner: Signer, policy: Address, source: ChainId): Promise<string> {
  const contract = Policy__factory.connect(policy, owner);
  return (await submit(owner, contract.endHalt.populateTransaction(source))).hash;
}
