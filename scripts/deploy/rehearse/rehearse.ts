import { ContractFactory } from "ethers";
import type { NetworkManager } from "hardhat/types/network";

import { buildTable } from "#chain/hub/tables.ts";
import { drain, retire } from "#chain/hub/entries.ts";
import type { Snapshot } from "#chain/snapshot/format.ts";
import { elementAt } from "#protocol/errors.ts";
import { address, chainId, type Address } from "#protocol/types.ts";

import type { NetworkConfig } from "../config/schema.ts";
import { chainsOf } from "../config/chains.ts";
import { WAD } from "../config/parts.ts";
import type { ReadArtifact } from "../construction.ts";
import { DeployError } from "../errors.ts";
import type { Workshop } from "../plan.ts";
import { siteOf } from "../steps/read.ts";
import { RehearsalChain } from "./chain.ts";
import { RehearsalClock } from "./clock.ts";
import { reportOf, type GasPrice, type PhaseReport } from "./costs.ts";
import { deployOn, dueAt } from "./deploying.ts";
import { emptied, furnish, layDown, type ReadCode } from "./grounds.ts";
import { joinAll, mintStakes, optInAll } from "./joining.ts";
import { Ledger, type Phase } from "./ledger.ts";
import { collectAll, lie, type Loss } from "./lying.ts";
import { anybodyOn, chainCalled, keyCalled, someoneCalled, type Member, type Scene } from "./scene.ts";
import { carryEntries, laneOf, passMessage } from "./speaking.ts";

/** What a rehearsal is made with. */
export interface RehearsalOptions extends Pick<Workshop, "artifacts" | "presigned"> {
  readonly network: Pick<NetworkManager, "create">;
  /** What the hub begins as: what an endpoint's chain is now, or what a snapshot holds. */
  readonly hub: { readonly url: string } | { readonly snapshot: Snapshot };
  /** Doubles and recipients. */
  readonly readArtifact: ReadArtifact;
  readonly readCode: ReadCode;
  /** Gas prices that somebody asked for, by chains; else they are assumed. */
  readonly prices: ReadonlyMap<string, bigint>;
  /** Told of every phase that begins. */
  readonly report: (phase: Phase) => void;
}

/** What a life took. */
export interface Rehearsal {
  readonly phases: readonly PhaseReport[];
  readonly prices: ReadonlyMap<string, GasPrice>;
  readonly loss: Loss;
  /** Epochs that were built and carried while the rest was waited for. */
  readonly rotations: number;
  /** The rollup that is retired in the end. */
  readonly retired: string;
}

/** Assumed where nobody asked a chain: 5 gwei on the hub, 0.05 on rollups. */
export const ASSUMED_PRICES = { hub: 5_000_000_000n, rollup: 50_000_000n } as const;

/** Parts of their whole stake; without the last of them there is a quorum. */
const SHARES = [4n, 3n, 3n] as const;
const LEAST_STAKE = 100n * WAD;
/** Ids of steps that create operator sets. */
const SETS = /^hub\/set-/;
/** More blocks than EigenLayer looks back, which an empty chain does not have behind it. */
const YOUTH_BLOCKS = 200_000;

/**
 * Plays a network's whole life on simulated chains: nothing is sent to any other, and no key is asked for.
 *
 * @param described - The network.
 * @param options - What it is made with.
 * @returns What it took; throws where something does not go as it should.
 */
export async function rehearse(described: NetworkConfig, options: RehearsalOptions): Promise<Rehearsal> {
  const config = anew(described);
  if (Object.keys(config.rollups).length < 2) throw new DeployError("NotRehearsable", "a message needs two rollups");
  const ledger = new Ledger(options.report);
  const chains = new Map<string, RehearsalChain>();
  try {
    for (const [name, { chainId: id }] of chainsOf(config)) {
      const forks = name === "hub" && "url" in options.hub ? { forks: options.hub.url } : {};
      chains.set(name, await RehearsalChain.start(options.network, { name, chainId: id, ...forks }, ledger));
    }
    const scene = await prepare(config, options, ledger, chains);
    const clock = new RehearsalClock(scene);
    const life = await live(scene, clock, await recipientOn(scene, options));
    const prices = pricesOf(config, options.prices);
    return { ...life, phases: await reportOf(ledger, chains, prices), prices, rotations: clock.rotations };
  } finally {
    for (const chain of chains.values()) await chain.close();
  }
}

/** At other addresses, because the network itself may be on the forked chain already; and founded by the rehearsal's operators. */
function anew(config: NetworkConfig): NetworkConfig {
  const { hub } = config;
  const founders = SHARES.map((_, row) => someoneCalled(nameOf(row)));
  const operatorSets = hub.operatorSets.map((set) => ({ ...set, founders: set.hasAllowList ? founders : [] }));
  const rollups = Object.entries(config.rollups).map(([name, { salt: _, ...rollup }]) => [name, rollup] as const);
  const salt = `${config.salt}/rehearsal`;
  return { ...config, salt, hub: { ...hub, operatorSets }, rollups: Object.fromEntries(rollups) };
}

function nameOf(row: number): string {
  return `operator ${row + 1}`;
}

