import type { Provider } from "ethers";

import { entriesOf, entryOf } from "#chain/hub/entries.ts";
import { fractionsOf } from "#chain/hub/fractions.ts";
import { isIdOf } from "#chain/hub/proposalIds.ts";
import { activation, openProposals, timeOf, type Proposal } from "#chain/hub/proposals.ts";
import { hubAt, type HubSite } from "#chain/hub/site.ts";
import { readTable } from "#chain/hub/tables.ts";
import { address, chainId, type Bytes32 } from "#protocol/types.ts";
import { Shaper__factory } from "#types/factories/contracts/hub/Shaper__factory.ts";

import type { NetworkConfig, RollupConfig } from "../config/schema.ts";
import { DeployError } from "../errors.ts";
import type { ActualEntry, ActualHub, Announced, Artifacts, SetShape } from "./actual.ts";
import { plannedHub } from "./addresses.ts";
import { ACTIVE, isMeant, needsNoProposal, proposalFor } from "./registry.ts";
import { missingSetCalls, newestSetCalls } from "./sets.ts";
import { MOST_TIMES, reshapings } from "./shapes.ts";
import { DONE, type ShaperCall } from "./shaper.ts";

/** With what the hub is read. */
interface HubOptions {
  readonly artifacts: Artifacts;
  /** The block before which nothing of ours was there. */
  readonly fromBlock: number;
}

/**
 * @param config - A network.
 * @returns Where its hub's contracts and EigenLayer's are.
 */
export function siteOf(config: NetworkConfig): HubSite {
  return { contracts: plannedHub(config), eigenLayer: config.hub.eigenLayer };
}

/**
 * @param config - A network whose hub is there.
 * @param provider - The hub.
 * @param options - With what it is read.
 * @returns What its contracts say. Events are read only where a proposal is looked for.
 */
export async function readHub(
  config: NetworkConfig,
  provider: Provider,
  { artifacts, fromBlock }: HubOptions,
): Promise<ActualHub> {
  const site = siteOf(config);
  const [time, setCount] = await Promise.all([timeOf(provider), hubAt(site, provider).serviceManager.setCount()]);
  const sets = config.hub.operatorSets.map((_, index) => index + 1);
  const [{ shapes, announced }, tables, entries, rollups] = await Promise.all([
    readSets(config, provider, artifacts, Number(setCount)),
    Promise.all(sets.map(async (set) => readTable(provider, site, set))),
    entriesOf(provider, site),
    Promise.all(
      Object.entries(config.rollups).map(async ([name, rollup]): Promise<[string, ActualEntry]> => [
        name,
        await readEntry(config, rollup, provider, { fromBlock, time }),
      ]),
    ),
  ]);
  return {
    ...{ time, setCount: Number(setCount), shapes, announced, entries },
    tables: tables.filter((table) => table !== undefined),
    rollups: new Map(rollups),
  };
}

async function readSets(
  config: NetworkConfig,
  provider: Provider,
  artifacts: Artifacts,
  setCount: number,
): Promise<Pick<ActualHub, "shapes" | "announced">> {
  const { serviceManager } = hubAt(siteOf(config), provider);
  const timelock = Shaper__factory.connect(plannedHub(config).shaper, provider);
  const there = config.hub.operatorSets.slice(0, setCount).map((_, index) => index + 1);
  const [least, shapes] = await Promise.all([
    timelock.LEAST_SECONDS(),
    Promise.all(
      there.map(async (set): Promise<SetShape> => {
        const { strategies, minimumWeight, hasAllowList } = await serviceManager.parametersOf(set);
        const counted = strategies.map(({ strategy, multiplier }) => ({ strategy: address(strategy), multiplier }));
        return { strategies: counted, minimumWeight, hasAllowList };
      }),
    ),
  ]);
  const stateOf = async ({ id }: ShaperCall): Promise<readonly [Bytes32, Announced]> => {
    const readyAt = await timelock.getTimestamp(id);
    return [id, { readyAt, lapsesAfter: readyAt + least }];
  };
  /** Those that were carried out, and the first that was not: that is the one to go on with. */
  const upToFirstOpen = async (call: (time: number) => ShaperCall) => {
    const found: (readonly [Bytes32, Announced])[] = [];
    for (let time = 0; time < MOST_TIMES; time++) {
      const state = await stateOf(call(time));
      found.push(state);
      if (state[1].readyAt !== DONE) break;
    }
    return found;
  };
  /** Of the missing sets, in each way in which they may have been announced. */
  const readCreations = async () => {
    const newest = await Promise.all(newestSetCalls(config, artifacts, setCount).map(stateOf));
    const ways = missingSetCalls(config, artifacts, { setCount, announced: new Map(newest) });
    return [...newest, ...(await Promise.all(ways.flat().map(stateOf)))];
  };
  const [creations, changes] = await Promise.all([
    readCreations(),
    Promise.all(reshapings(config, artifacts, shapes).map(async ({ call }) => upToFirstOpen(call))),
  ]);
  return { shapes, announced: new Map([...creations, ...changes.flat()]) };
}

async function readEntry(
  config: NetworkConfig,
  rollup: RollupConfig,
  provider: Provider,
  { fromBlock, time }: { readonly fromBlock: number; readonly time: bigint },
): Promise<ActualEntry> {
  const site = siteOf(config);
  const id = chainId(rollup.chainId);
  const [entry, accepted] = await Promise.all([entryOf(provider, site, id), activation(provider, site, id)]);
  const isActive = entry?.status === ACTIVE;
  const fractions = isActive ? await fractionsOf(provider, site, entry, time) : undefined;
  const wanted = proposalFor(config, rollup, fractions?.held);
  const proposal = accepted.accepted?.proposal;
  const isSettled = needsNoProposal(entry, wanted) || (proposal !== undefined && isMeant(entry, proposal, wanted));
  const open = isSettled ? [] : await openProposals(provider, site, id, fromBlock);
  const owner = isActive ? entry.owner : rollup.entry.owner;
  const proposed = open.filter((found) => found.proposer === owner && says(found.proposal, wanted, isActive));
  const [first] = proposed;
  if (first !== undefined && !isIdOf(first)) {
    const told = `the hub's endpoint says that proposal ${first.proposalId} for chain ${id} is the owner's`;
    throw new DeployError("ForgedProposal", `${told}, but its id is another one's`);
  }
  return { entry, fractions, activation: accepted, proposed };
}

/** Anybody may propose anything: only what the configuration says is taken for it. What lies take binds nothing in a change. */
function says(found: Proposal, wanted: Proposal, isChange: boolean): boolean {
  const said = (of: Proposal) => [
    ...[of.chainId, of.gateway, of.operatorSetId, of.finality, of.refutable, of.bridge, of.metadataURI],
    ...(isChange ? [] : [of.refuteWad, of.softWad]),
  ];
  const required = said(wanted);
  return said(found).every((value, index) => value === required[index]);
}
