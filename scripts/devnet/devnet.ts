import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { NetworkManager } from "hardhat/types/network";

import type { ReadArtifact } from "#deploy/rollup.ts";
import type { MessageId } from "#protocol/types.ts";

import { operators, tableOf } from "./accounts.ts";
import { CHAIN_NAMES, HOST, portAt } from "./chains.ts";
import { Chronicle } from "./chronicle.ts";
import { deployDevnet, OPERATOR_SET_ID, SERVICE_MANAGER } from "./deploy.ts";
import { isTaken, removeDeployment, writeDeployment, type Deployment } from "./deployment.ts";
import { DevnetError, throwIfInterrupted } from "./errors.ts";
import { Journal } from "./journal.ts";
import { Narrator } from "./narrator.ts";
import { nodePorts, startNodes, type EndpointOf, type Nodes } from "./nodes.ts";
import { requireFreePorts } from "./ports.ts";
import type { ReadRollup } from "./records.ts";
import type { Screen } from "./screen.ts";
import { serveChains, type ServedChain, type ServedChains } from "./servers.ts";

/** How a devnet is started. */
export interface DevnetOptions {
  readonly network: NetworkManager;
  readonly readArtifact: ReadArtifact;
  readonly portBase: number;
  /** The file that tells other processes. */
  readonly deploymentFile: string;
  readonly screen: Screen;
  /** Ends every wait. */
  readonly signal: AbortSignal;
  /** Where an operator reads a rollup, if not at the rollup itself. */
  readonly endpointOf?: EndpointOf;
}

/** A rollup of the devnet and its chain. */
export interface DevnetRollup extends ReadRollup {
  readonly chain: ServedChain;
}

/** A devnet that runs. */
export interface Devnet {
  readonly deployment: Deployment;
  readonly rollups: readonly DevnetRollup[];
  readonly nodes: Nodes;
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
  const members = operators();
  const chainPorts = CHAIN_NAMES.map((_, offset) => portAt(portBase, offset));
  await requireFreePorts(HOST, [...chainPorts, ...nodePorts(portBase, members.length)]);
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

    const deployed = await deployDevnet(served, tableOf(members), options.readArtifact);
    const rollups = deployed.map((rollup) => ({ deployed: rollup, chain: served.chains[rollup.name] }));
    screen.line("chain", `gateway ${deployed.map(({ contracts }) => contracts.gateway)[0] ?? ""} on every rollup`);
    throwIfInterrupted(signal);

    const narrator = new Narrator(screen, members);
    const journal = new Journal((refused) => {
      narrator.refused(refused);
    });
    const nodes = await startNodes({
      hubChainId: served.chains.hub.chainId,
      rollups: deployed,
      members,
      portBase,
      folder,
      openLog: (name) => journal.open(name),
      endpointOf: options.endpointOf ?? ((_row, _rollup, url) => Promise.resolve(url)),
    });
    closers.push(() => nodes.stop());
    screen.line(
      "node",
      `${nodes.operators.length} operators with weights ${nodes.operators.map(({ weight }) => weight).join(", ")}; aggregator ${nodes.aggregator.url}; relayer ${nodes.relayer.url}`,
    );

    const chronicle = new Chronicle({
      rollups,
      aggregatorUrl: nodes.aggregator.url,
      signal,
      onLook: (look) => {
        narrator.look(look);
      },
    });
    chronicle.start();
    closers.push(() => chronicle.stop());

    const deployment = describe(served, deployed, nodes);
    await writeDeployment(deploymentFile, deployment);
    closers.push(() => removeDeployment(deploymentFile));
    return { deployment, rollups, nodes, chronicle, journal, narrator, screen, signal, expected: [], stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function describe({ chains }: ServedChains, rollups: Deployment["rollups"], nodes: Nodes): Deployment {
  const { name, chainId, url } = chains.hub;
  return {
    pid: process.pid,
    hub: { name, chainId, url },
    rollups,
    serviceManager: SERVICE_MANAGER,
    operatorSetId: OPERATOR_SET_ID,
    operators: nodes.operators.map((operator) => ({
      name: operator.name,
      url: operator.url,
      row: operator.row,
      weight: String(operator.weight),
    })),
    aggregator: { name: "aggregator", url: nodes.aggregator.url },
    relayer: { name: "relayer", url: nodes.relayer.url },
  };
}