/** The tenth part of all stake: enough for every seat, and for what every rollup's policy asks of a whole table. */
function unitOf({ rollups }: NetworkConfig, minimumWeight: bigint, multiplier: bigint): bigint {
  const asked = Object.values(rollups).map(({ policy }) => 1n << BigInt(policy.minTotalWeightLog2));
  const weights = [minimumWeight, ...asked].map((weight) => (weight * WAD) / multiplier + 1n);
  return [...weights, LEAST_STAKE].reduce((most, one) => (one > most ? one : most));
}

async function prepare(
  config: NetworkConfig,
  { hub: source, presigned, artifacts, readCode }: RehearsalOptions,
  ledger: Ledger,
  chains: ReadonlyMap<string, RehearsalChain>,
): Promise<Scene> {
  const hub = chainCalled({ chains }, "hub");
  if ("snapshot" in source) {
    const { snapshot } = source;
    if (snapshot.chainId !== config.hub.chainId) {
      throw new DeployError("WrongChain", `the snapshot is of chain ${snapshot.chainId}, not ${config.hub.chainId}`);
    }
    await layDown(hub, snapshot);
    await hub.mine(YOUTH_BLOCKS, config.hub.windows.secondsPerBlock);
  }
  await furnish(config, chains, presigned, readCode);
  const set = elementAt(config.hub.operatorSets, config.hub.directorySetId - 1);
  const { strategy, multiplier } = elementAt(set.strategies, 0);
  if ((await hub.provider.getCode(strategy)) === "0x") {
    throw new DeployError("NothingThere", `there is no strategy at ${strategy} on the hub`);
  }
  const token = await emptied(hub, strategy, readCode);
  const unit = unitOf(config, set.minimumWeight, multiplier);
  const members = SHARES.map((share, row): Member => {
    return { account: someoneCalled(nameOf(row)), key: keyCalled(nameOf(row)), stake: share * unit };
  });
  const site = siteOf(config);
  const providers = new Map([...chains].map(([name, { provider }]) => [name, provider]));
  const fromBlock = await hub.provider.getBlockNumber();
  return {
    ...{ config, site, ledger, hub, chains, members, strategy, token },
    domain: { hubChainId: chainId(config.hub.chainId), serviceManager: site.contracts.serviceManager },
    workshop: { providers, artifacts, presigned, fromBlock },
  };
}

async function recipientOn(scene: Scene, { readArtifact }: RehearsalOptions): Promise<Address> {
  const { abi, bytecode } = await readArtifact("NoOpRecipient");
  const deployed = await new ContractFactory(abi, bytecode, await anybodyOn(laneOf(scene).to)).deploy();
  await deployed.waitForDeployment();
  return address(await deployed.getAddress());
}

async function live(scene: Scene, clock: RehearsalClock, recipient: Address) {
  const { config, ledger, hub, site } = scene;
  const { directorySetId, notices } = config.hub;
  await mintStakes(scene);
  let missing = await deployOn(scene, clock);
  // Sets follow one another, and each waits by itself.
  for (let due = dueAt(missing, SETS); due !== undefined; due = dueAt(missing, SETS)) {
    const until = due;
    await ledger.during("operator sets", async () => clock.passUntil("the shaper's delay", until));
    missing = await deployOn(scene, clock);
  }
  await ledger.during("operators", async () => joinAll(scene, clock));
  await ledger.during("first table", async () => {
    clock.begin(await buildTable(await anybodyOn(hub), site, directorySetId));
  });
  missing = await deployOn(scene, clock);
  await ledger.during("registry", async () => {
    await optInAll(scene);
    const times = missing.flatMap(({ waitsUntil }) => waitsUntil?.until ?? []);
    const due = times.reduce((last, time) => (time > last ? time : last), await clock.meet());
    const notice = BigInt(notices.first);
    const latest = (await clock.meet()) + notice;
    await clock.passUntil("the registry's first notice", times.length === 0 ? latest : due, true);
  });
  missing = await deployOn(scene, clock);
  const [stuck] = missing;
  if (stuck !== undefined) {
    throw new DeployError("StepFailed", `${stuck.id} cannot be sent: ${stuck.waitsUntil?.what ?? "nobody knows why"}`);
  }
  await ledger.during("entries", async () => carryEntries(scene, clock));
  const delivered = await ledger.during("message", async () => passMessage(scene, clock, recipient));
  const taken = await ledger.during("fault", async () => lie(scene, clock, delivered));
  const loss = await ledger.during("slash", async () => collectAll(scene, clock, taken));
  const retired = await ledger.during("drain", async () => {
    const [name, rollup] = elementAt(Object.entries(config.rollups).slice(-1), 0);
    const owner = await hub.as(rollup.entry.owner);
    const id = chainId(rollup.chainId);
    await drain(owner, site, id);
    await clock.passUntil("the registry's time of draining", (await hub.time()) + BigInt(notices.draining));
    await retire(owner, site, id);
    return name;
  });
  return { loss, retired };
}

function pricesOf(config: NetworkConfig, known: ReadonlyMap<string, bigint>): Map<string, GasPrice> {
  return new Map(
    chainsOf(config).map(([name]): [string, GasPrice] => {
      const price = known.get(name);
      if (price !== undefined) return [name, { price, isLive: true }];
      return [name, { price: name === "hub" ? ASSUMED_PRICES.hub : ASSUMED_PRICES.rollup, isLive: false }];
    }),
  );
}
