import { createServer, type IncomingMessage, type Server } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

import type { NetworkManager } from "hardhat/types/network";
import type { EthereumProvider } from "hardhat/types/providers";
import { z } from "zod";

/** How a local chain is simulated. */
export interface LocalChainDefinition {
  readonly name: string;
  readonly chainId: number;
  /** Seconds before now at which it begins. */
  readonly headStartSeconds?: number;
  /** Milliseconds that each answer takes. */
  readonly slowMs?: number;
}

/** A simulated chain behind a JSON-RPC endpoint on loopback, as if it were a testnet: its server may go down and come back. */
export class LocalChain {
  readonly name: string;
  readonly chainId: number;
  /** The chain itself, past its endpoint. */
  readonly provider: EthereumProvider;
  /** Told of every call before the chain hears of it. Whoever throws makes the endpoint hang up. */
  onAsk: (method: string) => void = () => undefined;
  /** The same, after the chain has done it and before anybody hears of that. */
  onAnswer: (method: string) => void = () => undefined;
  /** What is answered instead of what the chain says: the chain does not lie, its endpoint may. */
  onResult: (method: string, result: unknown, params: readonly unknown[]) => unknown = (_, result) => result;
  readonly #connection: { close(): Promise<void> };
  readonly #slowMs: number;
  #server: Server | undefined;
  #isClosed = false;
  #port = 0;

  private constructor(
    { name, chainId, slowMs = 0 }: LocalChainDefinition,
    connection: { readonly provider: EthereumProvider; close(): Promise<void> },
  ) {
    this.name = name;
    this.chainId = chainId;
    this.provider = connection.provider;
    this.#connection = connection;
    this.#slowMs = slowMs;
  }

  /**
   * @param network - Hardhat's networks.
   * @param definition - How it is simulated.
   * @param port - Where it listens; 0 takes a free port.
   * @returns The chain, listening. It mines a block for each transaction until `mineByClock`.
   */
  static async start(network: NetworkManager, definition: LocalChainDefinition, port = 0): Promise<LocalChain> {
    const { chainId, headStartSeconds = 0 } = definition;
    const initialDate = new Date(Date.now() - headStartSeconds * 1_000);
    const connection = await network.create({ network: SIMULATION, override: { chainId, initialDate } });
    const chain = new LocalChain(definition, connection);
    chain.#port = port;
    await chain.up();
    return chain;
  }

  /** Where it is reached, always the same. */
  get url(): string {
    return `http://${HOST}:${this.#port}`;
  }

  /** A chain's clock begins when its start does, or in the past; from here on it is everybody's. */
  async catchUp(): Promise<void> {
    const latest = blockSchema.parse(
      await this.provider.request({ method: "eth_getBlockByNumber", params: ["latest", false] }),
    );
    const now = Math.max(Math.floor(Date.now() / 1_000), Number(latest.timestamp) + 1);
    await this.provider.request({ method: "evm_setNextBlockTimestamp", params: [`0x${now.toString(16)}`] });
    await this.provider.request({ method: "evm_mine" });
  }

  /** From now on a block comes every so many milliseconds, with whatever was sent, and never else. */
  async mineByClock(blockMs: number): Promise<void> {
    await this.provider.request({ method: "evm_setAutomine", params: [false] });
    await this.provider.request({ method: "evm_setIntervalMining", params: [blockMs] });
  }

  /** What is sent is in no block any more, until blocks come again. */
  async stopMining(): Promise<void> {
    await this.provider.request({ method: "evm_setAutomine", params: [false] });
    await this.provider.request({ method: "evm_setIntervalMining", params: [0] });
  }

  /** Each transaction has a block of its own again. */
  async mineAtOnce(): Promise<void> {
    await this.stopMining();
    await this.provider.request({ method: "evm_setAutomine", params: [true] });
  }

  /** Nobody is answered for a while, as when a node is started anew; the chain goes on meanwhile. */
  async restart(seconds: number): Promise<void> {
    await this.down();
    await pause(seconds * 1_000);
    if (!this.#isClosed) await this.up();
  }

  /** Nobody is answered any more; the chain goes on. */
  async down(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  }

  /** Answers again, at the same place. */
  async up(): Promise<void> {
    const server = createServer((request, response) => {
      this.#answer(request).then(
        (body) => {
          response.setHeader("content-type", "application/json");
          response.end(JSON.stringify(body));
        },
        () => {
          request.socket.destroy();
        },
      );
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, HOST, resolve);
    });
    const address = server.address();
    if (address !== null && typeof address === "object") this.#port = address.port;
    this.#server = server;
  }

  /** Ends it for good. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.down();
    // The engine aborts the whole process when it is let go of while it mines by the clock.
    await this.provider.request({ method: "evm_setIntervalMining", params: [0] });
    await this.#connection.close();
  }

  async #answer(request: IncomingMessage): Promise<unknown> {
    const asked: unknown = JSON.parse(await textOf(request));
    if (this.#slowMs > 0) await pause(this.#slowMs);
    return Array.isArray(asked) ? Promise.all(asked.map(async (one) => this.#answerOne(one))) : this.#answerOne(asked);
  }

  async #answerOne(asked: unknown): Promise<unknown> {
    const { id, method, params } = requestSchema.parse(asked);
    this.onAsk(method);
    if (method === RESTART) return { jsonrpc: "2.0", id, ...this.#restartSoon(params[0]) };
    const answer = await this.provider.request({ method, params }).then(
      (result: unknown) => ({ result: this.onResult(method, result, params) }),
      (error: unknown) => ({ error: errorSchema.parse(error) }),
    );
    this.onAnswer(method);
    return { jsonrpc: "2.0", id, ...answer };
  }

  // Whoever asks for it is answered first.
  #restartSoon(asked: unknown): { readonly result: number } | { readonly error: { code: number; message: string } } {
    const seconds = restartSchema.safeParse(asked).data;
    if (seconds === undefined) {
      return { error: { code: -32_602, message: `seconds from 1 to ${MOST_RESTART_SECONDS}, found ${String(asked)}` } };
    }
    setImmediate(() => {
      void this.restart(seconds);
    });
    return { result: seconds };
  }
}

/** What a local chain understands beside everything that Hardhat's do: to be gone for so many seconds. */
export const RESTART = "local_restart";
const MOST_RESTART_SECONDS = 3_600;
const restartSchema = z.int().min(1).max(MOST_RESTART_SECONDS);

const HOST = "127.0.0.1";
/** Its name in hardhat.config.ts. */
const SIMULATION = "localSimulation";
/** More than the largest transaction. */
const MAX_BODY_CHARACTERS = 2_000_000;

const blockSchema = z.object({ timestamp: z.string() });

const requestSchema = z.object({
  id: z.union([z.number(), z.string(), z.null()]).optional(),
  method: z.string(),
  params: z.array(z.unknown()).default([]),
});

const errorSchema = z.object({
  code: z.number().catch(-32_603),
  message: z.string(),
  data: z
    .union([z.string(), z.record(z.string(), z.unknown())])
    .optional()
    .catch(undefined),
});

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  request.setEncoding("utf8");
  for await (const part of request) {
    text += String(part);
    if (text.length > MAX_BODY_CHARACTERS) throw new Error("the request is too long");
  }
  return text;
}
