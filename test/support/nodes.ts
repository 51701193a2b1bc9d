import { computeAddress, toBeHex } from "ethers";
import { z } from "zod";

import { aggregatorConfigSchema } from "#nodes/aggregator/config.ts";
import { startAggregator } from "#nodes/aggregator/start.ts";
import { operatorConfigSchema } from "#nodes/operator/config.ts";
import { startOperator } from "#nodes/operator/start.ts";
import { relayerConfigSchema } from "#nodes/relayer/config.ts";
import { startRelayer } from "#nodes/relayer/start.ts";
import {
  certificateListSchema,
  healthSchema,
  messageReportSchema,
  signRequestSchema,
  signResponseSchema,
  type Health,
  type MessageReport,
  type PublishedCertificate,
  type SignRequest,
  type SignResponse,
} from "#nodes/shared/api.ts";
import { fetchJson } from "#nodes/shared/client.ts";
import { systemClock, type Clock } from "#nodes/shared/clock.ts";
import { json, openRoutes, serveHttp } from "#nodes/shared/http.ts";
import { silentLog } from "#nodes/shared/log.ts";
import type { RunningNode, Surroundings } from "#nodes/shared/node.ts";
import { elementAt } from "#protocol/errors.ts";
import { parse, toJson } from "#protocol/schemas.ts";

import type { Rollup } from "./rollup.ts";
import { serveChain, type Endpoint } from "./rpc.ts";
import { world, type World, type WorldOptions } from "./world.ts";

/** Where nodes that a test starts stand, unless it says otherwise. */
export const surroundings = { clock: systemClock, log: silentLog };

/** Key of the account that test relayers pay with; `fund` gives it ether. */
export const RELAYER_KEY = toBeHex(0x5eedn, 32);

/** A world whose chains are served over HTTP, and the nodes that a test started in it. */
export class Net {
  readonly world: World;
  readonly endpoints: readonly Endpoint[];
  readonly #surroundings: Surroundings;
  readonly #closers: (() => Promise<void>)[] = [];

  private constructor(found: World, endpoints: readonly Endpoint[], clock: Clock) {
    this.world = found;
    this.endpoints = endpoints;
    this.#surroundings = { ...surroundings, clock };
    for (const endpoint of endpoints) this.#closers.push(() => endpoint.close());
  }

  /** Starts and serves chains. */
  static async start(options: WorldOptions = {}): Promise<Net> {
    return Net.of(await world(options));
  }

  /** Serves the chains of a world whose time it is. */
  static async of(found: World, clock: Clock = systemClock): Promise<Net> {
    return new Net(found, await Promise.all(found.rollups.map(serveChain)), clock);
  }

  /** One more endpoint of a rollup's chain, or one of the hub's. */
  async serve(rollup: Pick<Rollup, "ethers">): Promise<Endpoint> {
    const endpoint = await serveChain(rollup);
    this.#closers.push(() => endpoint.close());
    return endpoint;
  }

  /** How a node is told about the rollups; other urls for some, if given. */
  rollups(urls: Readonly<Record<string, readonly string[]>> = {}): unknown[] {
    return this.world.rollups.map((rollup, at) => {
      const own = urls[String(rollup.chainId)] ?? [elementAt(this.endpoints, at).url];
      return { chainId: String(rollup.chainId), gateway: rollup.addresses.gateway, urls: own, minAgreeing: own.length };
    });
  }

  /** Starts the operator of a row of the committee's table. */
  async operator(row: number, changes: Record<string, unknown> = {}): Promise<RunningNode> {
    const config = {
      domain: plain(this.world.committee.domain),
      secretKey: toBeHex(elementAt(this.world.committee.keys, row).secret, 32),
      rollups: this.rollups(),
      sources: this.world.rollups.map(({ chainId }) => String(chainId)),
      historyFile: ":memory:",
      ...changes,
    };
    return this.#keep(await startOperator(parse(operatorConfigSchema, config), this.#surroundings));
  }

