import { keccak256, type Provider } from "ethers";

import { entriesOf, entryOf } from "#chain/hub/entries.ts";
import { activation, openProposals, timeOf, type OpenProposal, type Proposal } from "#chain/hub/proposals.ts";
import { hubAt, type HubSite } from "#chain/hub/site.ts";
import { readTable } from "#chain/hub/tables.ts";
import { chainId, type Address, type Bytes32 } from "#protocol/types.ts";
import { Shaper__factory } from "#types/factories/contracts/hub/Shaper__factory.ts";

import type { NetworkConfig, RollupConfig } from "../config/schema.ts";
import { CREATE_X, CREATE_X_CODE_HASH, CREATE_X_DEPLOYER } from "../createX.ts";
import { DeployError } from "../errors.ts";
import { HUB_ORDER } from "../hub.ts";
import { ROLLUP_ORDER } from "../rollup.ts";
import type { Actual, ActualChain, ActualEntry, ActualHub, Announced, Artifacts } from "./actual.ts";
import { plannedHub, plannedRollup } from "./addresses.ts";
import { hasSpoken, proposalFor } from "./registry.ts";
import { setCalls } from "./sets.ts";

/** Chains by `hub` and names of rollups. */
export type Providers = ReadonlyMap<string, Provider>;

/** Where and what is read. */
export interface ReadOptions {
  readonly providers: Providers;
  readonly artifacts: Artifacts;
  /** The hub's block before which nothing of ours was there. */
  readonly fromBlock: number;
}

/**
 * Reads what there is of a network. Chains are asked anew each time: what they say decides what is sent, and no file does.
 *
 * @param config - What should be.
 * @param options - Where and what.
 * @returns What is there; throws {@link DeployError} where somebody else's code is in CreateX's place.
 */
export async function readActual(config: NetworkConfig, options: ReadOptions): Promise<Actual> {
  const hubContracts = plannedHub(config);
  const planned = new Map<string, Address[]>([["hub", HUB_ORDER.map((name) => hubContracts[name])]]);
  for (const [name, rollup] of Object.entries(config.rollups)) {
    const { contracts, bridge } = plannedRollup(config, rollup);
    planned.get("hub")?.push(bridge.hubEnd);
    planned.set(name, [...ROLLUP_ORDER.map((contract) => contracts[contract]), bridge.rollupEnd]);
  }
  const chains = new Map(
    await Promise.all(
      [...planned].map(async ([name, addresses]): Promise<[string, ActualChain]> => [
        name,
        await readChain(name, providerOf(options.providers, name), addresses),
      ]),
    ),
  );
  const there = chains.get("hub")?.there;
  const isHubThere = HUB_ORDER.every((name) => there?.has(hubContracts[name]));
  return { chains, hub: isHubThere ? await readHub(config, options) : undefined };
}

/**
 * @param providers - Chains by name.
 * @param name - One of them.
 * @returns Its provider.
 */
export function providerOf(providers: Providers, name: string): Provider {
  const found = providers.get(name);
  if (found === undefined) throw new Error(`${name} was not opened`);
  return found;
}

/**
 * @param config - A network.
 * @returns Where its hub's contracts and EigenLayer's are.
 */
export function siteOf(config: NetworkConfig): HubSite {
  return { contracts: plannedHub(config), eigenLayer: config.hub.eigenLayer };
}

async function readChain(name: string, provider: Provider, addresses: readonly Address[]): Promise<ActualChain> {
  const [codes, createX, createXFunds] = await Promise.all([
    Promise.all(addresses.map(async (at) => provider.getCode(at))),
    provider.getCode(CREATE_X),
    provider.getBalance(CREATE_X_DEPLOYER),
  ]);
  const hasCreateX = createX !== "0x";
  if (hasCreateX && keccak256(createX) !== CREATE_X_CODE_HASH) {
    throw new DeployError(
      "NotCreateX",
      `${name}: what is at ${CREATE_X} has code ${keccak256(createX)}, not CreateX's`,
    );
  }
  return { there: new Set(addresses.filter((_, index) => codes[index] !== "0x")), hasCreateX, createXFunds };
}

async function readHub(config: NetworkConfig, { providers, artifacts, fromBlock }: ReadOptions): Promise<ActualHub> {
  const provider = providerOf(providers, "hub");
  const site = siteOf(config);
  const ids = setCalls(config, artifacts).map(({ id }) => id);
  const sets = config.hub.operatorSets.map((_, index) => index + 1);
  const [time, setCount, announced, tables, entries, rollups] = await Promise.all([
    timeOf(provider),
    hubAt(site, provider).serviceManager.setCount(),
    readAnnounced(plannedHub(config).shaper, provider, ids),
    Promise.all(sets.map(async (set) => readTable(provider, site, set))),
    entriesOf(provider, site),
    Promise.all(
      Object.entries(config.rollups).map(async ([name, rollup]): Promise<[string, ActualEntry]> => [
        name,
        await readEntry(config, rollup, provider, fromBlock),
      ]),
    ),
  ]);
  return {
    ...{ time, setCount: Number(setCount), announced, entries },
    tables: tables.filter((table) => table !== undefined),
    rollups: new Map(rollups),
  };
}

async function readAnnounced(shaper: Address, provider: Provider, ids: readonly Bytes32[]) {
  const timelock = Shaper__factory.connect(shaper, provider);
  const least = await timelock.LEAST_SECONDS();
  return new Map(
    await Promise.all(
      ids.map(async (id): Promise<[Bytes32, Announced]> => {
        const readyAt = await timelock.getTimestamp(id);
        return [id, { readyAt, lapsesAfter: readyAt + least }];
      }),
    ),
  );
}

async function readEntry(
  config: NetworkConfig,
  rollup: RollupConfig,
  provider: Provider,
  fromBlock: number,
): Promise<ActualEntry> {
  const site = siteOf(config);
  const id = chainId(rollup.chainId);
  const wanted = proposalFor(config, rollup);
  const [entry, accepted] = await Promise.all([entryOf(provider, site, id), activation(provider, site, id)]);
  const isSettled = hasSpoken(entry, wanted.gateway) || accepted.accepted?.proposal.gateway === wanted.gateway;
  const open = isSettled ? [] : await openProposals(provider, site, id, fromBlock);
  const proposed = open.filter((found) => isOurs(found, wanted, rollup.entry.owner));
  return { entry, activation: accepted, proposed };
}

/** Anybody may propose anything: only what the configuration says, by whom it says, is taken for it. */
function isOurs({ proposal, proposer }: OpenProposal, wanted: Proposal, owner: Address): boolean {
  const says = (of: Proposal) => [
    ...[of.chainId, of.gateway, of.operatorSetId, of.finality, of.refutable, of.bridge],
    ...[of.refuteWad, of.softWad, of.metadataURI],
  ];
  const required = says(wanted);
  return proposer === owner && says(proposal).every((value, index) => value === required[index]);
}
