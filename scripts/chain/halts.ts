import { ZeroAddress, type Provider, type Signer } from "ethers";

import { statementHash, type Table } from "#protocol/statements.ts";
import { address, type Address, type ChainId } from "#protocol/types.ts";

import { epochStatusOf } from "./brakes.ts";
import { Gateway__factory, OperatorTables__factory, Policy__factory } from "./contracts.ts";
import { readInstalled } from "./facts.ts";
import { ask } from "./hub/submit.ts";

/** Where the contracts are that a halt concerns. */
export interface HaltSite {
  readonly gateway: Address;
  readonly operatorTables: Address;
  readonly policy: Address;
}

/** How a rollup hears a source: only who speaks for it halts it. */
export interface Hearing {
  readonly gateway: Address;
  readonly operatorSetId: number;
  /** Weight that halts it here. */
  readonly haltQuorumBps: number;
  /** Last second of its halt; zero for none. */
  readonly haltedUntil: bigint;
}

/** More epochs of a set never last at a time. */
const MOST_LASTING = 128;

/**
 * @param runner - A rollup.
 * @param site - Its contracts.
 * @param source - A chain.
 * @returns How it is heard there; undefined where it is not.
 */
export async function hearingOf(
  runner: Provider | Signer,
  site: Pick<HaltSite, "gateway" | "policy">,
  source: ChainId,
): Promise<Hearing | undefined> {
  const { gateway, operatorSetId } = await ask(Gateway__factory.connect(site.gateway, runner).source(source));
  if (gateway === ZeroAddress) return undefined;
  const policy = Policy__factory.connect(site.policy, runner);
  return {
    gateway: address(gateway),
    operatorSetId: Number(operatorSetId),
    haltQuorumBps: Number(await ask(policy.haltQuorumBps())),
    haltedUntil: await ask(policy.haltedUntil(source)),
  };
}

/**
 * @param provider - A rollup.
 * @param operatorTables - Its tables.
 * @param operatorSetId - A set.
 * @param now - A time.
 * @returns The set's epochs that could speak there with a batch of now, newest first.
 */
export async function speakingEpochs(
  provider: Provider,
  operatorTables: Address,
  operatorSetId: number,
  now: bigint,
): Promise<Table[]> {
  const tables = OperatorTables__factory.connect(operatorTables, provider);
  const numbers = [...(await ask(tables.lastingEpochs(operatorSetId)))].map(Number).sort((a, b) => b - a);
  const speaking: Table[] = [];
  for (const number of numbers.slice(0, MOST_LASTING)) {
    if ((await epochStatusOf(provider, operatorTables, operatorSetId, number)) !== "Speaking") continue;
    const found = await readInstalled(provider, operatorTables, operatorSetId, number);
    if (found === undefined) continue;
    const { statement } = found;
    if (statement.validFrom <= now && now <= statement.validUntil) speaking.push(statement);
  }
  return speaking;
}

/**
 * @param lists - Epochs of one set, newest first, as each of several chains has them.
 * @returns Those that all of them have just alike, newest first.
 */
export function commonEpochs(lists: readonly (readonly Table[])[]): Table[] {
  const [first = [], ...others] = lists;
  const hashOf = (content: Table) => statementHash({ kind: "Table", content });
  const hashes = others.map((list) => new Set(list.map(hashOf)));
  return first.filter((table) => hashes.every((known) => known.has(hashOf(table))));
}