  /** Starts the operators of these rows. */
  async operators(rows: readonly number[]): Promise<RunningNode[]> {
    return Promise.all(rows.map((row) => this.operator(row)));
  }

  /** Starts an aggregator that asks these urls. */
  async aggregator(operators: readonly string[], changes: Record<string, unknown> = {}): Promise<RunningNode> {
    const config = {
      domain: plain(this.world.committee.domain),
      operatorSetId: this.world.committee.operatorSetId,
      rollups: this.rollups(),
      operators,
      roundMs: 30,
      restMs: 200,
      storeFile: ":memory:",
      ...changes,
    };
    return this.#keep(await startAggregator(parse(aggregatorConfigSchema, config), this.#surroundings));
  }

  /** Starts a relayer that reads this aggregator. */
  async relayer(
    aggregator: string,
    changes: { privateKey?: string } & Record<string, unknown> = {},
  ): Promise<RunningNode> {
    const config = {
      privateKey: RELAYER_KEY,
      rollups: this.rollups(),
      aggregators: [aggregator],
      pollMs: 30,
      retryMs: 50,
      storeFile: ":memory:",
      ...changes,
    };
    await this.fund(config.privateKey);
    return this.#keep(await startRelayer(parse(relayerConfigSchema, config), this.#surroundings));
  }

  /** Gives an account ether on every chain, by transfer: a balance that is set by hand spoils the block's proofs. */
  async fund(privateKey: string): Promise<void> {
    const to = computeAddress(privateKey);
    for (const { deployer } of this.world.rollups) {
      await (await deployer.sendTransaction({ to, value: 10n ** 20n })).wait();
    }
  }

  /** Starts an operator that answers `POST /sign` as the test likes. */
  async fake(answer: (request: SignRequest) => SignResponse): Promise<string> {
    const routes = openRoutes(silentLog);
    routes.post("/sign", async (context) => json(200, answer(parse(signRequestSchema, await context.req.json()))));
    const server = await serveHttp(routes, { host: "127.0.0.1", port: 0 });
    this.#closers.push(() => server.close());
    return server.url;
  }

  /** Stops every node, closes every endpoint. */
  async stop(): Promise<void> {
    for (const close of this.#closers.reverse()) await close();
  }

  #keep(node: RunningNode): RunningNode {
    this.#closers.push(() => node.stop());
    return node;
  }
}

/** What an aggregator published so far. */
export async function certificatesOf(aggregator: RunningNode): Promise<PublishedCertificate[]> {
  const request = { url: `${aggregator.url}/certificates?after=0`, timeoutMs: 5_000 };
  return (await fetchJson(request, certificateListSchema)).certificates;
}

/** An operator's answer to a proposed batch. */
export function askToSign(operator: RunningNode, body: SignRequest): Promise<SignResponse> {
  return fetchJson({ url: `${operator.url}/sign`, body, timeoutMs: 5_000, statuses: [200, 422] }, signResponseSchema);
}

/** How a node says that it is. */
export function healthOf(node: RunningNode): Promise<Health> {
  return fetchJson({ url: `${node.url}/health`, timeoutMs: 5_000, statuses: [200, 503] }, healthSchema);
}

/** A relayer's report on a message. */
export function reportOf(relayer: RunningNode, id: string): Promise<MessageReport> {
  return fetchJson({ url: `${relayer.url}/messages/${id}`, timeoutMs: 5_000 }, messageReportSchema);
}

/** Waits until something is found, at most ten seconds; throws with the last error or what was looked for. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  let failure: unknown;
  for (let waited = 0; waited < 10_000; waited += 30) {
    try {
      const found = await look();
      if (found !== undefined) return found;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  throw new Error(`waited in vain for: ${what}`, { cause: failure });
}

/** A value as the JSON that configurations are written in. */
function plain(value: unknown): unknown {
  return z.unknown().parse(JSON.parse(toJson(value)));
}
