import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { NetworkManager } from "hardhat/types/network";

import type { EigenLayerProfile } from "#deploy/eigenLayer.ts";
import type { ReadArtifact } from "#deploy/rollup.ts";
import type { MessageId } from "#protocol/types.ts";

import { account, FOUNDERS } from "./accounts.ts";
import { Carrier } from "./bridges/carrier.ts";
import { roadDelays, type RoadDelays } from "./bridges/deploy.ts";
import { CHAIN_NAMES, HOST, portAt } from "./chains.ts";
import { Chronicle } from "./chronicle.ts";
import { deployDevnet, type DeployedDevnet } from "./deploy.ts";
import { isTaken, removeDeployment, writeDeployment, type Deployment } from "./deployment.ts";
import { DevnetError, throwIfInterrupted } from "./errors.ts";
import { EpochFollower } from "./epochFollower.ts";
import { Journal } from "./journal.ts";
import { Narrator } from "./narrator.ts";
import { nodePorts, placeOperators, startNodes, type EndpointOf, type Nodes } from "./nodes.ts";
import type { PlacedOperator } from "./operatorProcess.ts";
import { requireFreePorts } from "./ports.ts";
import type { ReadRollup } from "./records.ts";
import type { Screen } from "./screen.ts";
import { serveChains, type ServedChain } from "./servers.ts";

/** How a devnet is started. */
export interface DevnetOptions {
  readonly network: NetworkManager;
  readonly readArtifact: ReadArtifact;
  readonly portBase: number;
  /** The file that tells other processes. */
  readonly deploymentFile: string;
  readonly screen: Screen;
  /** The release that the hub's EigenLayer behaves as. */
  readonly eigenLayer: EigenLayerProfile;
  /** Seconds that news take on the slow road; what comes up takes twice as long. */
  readonly bridgeDelaySeconds: number;
  /** Ends every wait. */
  readonly signal: AbortSignal;
  /** Where an operator reads a rollup, if not at the rollup itself. */
  readonly endpointOf?: EndpointOf;
  /** Pause between two looks at the chains, where times need not be exact. */
  readonly lookMs?: number;
}

/** A rollup of the devnet and its chain. */
export interface DevnetRollup extends ReadRollup {
  readonly chain: ServedChain;
}

/** The hub and its chain. */
export interface DevnetHubChain {
  readonly chain: ServedChain;
  readonly deployed: Deployment["hub"];
}

