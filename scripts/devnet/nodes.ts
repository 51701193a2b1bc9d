import { join } from "node:path";

import { aggregatorConfigSchema } from "#nodes/aggregator/config.ts";
import { startAggregator } from "#nodes/aggregator/start.ts";
import { operatorConfigSchema } from "#nodes/operator/config.ts";
import { relayerConfigSchema } from "#nodes/relayer/config.ts";
import { startRelayer } from "#nodes/relayer/start.ts";
import { watcherConfigSchema } from "#nodes/watcher/config.ts";
import { startWatcher } from "#nodes/watcher/start.ts";
import { systemClock } from "#nodes/shared/clock.ts";
import type { Log } from "#nodes/shared/log.ts";
import type { RunningNode } from "#nodes/shared/node.ts";
import { parse } from "#protocol/schemas.ts";

import { account, operators, secretOf } from "./accounts.ts";
import type { RoadDelays } from "./bridges/deploy.ts";
import { HOST, portAt, type RollupName } from "./chains.ts";
import type { DeployedRollup } from "./deployment.ts";
import { OPERATOR_SET_ID } from "./hub/profile.ts";
import type { DevnetHub } from "./hub/setUp.ts";
import { OperatorProcess, placeOperator, type PlacedOperator } from "./operatorProcess.ts";

/** Ports above the hub's. */
const NODE_PORTS = { aggregator: 5, relayer: 6, watcher: 7, firstOperator: 10 } as const;

/** Pause between two rounds of the aggregator and of the relayer. */
const ROUND_MS = 300;
/** Pause between two looks at the hub, which has a block a second. */
const FACTS_MS = 1_000;
/** What the slow road may take beyond its delay, before news are sent anew. */
const BRIDGE_PATIENCE_MS = 15_000;

/** Pause between two rounds of the watcher. */
const WATCH_MS = 1_000;
/** Pause between two of its looks at what rollups have of the hub. */
const COPIES_MS = 4_000;
/** How far nodes may be ahead of each other: every block of the hub is final at once here. */
const AHEAD_SECONDS = 5;
/** News that take longer than this on the slow road are sent again. */
const NEWS_SECONDS = 30;
/** Certificates in a row without an operator, after which it counts as silent. */
const SILENT_AFTER = 5;

/** Where an operator reads a rollup; a test puts an endpoint that lies in between. */
export type EndpointOf = (operator: string, rollup: RollupName, url: string) => Promise<string>;

/** What the devnet's nodes are started with: nothing but urls and keys reaches them. */
export interface NodesOptions {
  readonly hub: DevnetHub;
  readonly rollups: readonly DeployedRollup[];
  /** Those whose nodes run from the beginning. */
  readonly founders: readonly PlacedOperator[];
  readonly portBase: number;
  /** A folder for their stores. */
  readonly folder: string;
  readonly openLog: (name: string) => Log;
  readonly delays: RoadDelays;
  readonly endpointOf: EndpointOf;
}

/** The devnet's nodes. */
export interface Nodes {
  /** All operators that ever had a node. */
  readonly operators: readonly OperatorProcess[];
  readonly aggregator: RunningNode;
  readonly relayer: RunningNode;
  readonly watcher: RunningNode;
  /** Starts one more operator. */
  add(placed: PlacedOperator): Promise<OperatorProcess>;
  stop(): Promise<void>;
}

/**
 * Starts all nodes.
 *
 * @param options - Hub, rollups, operators and ports.
 * @returns The nodes, listening.
 */
