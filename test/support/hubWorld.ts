import { MAINNET_NOTICES } from "#deploy/hub.ts";
import { DEFAULT_POLICY, DEFAULT_WINDOWS, gatewayAddress } from "#deploy/rollup.ts";
import type { Clock } from "#nodes/shared/clock.ts";
import { elementAt } from "#protocol/errors.ts";
import type { Rollup as Entry } from "#protocol/statements.ts";
import { address, chainId, type Address } from "#protocol/types.ts";

import type { Asset } from "./eigenlayer/eigenLayer.ts";
import type { Operator } from "./eigenlayer/operator.ts";
import { startOwn } from "./eigenlayer/own.ts";
import { Hub, WAD, type HubEpoch } from "./hub.ts";
import { QuickRoad } from "./quickRoad.ts";
import { Rollup, startChain, type Chain } from "./rollup.ts";
import type { World } from "./world.ts";

/** The hub's end of every rollup's canonical bridge: nobody asks it here. */
const BRIDGE = address(`0x${"b1".repeat(20)}`);
export const STAKE = 100n * WAD;

/** A hub on our own EigenLayer whose registry and newest table two rollups were deployed with. */
export interface HubWorld extends World {
  readonly hub: Hub;
  readonly setId: number;
  readonly asset: Asset;
  /** All with the same stake; their rows are in this order. */
  readonly members: readonly Operator[];
  /** The epoch that the rollups were deployed with. */
  readonly epoch: HubEpoch;
  /** The hub's time: it is far ahead of this machine's, because blocks had to pass. */
  readonly clock: ChainClock;
}

/** A hub's world whose rollups have a slow road each. */
export interface RoadWorld extends HubWorld {
  /** In the order of the rollups. */
  readonly roads: readonly QuickRoad[];
}

/** Builds it with four members, and with roads on which nothing takes time. */
export async function roadWorld(): Promise<RoadWorld> {
  const roads: QuickRoad[] = [];
  const found = await hubWorld(async (hub, chain) => {
    const road = await QuickRoad.begin(hub, chain);
    roads.push(road);
    return road;
  });
  return { ...found, roads };
}

/** Builds it with four members. */
export async function hubWorld(begin?: (hub: Hub, chain: Chain) => Promise<QuickRoad>): Promise<HubWorld> {
  const eigenLayer = await startOwn("1.13");
  const notices = { ...MAINNET_NOTICES, first: 60, change: 60, pace: 1 };
  const hub = await Hub.deploy(eigenLayer, { notices });
  const asset = elementAt(eigenLayer.assets, 0);
  const setId = await hub.createSet({ counted: [{ asset, multiplier: WAD }], minimumWeight: WAD });
  const members: Operator[] = [];
  for (const name of ["ada", "ben", "cyd", "dee"]) members.push(await hub.member(name, setId, [asset, STAKE]));
  const epoch = await hub.build(setId);

  const startsAt = Number(await hub.now());
  const chains = await Promise.all([1_001, 1_002].map((id) => startChain(id, startsAt)));
  const entries: Entry[] = [];
  const roads: (QuickRoad | undefined)[] = [];
  for (const chain of chains) {
    const road = await begin?.(hub, chain);
    roads.push(road);
    const gateway = road?.plan.gateway ?? (await nextGateway(chain));
    entries.push(await register({ hub, setId, members }, chain.chainId, gateway, road?.plan.hubEnd));
  }
  const rollups: Rollup[] = [];
  for (const [at, chain] of chains.entries()) {
    const canonicalReceiver = await roads[at]?.arrive();
    rollups.push(
      await Rollup.deploy(chain, {
        ...hub.domain,
        ...DEFAULT_WINDOWS,
        owner: address(elementAt(chain.signers, 0).address),
        directorySetId: setId,
        firstEntries: entries,
        firstTables: [{ table: epoch.statement, rows: epoch.rows }],
        defaultPolicy: DEFAULT_POLICY,
        ...(canonicalReceiver === undefined ? {} : { canonicalReceiver }),
      }),
    );
  }
  const { validFrom, validUntil } = epoch.statement;
  const committee = hub.committee(epoch, members);
  const clock = chainClock(eigenLayer.chain);
  await clock.follow();
  const [alpha, beta] = [elementAt(rollups, 0), elementAt(rollups, 1)];
  return { hub, setId, asset, members, epoch, clock, rollups, alpha, beta, committee, validFrom, validUntil };
}

/** Has an entry proposed, accepted, opted in to and applied, and returns it as the registry has it. */
export async function register(
  { hub, setId, members }: Pick<HubWorld, "hub" | "setId" | "members">,
  id: bigint,
  gateway: Address,
  bridge = BRIDGE,
): Promise<Entry> {
  const { registry, eigenLayer, parameters } = hub;
  const [owner, registrar] = [elementAt(eigenLayer.chain.signers, 5), elementAt(eigenLayer.chain.signers, 4)];
  const proposal = {
    chainId: id,
    gateway,
    operatorSetId: setId,
    finality: 3,
    refutable: true,
    bridge,
    refuteWad: WAD / 10n,
    softWad: 0n,
    metadataURI: "",
  };
  const proposalId = await registry.connect(owner).propose.staticCall(proposal);
  await registry.connect(owner).propose(proposal);
  await registry.connect(registrar).accept(proposalId);
  for (const { signer } of members) await registry.connect(signer).optIn(id, gateway, bridge, true);
  await hub.pass(parameters.notices.change);
  // Only what a table says that lasts counts.
  const newest = await hub.tableBuilder.newestEpoch(setId);
  const { validUntil } = await hub.tableBuilder.epoch(setId, newest);
  if (validUntil <= (await hub.now())) await hub.build(setId);
  await registry.applyAccepted(id);
  return presentEntry(hub, id);
}

/** An entry as the registry has it now. */
export async function presentEntry({ registry }: Hub, id: bigint): Promise<Entry> {
  const { gateway, operatorSetId, status, finality, refutable, version } = await registry.entryOf(id);
  return {
    chainId: chainId(id),
    gateway: address(gateway),
    operatorSetId: Number(operatorSetId),
    status: Number(status),
    finality: Number(finality),
    refutable,
    version,
  };
}

/** Lets the present epoch come to its lead, on the hub and on the rollups alike. */
export async function passEpoch({ hub, rollups, epoch, clock }: HubWorld): Promise<void> {
  const left = epoch.statement.validUntil - BigInt(hub.windows.lead) - (await hub.now());
  await hub.pass(left);
  for (const { helpers } of rollups) await helpers.time.increase(left);
  await clock.follow();
}

/** The time of a chain's latest block, and of later on this machine: what a node's clock is told in such a world. */
export interface ChainClock extends Clock {
  /** Asks the chain anew, after its time was moved. */
  follow(): Promise<void>;
}

function chainClock({ helpers }: Pick<Chain, "helpers">): ChainClock {
  let aheadMs = 0;
  return {
    follow: async () => {
      aheadMs = (await helpers.time.latest()) * 1_000 - Date.now();
    },
    nowSeconds: () => BigInt(Math.floor((Date.now() + aheadMs) / 1_000)),
    nowMs: () => Date.now(),
  };
}

async function nextGateway({ signers }: Chain): Promise<Address> {
  const deployer = elementAt(signers, 0);
  return gatewayAddress(address(deployer.address), await deployer.getNonce());
}
