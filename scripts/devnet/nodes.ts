import { join } from "node:path";

import { aggregatorConfigSchema } from "#nodes/aggregator/config.ts";
import { startAggregator } from "#nodes/aggregator/start.ts";
import { operatorConfigSchema, type OperatorConfig } from "#nodes/operator/config.ts";
import { startOperator } from "#nodes/operator/start.ts";
import { relayerConfigSchema } from "#nodes/relayer/config.ts";
import { startRelayer } from "#nodes/relayer/start.ts";
import { systemClock } from "#nodes/shared/clock.ts";
import type { Log } from "#nodes/shared/log.ts";
import type { RunningNode } from "#nodes/shared/node.ts";
import { parse } from "#protocol/schemas.ts";

import { account, type DevnetOperator } from "./accounts.ts";
import { HOST, portAt, type RollupName } from "./chains.ts";
import { OPERATOR_SET_ID, SERVICE_MANAGER } from "./deploy.ts";
import type { DeployedRollup } from "./deployment.ts";
import { DevnetError } from "./errors.ts";

/** Ports above the hub's. */
export const NODE_PORTS = { aggregator: 5, relayer: 6, firstOperator: 10 } as const;

/** Pause between two rounds of the aggregator and of the relayer. */
const ROUND_MS = 200;

/** Where an operator reads a rollup; a test puts an endpoint that lies in between. */
export type EndpointOf = (row: number, rollup: RollupName, url: string) => Promise<string>;

/** What the devnet's nodes are started with: nothing but urls and keys reaches them. */
export interface NodesOptions {
  readonly hubChainId: number;
  readonly rollups: readonly DeployedRollup[];
  readonly members: readonly DevnetOperator[];
  readonly portBase: number;
  /** A folder for their stores. */
  readonly folder: string;
  readonly openLog: (name: string) => Log;
  readonly endpointOf: EndpointOf;
}

/** An operator that can be stopped and started again, with the same key, history and port. */
export class OperatorProcess {
  readonly name: string;
  readonly row: number;
  readonly weight: bigint;
  readonly #config: OperatorConfig;
  readonly #log: Log;
  #node: RunningNode | undefined;
  #url = "";

  /**
   * @param member - Name, key and weight.
   * @param row - Its row of the table, which is its bit in `nonSigners`.
   * @param config - What it is told.
   * @param log - Where it writes.
   */
  constructor(member: DevnetOperator, row: number, config: OperatorConfig, log: Log) {
    this.name = member.name;
    this.row = row;
    this.weight = member.weight;
    this.#config = config;
    this.#log = log;
  }

  /** Where it listens. */
  get url(): string {
    return this.#url;
  }

  /** Starts it; the history is begun once, and taken up every later time. */
  async start(): Promise<void> {
    const again = this.#url !== "";
    const listen = again ? { host: HOST, port: Number(new URL(this.#url).port) } : this.#config.listen;
    this.#node = await startOperator(
      { ...this.#config, listen, newHistory: !again },
      { clock: systemClock, log: this.#log },
    );
    this.#url = this.#node.url;
  }

  /** Stops it. */
  async stop(): Promise<void> {
    await this.#node?.stop();
    this.#node = undefined;
  }
}

/** The devnet's nodes. */
export interface Nodes {
  readonly operators: readonly OperatorProcess[];
  readonly aggregator: RunningNode;
  readonly relayer: RunningNode;
  stop(): Promise<void>;
}

/**
 * Starts all nodes.
 *
 * @param options - Rollups, keys and ports.
 * @returns The nodes, listening.
 */
export async function startNodes(options: NodesOptions): Promise<Nodes> {
  const { members, portBase, folder, openLog } = options;
  const surroundings = (name: string) => ({ clock: systemClock, log: openLog(name) });
  const listenAt = (offset: number) => ({ host: HOST, port: portAt(portBase, offset) });
  const operators = await Promise.all(
    members.map(async (member, row) => {
      const config = parse(operatorConfigSchema, await operatorConfigOf(options, member, row));
      return new OperatorProcess(member, row, config, openLog(member.name));
    }),
  );
  const started: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    for (const node of [...started].reverse()) await node.stop();
  };
  try {
    for (const operator of operators) {
      started.push(operator);
      await operator.start();
    }
    const rollups = options.rollups.map((rollup) => rollupConfigOf(rollup, rollup.url));
    const aggregator = await startAggregator(
      parse(aggregatorConfigSchema, {
        domain: domainOf(options),
        operatorSetId: OPERATOR_SET_ID,
        rollups,
        operators: operators.map(({ url }) => url),
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
        aggregators: [aggregator.url],
        pollMs: ROUND_MS,
        retryMs: 2_000,
        storeFile: join(folder, "relayer.sqlite"),
        listen: listenAt(NODE_PORTS.relayer),
      }),
      surroundings("relayer"),
    );
    started.push(relayer);
    return { operators, aggregator, relayer, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * @param nodes - The nodes.
 * @returns The operator with the least weight: the quorum does without it.
 */
export function lightest({ operators }: Pick<Nodes, "operators">): OperatorProcess {
  const last = [...operators].sort((a, b) => Number(b.weight - a.weight)).at(-1);
  if (last === undefined) throw new DevnetError("InvalidOption", "a devnet has operators");
  return last;
}

async function operatorConfigOf(options: NodesOptions, member: DevnetOperator, row: number): Promise<unknown> {
  return {
    domain: domainOf(options),
    secretKey: member.secretKey,
    rollups: await Promise.all(
      options.rollups.map(async (rollup) =>
        rollupConfigOf(rollup, await options.endpointOf(row, rollup.name, rollup.url)),
      ),
    ),
    sources: options.rollups.map(({ chainId }) => String(chainId)),
    historyFile: join(options.folder, `operator-${row + 1}.sqlite`),
    listen: { host: HOST, port: portAt(options.portBase, NODE_PORTS.firstOperator + row) },
  };
}

// One endpoint a chain, because each chain of a devnet is one process: `minAgreeing` 1 is for this only.
function rollupConfigOf({ chainId, contracts, fromBlock }: DeployedRollup, url: string): unknown {
  return { chainId: String(chainId), gateway: contracts.gateway, urls: [url], minAgreeing: 1, fromBlock };
}

function domainOf({ hubChainId }: NodesOptions): unknown {
  return { hubChainId: String(hubChainId), serviceManager: SERVICE_MANAGER };
}

/** All ports that a devnet with so many operators listens on, besides its chains'. */
export function nodePorts(portBase: number, operatorCount: number): number[] {
  const offsets = [
    NODE_PORTS.aggregator,
    NODE_PORTS.relayer,
    ...Array.from({ length: operatorCount }, (_, row) => NODE_PORTS.firstOperator + row),
  ];
  return offsets.map((offset) => portAt(portBase, offset));
}
