import { artifacts } from "hardhat";

import { deployHubEnd, deployRollupEnd, planBridge, ROLLUP_GAS, type BridgeParameters } from "#deploy/bridge.ts";
import { DEFAULT_POLICY, DEFAULT_WINDOWS } from "#deploy/rollup.ts";
import { elementAt } from "#protocol/errors.ts";
import type { Rollup as Entry } from "#protocol/statements.ts";
import { address } from "#protocol/types.ts";

import type { Committee } from "./committee.ts";
import { nextEpoch } from "./court.ts";
import type { Asset, EigenLayer } from "./eigenlayer/eigenLayer.ts";
import type { Operator } from "./eigenlayer/operator.ts";
import { Hub, WAD, type HubEpoch } from "./hub.ts";
import { presentEntry } from "./hubWorld.ts";
import { Road, ROAD_SECONDS } from "./road.ts";
import { Rollup, startChain, type Chain } from "./rollup.ts";

/** Own stake of operators 1, 2 and 3: without the third there is a quorum. */
export const STAKES = [400n * WAD, 300n * WAD, 300n * WAD] as const;

/** What a false page takes of both sources; and what is said below final of the second one. */
export const REFUTE_WAD = WAD / 10n;
export const SOFT_WAD = WAD / 20n;

/** A rollup with its slow road. */
export interface RoadRollup {
  readonly rollup: Rollup;
  readonly road: Road;
}

/** A hub with one set of three that speaks for two rollups, each with a slow road. */
export interface RoadScene {
  readonly hub: Hub;
  readonly asset: Asset;
  readonly setId: number;
  /** In the order of their rows. */
  readonly operators: readonly [Operator, Operator, Operator];
  /** The epoch that the rollups were deployed with, in which both sources are in force. */
  readonly epoch: HubEpoch;
  readonly committee: Committee;
  /** Takes nothing below final. */
  readonly alpha: RoadRollup;
  /** Takes something. */
  readonly beta: RoadRollup;
}

const CHAIN_IDS = [1_001, 1_002] as const;
const readArtifact = (name: string) => artifacts.readArtifact(name);
const deployerOf = ({ signers }: Chain) => elementAt(signers, 0);
const nonceOf = async (chain: Chain) => ({
  address: address(deployerOf(chain).address),
  nonce: await deployerOf(chain).getNonce(),
});

/** Builds the scene on some EigenLayer. */
export async function roadScene(eigenLayer: EigenLayer): Promise<RoadScene> {
  const asset = elementAt(eigenLayer.assets, 0);
  const hub = await Hub.deploy(eigenLayer);
  const setId = await hub.createSet({ counted: [{ asset, multiplier: WAD }], minimumWeight: WAD });
  const operators = [
    await hub.member("operator 1", setId, [asset, STAKES[0]]),
    await hub.member("operator 2", setId, [asset, STAKES[1]]),
    await hub.member("operator 3", setId, [asset, STAKES[2]]),
  ] as const;
  const plans = [];
  for (const [at, id] of CHAIN_IDS.entries()) {
    const chain = await startChain(id, Number(await hub.now()));
    plans.push(await planned(hub, chain, setId, operators, at === 0 ? 0n : SOFT_WAD));
  }
  await hub.pass(hub.parameters.notices.first);
  // Only what a table says that lasts counts.
  await hub.build(setId);
  const entries: Entry[] = [];
  for (const { chain } of plans) {
    await hub.registry.applyAccepted(chain.chainId);
    entries.push(await presentEntry(hub, chain.chainId));
  }
  const { epoch, committee } = await nextEpoch({ hub, setId, operators });

  const built: RoadRollup[] = [];
  for (const { chain, plan, parameters, hubMessenger, rollupMessenger } of plans) {
    await chain.helpers.time.increaseTo(await hub.now());
    await deployRollupEnd(deployerOf(chain), readArtifact, plan, parameters);
    const rollup = await Rollup.deploy(chain, {
      ...hub.domain,
      ...DEFAULT_WINDOWS,
      owner: address(deployerOf(chain).address),
      directorySetId: setId,
      firstEntries: entries,
      firstTables: [{ table: epoch.statement, rows: epoch.rows }],
      defaultPolicy: DEFAULT_POLICY,
      canonicalReceiver: plan.rollupEnd,
    });
    const ends = {
      hubEnd: await eigenLayer.chain.ethers.getContractAt("OpStackHubEnd", plan.hubEnd),
      rollupEnd: await chain.ethers.getContractAt("OpStackRollupEnd", plan.rollupEnd),
    };
    const above = { chain: eigenLayer.chain, messenger: hubMessenger };
    built.push({ rollup, road: new Road(ends, above, { chain, messenger: rollupMessenger }) });
  }
  const [alpha, beta] = [elementAt(built, 0), elementAt(built, 1)];
  return { hub, asset, setId, operators, epoch, committee, alpha, beta };
}

/** Gives all chains the time of the one that is ahead. */
export async function meet({ hub, alpha, beta }: RoadScene): Promise<void> {
  const rollups = [alpha.rollup, beta.rollup];
  const times = await Promise.all(rollups.map(async (rollup) => rollup.now()));
  const ahead = times.reduce((most, time) => (time > most ? time : most)) - (await hub.now());
  if (ahead > 0n) await hub.pass(ahead);
  const now = await hub.now();
  for (const [at, { helpers }] of rollups.entries()) {
    if (elementAt(times, at) < now) await helpers.time.increaseTo(now);
  }
}

/** Deploys what the registry must know before a rollup is there, and has it accepted. */
async function planned(hub: Hub, chain: Chain, setId: number, operators: readonly Operator[], softWad: bigint) {
  const above = hub.eigenLayer.chain;
  const messengerOn = async ({ ethers, signers }: Chain) => {
    const deployed = await ethers.deployContract("DelayedMessenger", [elementAt(signers, 0).address, ROAD_SECONDS]);
    return ethers.getContractAt("DelayedMessenger", await deployed.getAddress());
  };
  const [hubMessenger, rollupMessenger] = [await messengerOn(above), await messengerOn(chain)];
  const plan = planBridge(await nonceOf(above), await nonceOf(chain));
  const parameters: BridgeParameters = {
    hub: hub.addresses,
    rollupChainId: chain.chainId,
    rollupGas: ROLLUP_GAS,
    carriage: {
      stack: "op-stack",
      hubMessenger: address(await hubMessenger.getAddress()),
      rollupMessenger: address(await rollupMessenger.getAddress()),
    },
    uncontestedDelaySeconds: ROAD_SECONDS,
    contestedDelaySeconds: ROAD_SECONDS,
  };
  await deployHubEnd(deployerOf(above), readArtifact, plan, parameters);

  const { gateway, hubEnd: bridge } = plan;
  const { registry } = hub;
  const entry = {
    ...{ chainId: chain.chainId, gateway, operatorSetId: setId, finality: 3, refutable: true, bridge },
    ...{ refuteWad: REFUTE_WAD, softWad, metadataURI: "" },
  };
  const proposalId = await registry.propose.staticCall(entry);
  await registry.propose(entry);
  await registry.connect(elementAt(above.signers, 4)).accept(proposalId);
  for (const { signer } of operators) await registry.connect(signer).optIn(chain.chainId, gateway, bridge, true);
  return { chain, plan, parameters, hubMessenger, rollupMessenger };
}