export async function startNodes(options: NodesOptions): Promise<Nodes> {
  const { founders, portBase, folder, openLog } = options;
  const surroundings = (name: string) => ({ clock: systemClock, log: openLog(name) });
  const listenAt = (offset: number) => ({ host: HOST, port: portAt(portBase, offset) });
  const started: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    for (const node of [...started].reverse()) await node.stop();
  };
  const processes: OperatorProcess[] = [];
  const add = async (placed: PlacedOperator) => {
    const config = parse(operatorConfigSchema, await operatorConfigOf(options, placed));
    const process = new OperatorProcess(placed, config, openLog(placed.operator.name));
    started.push(process);
    processes.push(process);
    await process.start();
    return process;
  };
  try {
    for (const placed of founders) await add(placed);
    const rollups = options.rollups.map((rollup) => rollupConfigOf(rollup, rollup.url));
    const aggregator = await startAggregator(
      parse(aggregatorConfigSchema, {
        domain: domainOf(options),
        operatorSetId: OPERATOR_SET_ID,
        rollups,
        hub: hubConfigOf(options),
        endpointsMs: FACTS_MS,
        factsMs: FACTS_MS,
        roundMs: ROUND_MS,
        operatorTimeoutMs: 2_000,
        restMs: 500,
        storeFile: join(folder, "aggregator.sqlite"),
        listen: listenAt(NODE_PORTS.aggregator),
      }),
      surroundings("aggregator"),
    );
    started.push(aggregator);
    const relayer = await startRelayer(
      parse(relayerConfigSchema, {
        privateKey: account("relayer").privateKey,
        rollups,
        hub: { ...hubConfigOf(options), buildsTables: true, ...bridgesOf(options) },
        factsMs: FACTS_MS,
        aggregators: [aggregator.url],
        pollMs: ROUND_MS,
        retryMs: 2_000,
        storeFile: join(folder, "relayer.sqlite"),
        listen: listenAt(NODE_PORTS.relayer),
      }),
      surroundings("relayer"),
    );
    started.push(relayer);
    const watcher = await startWatcher(parse(watcherConfigSchema, watcherConfigOf(options, aggregator.url)), {
      ...surroundings("watcher"),
    });
    started.push(watcher);
    return { operators: processes, aggregator, relayer, watcher, add, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * @param portBase - The port of the hub; 0 takes free ports.
 * @returns All operators, each with a place to listen at.
 */
export async function placeOperators(portBase: number): Promise<PlacedOperator[]> {
  return Promise.all(
    operators().map(async (operator, index) =>
      placeOperator(operator, portAt(portBase, NODE_PORTS.firstOperator + index)),
    ),
  );
}

async function operatorConfigOf(options: NodesOptions, { operator, place }: PlacedOperator): Promise<unknown> {
  return {
    domain: domainOf(options),
    secretKey: secretOf(operator.key),
    hub: hubConfigOf(options),
    rollups: await Promise.all(
      options.rollups.map(async (rollup) =>
        rollupConfigOf(rollup, await options.endpointOf(operator.name, rollup.name, rollup.url)),
      ),
    ),
    sources: options.rollups.map(({ chainId }) => String(chainId)),
    historyFile: join(options.folder, `${operator.name.replaceAll(" ", "-")}.sqlite`),
    listen: { host: HOST, port: place.port },
  };
}

function watcherConfigOf(options: NodesOptions, aggregator: string): unknown {
  const { hub, rollups, folder, portBase } = options;
  const { slasher, vault } = hub.contracts;
  const { allocationManager, delegationManager, keyRegistrar } = hub.eigenLayer;
  return {
    privateKey: account("watcher").privateKey,
    rollups: rollups.map((rollup) => {
      const { hubEnd, rollupEnd } = rollup.bridge;
      return { ...rollupConfigOf(rollup, rollup.url), bridge: { hubEnd, rollupEnd } };
    }),
    hub: {
      ...hubConfigOf(options),
      ...{ slasher, vault, allocationManager, delegationManager, keyRegistrar },
      fromBlock: hub.fromBlock,
    },
    aggregators: [aggregator],
    pollMs: WATCH_MS,
    retryMs: WATCH_MS,
    copiesMs: COPIES_MS,
    aheadSeconds: AHEAD_SECONDS,
    newsSeconds: NEWS_SECONDS,
    silentAfter: SILENT_AFTER,
    storeFile: join(folder, "watcher.sqlite"),
    listen: { host: HOST, port: portAt(portBase, NODE_PORTS.watcher) },
  };
}

// One endpoint a chain, because each chain of a devnet is one process: `minAgreeing` 1 is for this only.
function rollupConfigOf({ chainId, contracts, fromBlock }: DeployedRollup, url: string) {
  return { chainId: String(chainId), gateway: contracts.gateway, urls: [url], minAgreeing: 1, fromBlock };
}

function hubConfigOf({ hub }: Pick<NodesOptions, "hub">) {
  const { serviceManager, tableBuilder, registry } = hub.contracts;
  return { chainId: String(hub.chainId), serviceManager, tableBuilder, registry, urls: [hub.url], minAgreeing: 1 };
}

function bridgesOf({ rollups, delays }: Pick<NodesOptions, "rollups" | "delays">) {
  return {
    bridges: rollups.map(({ chainId, contracts, bridge }) => ({
      chainId: String(chainId),
      gateway: contracts.gateway,
      hubEnd: bridge.hubEnd,
    })),
    bridgeMs: delays.downSeconds * 1_000 + BRIDGE_PATIENCE_MS,
  };
}

function domainOf({ hub }: Pick<NodesOptions, "hub">): unknown {
  return { hubChainId: String(hub.chainId), serviceManager: hub.contracts.serviceManager };
}

/** All ports that a devnet listens on, besides its chains'. */
export function nodePorts(portBase: number): number[] {
  const offsets = [
    NODE_PORTS.aggregator,
    NODE_PORTS.relayer,
    NODE_PORTS.watcher,
    ...operators().map((_, index) => NODE_PORTS.firstOperator + index),
  ];
  return offsets.map((offset) => portAt(portBase, offset));
}
