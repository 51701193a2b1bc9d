import { BrowserProvider, JsonRpcSigner, toBeHex, type Provider, type Signer } from "ethers";
import type { NetworkManager } from "hardhat/types/network";
import type { EthereumProvider } from "hardhat/types/providers";
import { z } from "zod";

import { hexSchema } from "#protocol/schemas.ts";
import type { Address, Hex } from "#protocol/types.ts";

import { DeployError } from "../errors.ts";
import type { Ledger } from "./ledger.ts";

/** What makes a chain of a rehearsal. */
export interface ChainOptions {
  /** `hub`, or a rollup's name. */
  readonly name: string;
  readonly chainId: number;
  /** An endpoint whose chain is forked; an empty chain unless given. Never told: it often has the key to an account in it. */
  readonly forks?: string;
}

/** Its name in hardhat.config.ts. */
const SIMULATION = "localSimulation";
const SENDING = "eth_send";
const WEALTH = 10n ** 24n;

/** A simulated chain on which everybody sends without a key, and whose ledger books what is sent. */
export class RehearsalChain {
  readonly name: string;
  readonly chainId: number;
  readonly provider: BrowserProvider;
  readonly #raw: EthereumProvider;
  readonly #close: () => Promise<void>;
  readonly #known = new Set<Address>();

  private constructor(
    { name, chainId }: ChainOptions,
    ledger: Ledger,
    raw: EthereumProvider,
    close: () => Promise<void>,
  ) {
    this.name = name;
    this.chainId = chainId;
    this.#raw = raw;
    this.#close = close;
    const request = async ({ method, params }: { method: string; params?: unknown[] | Record<string, unknown> }) => {
      const answer: unknown = await raw.request({ method, params: Array.isArray(params) ? params : [] });
      if (method.startsWith(SENDING)) ledger.book(name, hexSchema.parse(answer));
      return answer;
    };
    const options = { staticNetwork: true, pollingInterval: 20, cacheTimeout: -1 } as const;
    this.provider = new BrowserProvider({ request }, chainId, options);
  }

  /**
   * @param network - Hardhat's networks.
   * @param options - Which chain.
   * @param ledger - Books what is sent.
   * @returns The chain; throws `Unreachable` where what it forks does not answer.
   */
  static async start(
    network: Pick<NetworkManager, "create">,
    options: ChainOptions,
    ledger: Ledger,
  ): Promise<RehearsalChain> {
    const { name, chainId, forks } = options;
    const forking = forks === undefined ? {} : { forking: { enabled: true, url: forks } };
    try {
      const connection = await network.create({ network: SIMULATION, override: { chainId, ...forking } });
      const { provider } = connection;
      const chain = new RehearsalChain(options, ledger, provider, async () => connection.close());
      try {
        await requireSimulated(name, connection);
        // A block of our own: older ones are executed by the rules that their chain had then.
        await chain.mine(1, 1);
        return chain;
      } catch (error) {
        await chain.close();
        throw error;
      }
    } catch (error) {
      if (forks === undefined || error instanceof DeployError) throw error;
      // The cause would tell the endpoint.
      throw new DeployError("Unreachable", `${name}: the endpoint of its network cannot be forked`);
    }
  }

  /** Ends it. */
  async close(): Promise<void> {
    this.provider.destroy();
    await this.#close();
  }

  /** Anybody, with ether, and without a key. */
  async as(account: Address): Promise<Signer> {
    if (!this.#known.has(account)) {
      await this.#ask("hardhat_impersonateAccount", account);
      await this.#ask("hardhat_setBalance", account, quantity(WEALTH));
      this.#known.add(account);
    }
    return new JsonRpcSigner(this.provider, account);
  }

  /** The latest block's second. */
  async time(): Promise<bigint> {
    return BigInt((await latestBlock(this.provider)).timestamp);
  }

  /** Mines so many blocks, so many seconds apart. */
  async mine(blocks: number, seconds: number): Promise<void> {
    if (blocks > 0) await this.#ask("hardhat_mine", quantity(blocks), quantity(seconds));
  }

  /** Mines a block of this second, unless it is past already. */
  async advanceTo(second: bigint): Promise<void> {
    if (second <= (await this.time())) return;
    await this.#ask("evm_setNextBlockTimestamp", Number(second));
    await this.#ask("evm_mine");
  }

  /** Has code in an account. */
  async setCode(account: Address, code: Hex): Promise<void> {
    await this.#ask("hardhat_setCode", account, code);
  }

  /** Has a word in an account's storage. */
  async setStorage(account: Address, slot: string | bigint, value: string): Promise<void> {
    await this.#ask("hardhat_setStorageAt", account, `0x${BigInt(slot).toString(16)}`, value);
  }

  /** Gives an account ether, and a number of transactions. */
  async setAccount(account: Address, balance: bigint, nonce?: number): Promise<void> {
    await this.#ask("hardhat_setBalance", account, quantity(balance));
    if (nonce !== undefined) await this.#ask("hardhat_setNonce", account, quantity(nonce));
  }

  async #ask(method: string, ...params: unknown[]): Promise<void> {
    await this.#raw.request({ method, params });
  }
}

/**
 * Makes sure that nothing leaves this process: whatever is asked of a real chain here would be refused there, or worse, done.
 *
 * @param name - The chain's.
 * @param connection - To it; throws `NotSimulated` unless Hardhat simulates it here.
 */
export async function requireSimulated(
  name: string,
  connection: {
    readonly networkConfig: { readonly type: string };
    readonly provider: Pick<EthereumProvider, "request">;
  },
): Promise<void> {
  const asked = connection.provider.request({ method: "hardhat_metadata", params: [] });
  const answer: unknown = await asked.catch(() => undefined);
  if (connection.networkConfig.type === "edr-simulated" && metadataSchema.safeParse(answer).success) return;
  throw new DeployError("NotSimulated", `${name}: a rehearsal is sent to simulated chains only, and this is none`);
}

const metadataSchema = z.object({ instanceId: z.string(), clientVersion: z.string().startsWith("edr/") });

async function latestBlock(provider: Provider) {
  const block = await provider.getBlock("latest");
  if (block === null) throw new Error("no latest block");
  return block;
}

function quantity(value: bigint | number): string {
  return toBeHex(value).replace(/^0x0+(?=.)/, "0x");
}
