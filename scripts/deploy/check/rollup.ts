import type { Provider } from "ethers";

import { policyState, type PolicyState } from "#chain/admin/policies.ts";
import { Directory__factory, OperatorTables__factory } from "#chain/contracts.ts";
import { readInstalled } from "#chain/facts.ts";
import { entriesOf } from "#chain/hub/entries.ts";
import { readTable } from "#chain/hub/tables.ts";
import { chainId } from "#protocol/types.ts";

import type { HubBook, RollupBook } from "../addressBook.ts";
import { hubEndConstruction, rollupEndConstruction } from "../bridge.ts";
import type { BridgeConfig, NetworkConfig, RollupConfig } from "../config/schema.ts";
import { ROLLUP_ORDER, rollupConstructions } from "../rollup.ts";
import { policyWishes } from "../steps/policyWishes.ts";
import { carriageOf, rollupParametersOf } from "../steps/rollup.ts";
import { compareCode, releaseFor } from "./code.ts";
import type { Comparison } from "./difference.ts";
import type { NamedRelease } from "./release.ts";

/** The hub and a rollup, opened. */
export interface Chains {
  readonly hub: Provider;
  readonly rollup: Provider;
}

/** Where everything of both is. */
export interface Books {
  readonly hub: HubBook;
  readonly rollup: RollupBook;
}

/**
 * Compares a rollup with what it should be: code and immutables of its contracts and of both ends of its bridge, its policy, and
 * how fresh its tables and its directory are.
 *
 * @param comparison - Takes what differs.
 * @param chains - The hub and the rollup.
 * @param config - What should be.
 * @param wanted - The rollup in it.
 * @param books - Where the contracts are.
 * @param releases - What they may be of.
 */
export async function compareRollup(
  comparison: Comparison,
  chains: Chains,
  config: NetworkConfig,
  wanted: RollupConfig,
  books: Books,
  releases: readonly NamedRelease[],
): Promise<void> {
  const { name, contracts, bridge } = books.rollup;
  const release = releaseFor(releases, "Gateway", await chains.rollup.getCode(contracts.gateway));
  const parameters = {
    ...rollupParametersOf(config, wanted, { chains: new Map(), hub: undefined, policies: new Map() }),
    serviceManager: books.hub.contracts.serviceManager,
  };
  const receiver = bridge === undefined ? {} : { canonicalReceiver: bridge.rollupEnd };
  const { canonicalReceiver: _, ...others } = parameters;
  const constructions = rollupConstructions({ ...others, ...receiver }, contracts);
  for (const subject of ROLLUP_ORDER) {
    const construction = constructions[subject];
    await compareCode(
      comparison,
      chains.rollup,
      { chain: name, subject, at: contracts[subject], construction },
      release,
    );
  }
  comparison.fields(name, "bridge", { stack: bridge?.stack }, { stack: wanted.bridge?.stack });
  if (wanted.bridge !== undefined) await compareEnds(comparison, chains, wanted.bridge, books, release);
  if (comparison.result.differences.some(({ chain, field }) => chain === name && field === "code")) return;
  const { fromBlock } = books.rollup;
  comparePolicy(comparison, name, config, wanted, await policyState(chains.rollup, contracts, { fromBlock }));
  await compareTables(comparison, chains, books);
  await compareDirectory(comparison, chains, books);
}

async function compareEnds(
  comparison: Comparison,
  chains: Chains,
  wanted: BridgeConfig,
  { hub, rollup: { name, chainId: id, contracts, bridge } }: Books,
  release: NamedRelease,
) {
  if (bridge?.stack !== wanted.stack) return;
  const plan = { ...bridge, gateway: contracts.gateway };
  const parameters = { ...wanted, carriage: carriageOf(wanted), hub: hub.contracts, rollupChainId: chainId(id) };
  const ends = [
    { provider: chains.hub, chain: "hub", subject: `hub's end of ${name}`, at: bridge.hubEnd },
    { provider: chains.rollup, chain: name, subject: "rollup's end", at: bridge.rollupEnd },
  ];
  const constructions = [hubEndConstruction(plan, parameters), rollupEndConstruction(plan, parameters.carriage)];
  for (const [at, { provider, ...end }] of ends.entries()) {
    const construction = constructions[at];
    if (construction !== undefined) await compareCode(comparison, provider, { ...end, construction }, release);
  }
}