/** A devnet that runs. */
export interface Devnet {
  readonly deployment: Deployment;
  readonly hub: DevnetHubChain;
  readonly rollups: readonly DevnetRollup[];
  readonly nodes: Nodes;
  /** Operators that have not joined yet, and where their nodes will listen. */
  readonly newcomers: readonly PlacedOperator[];
  readonly epochs: EpochFollower;
  readonly chronicle: Chronicle;
  readonly journal: Journal;
  readonly narrator: Narrator;
  readonly screen: Screen;
  readonly signal: AbortSignal;
  /** What was sent on purpose, to be found on the chains again. */
  readonly expected: MessageId[];
  /** Stops nodes and chains and removes the file. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts chains, deploys, starts nodes, and tells other processes.
 *
 * @param options - Ports and file.
 * @returns The devnet; throws `PortTaken` or `AlreadyRunning` before anything was started.
 */
export async function startDevnet(options: DevnetOptions): Promise<Devnet> {
  const { portBase, deploymentFile, screen, signal } = options;
  const delays = roadDelays(options.bridgeDelaySeconds);
  const chainPorts = CHAIN_NAMES.map((_, offset) => portAt(portBase, offset));
  await requireFreePorts(HOST, [...chainPorts, ...nodePorts(portBase)]);
  if (await isTaken(deploymentFile)) {
    throw new DevnetError(
      "AlreadyRunning",
      `${deploymentFile} belongs to a devnet that runs. Stop it, or give this one another file with --deployment.`,
    );
  }

  // What was started, to be stopped in the opposite order.
  const closers: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), "parley-devnet-"));
    closers.push(async () => {
      if (existsSync(folder)) await rm(folder, { recursive: true, force: true });
    });
    const served = await serveChains(options.network, portBase);
    closers.push(() => served.close());
    for (const { name, chainId, url } of Object.values(served.chains))
      screen.line("chain", `${name}  ${chainId}  ${url}`);
    throwIfInterrupted(signal);

    const placed = await placeOperators(portBase);
    closers.push(async () => {
      await Promise.all(placed.map(async ({ place }) => place.release()));
    });
    const [founders, newcomers] = [placed.slice(0, FOUNDERS), placed.slice(FOUNDERS)];
    const { readArtifact, eigenLayer: profile } = options;
    const deployed = await deployDevnet({ served, readArtifact, profile, founders, delays });
    const hub = { deployed: deployed.hub, chain: served.chains.hub };
    const rollups = deployed.rollups.map((rollup) => ({ deployed: rollup, chain: served.chains[rollup.name] }));
    screen.line(
      "chain",
      `EigenLayer ${profile} and service manager ${deployed.hub.contracts.serviceManager} on the hub; gateway ${deployed.rollups.map(({ contracts }) => contracts.gateway)[0] ?? ""} on every rollup`,
    );
    screen.line("chain", "every rollup's tables, entries and windows are the hub's");
    screen.line(
      "chain",
      `the slow road takes ${delays.downSeconds} s down to each rollup and ${delays.upSeconds} s up`,
    );
    throwIfInterrupted(signal);

    const narrator = new Narrator(screen);
    const journal = new Journal((refused) => {
      narrator.refused(refused);
    });
    const carrier = new Carrier({
      privateKey: account("carrier").privateKey,
      hub: served.chains.hub,
      roads: deployed.roads.map((road) => ({ ...road, chain: served.chains[road.name] })),
      log: journal.open("carrier"),
      onCarried: (carried) => {
        narrator.carried(carried);
      },
    });
    carrier.start();
    closers.push(() => carrier.stop());
    const nodes = await startNodes({
      ...deployed,
      founders,
      portBase,
      folder,
      delays,
      openLog: (name) => journal.open(name),
      endpointOf: options.endpointOf ?? ((_operator, _rollup, url) => Promise.resolve(url)),
    });
    closers.push(() => nodes.stop());
    screen.line(
      "node",
      `${nodes.operators.length} operators; aggregator ${nodes.aggregator.url}; relayer ${nodes.relayer.url}; watcher ${nodes.watcher.url}`,
    );

    const epochs = new EpochFollower({ hub, rollups });
    const chronicle = new Chronicle({
      rollups,
      epochs,
      aggregatorUrl: nodes.aggregator.url,
      signal,
      lookMs: options.lookMs,
      onLook: (look) => {
        narrator.look(look);
      },
    });
    chronicle.start();
    closers.push(() => chronicle.stop());

    const deployment = describe(deployed, placed, nodes, delays);
    await writeDeployment(deploymentFile, deployment);
    closers.push(() => removeDeployment(deploymentFile));
    const parts = { nodes, newcomers, epochs, chronicle, journal, narrator, screen, signal };
    return { deployment, hub, rollups, ...parts, expected: [], stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function describe(
  { hub, rollups, roads }: DeployedDevnet,
  placed: readonly PlacedOperator[],
  nodes: Nodes,
  delays: RoadDelays,
): Deployment {
  return {
    hub,
    rollups: [...rollups],
    devnet: {
      pid: process.pid,
      operators: placed.map(({ operator, url }) => ({ name: operator.name, address: operator.account.address, url })),
      aggregator: { name: "aggregator", url: nodes.aggregator.url },
      relayer: { name: "relayer", url: nodes.relayer.url },
      watcher: { name: "watcher", url: nodes.watcher.url },
      bridges: {
        carrier: account("carrier").address,
        ...delays,
        roads: roads.map(({ name, messengers }) => ({
          rollup: name,
          hubMessenger: messengers.hub,
          rollupMessenger: messengers.rollup,
        })),
      },
    },
  };
}