function comparePolicy(
  comparison: Comparison,
  name: string,
  config: NetworkConfig,
  wanted: RollupConfig,
  state: PolicyState,
) {
  const { owner } = wanted.policy;
  comparison.fields(name, "policy", { ...state }, { owner, pendingOwner: undefined });
  const wishes = policyWishes(config, wanted);
  for (const { chainId: id, policy: found, announced } of state.sources) {
    const wish = wishes.find((one) => one.chainId === id);
    if (found === undefined || wish === undefined) continue;
    const subject = `policy of ${wish.source ?? "later sources"}`;
    const required = { ...wish.policy, announced: undefined };
    comparison.fields(name, subject, { ...found, announced: announced?.policy }, required);
  }
}

/** Every set that speaks here: its newest epoch is the hub's, and not over; and that one, and the first, are the very tables of the hub. */
async function compareTables(comparison: Comparison, chains: Chains, { hub, rollup }: Books) {
  const tables = OperatorTables__factory.connect(rollup.contracts.operatorTables, chains.rollup);
  const now = BigInt((await chains.rollup.getBlock("latest"))?.timestamp ?? 0);
  const first = (await tables.firstEpochs()).map(([set, epoch]) => ({ set: Number(set), epoch: Number(epoch) }));
  for (const set of new Set(first.map((one) => one.set))) {
    const newest = Number(await tables.newestEpoch(set));
    const [{ validFrom, validitySeconds }, frozenAt, table] = await Promise.all([
      tables.epoch(set, newest),
      tables.frozenAt(set),
      readTable(chains.hub, hub, set),
    ]);
    comparison.fields(
      rollup.name,
      `table of set ${set}`,
      { "newest epoch": newest, "is over": validFrom + validitySeconds < now, frozen: frozenAt !== 0n },
      { "newest epoch": table?.statement.epoch, "is over": false, frozen: false },
    );
    const own = first.filter((one) => one.set === set).map(({ epoch }) => epoch);
    for (const epoch of new Set([...own, newest])) await compareTable(comparison, chains, { hub, rollup }, set, epoch);
  }
}

/** A number alone says little: whoever has a quorum can install another table under the one that the hub gives to its next. */
async function compareTable(comparison: Comparison, chains: Chains, books: Books, set: number, epoch: number) {
  const { name, contracts } = books.rollup;
  const [found, hubs] = await Promise.all([
    readInstalled(chains.rollup, contracts.operatorTables, set, epoch),
    readTable(chains.hub, books.hub, set, epoch),
  ]);
  const { tableHash, validFrom, validUntil } = { ...NO_TABLE, ...hubs?.statement };
  const required = { tableHash, validFrom, validUntil };
  comparison.fields(name, `table of set ${set}, epoch ${epoch}`, { ...found?.statement }, required);
}

const NO_TABLE = { tableHash: undefined, validFrom: undefined, validUntil: undefined };

/** Every entry of the registry is in the directory, in its present version, and no other chain's is. */
async function compareDirectory(comparison: Comparison, chains: Chains, { hub, rollup }: Books) {
  const directory = Directory__factory.connect(rollup.contracts.directory, chains.rollup);
  const entries = await entriesOf(chains.hub, hub);
  for (const entry of entries) {
    const found = await directory.entry(entry.chainId);
    const { gateway, operatorSetId, status, finality, refutable, version } = entry;
    comparison.fields(rollup.name, `directory entry of chain ${String(entry.chainId)}`, found, {
      ...{ gateway, operatorSetId, status, finality, refutable, version },
    });
  }
  const registered = new Set<bigint>(entries.map((entry) => entry.chainId));
  for (const id of await directory.chainIds()) {
    const isRegistered = { "in the registry": registered.has(id) };
    comparison.fields(rollup.name, `directory entry of chain ${String(id)}`, isRegistered, { "in the registry": true });
  }
}
