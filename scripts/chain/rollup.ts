import type { JsonRpcProvider } from "ethers";

import type { Domain } from "#protocol/batches.ts";
import type { Lane } from "#protocol/messages.ts";
import { HEARD_STATUSES, type Rollup as Entry } from "#protocol/statements.ts";
import { address, chainId as toChainId, type Address, type ChainId } from "#protocol/types.ts";
import { toJson } from "#protocol/schemas.ts";

import { Endpoints, type EndpointOptions } from "./endpoints.ts";
import { entryFrom } from "./entry.ts";
import { LaneIndex } from "./laneIndex.ts";
import { decodeTableCode, type InstalledTable } from "./operatorTables.ts";
import { Directory__factory, Gateway__factory, OperatorTables__factory, type Gateway } from "./contracts.ts";

const NO_ADDRESS = "0x0000000000000000000000000000000000000000";

/** What a client of a rollup is opened with. */
export interface RollupOptions extends EndpointOptions {
  readonly gateway: Address;
  /** Block in which the gateway was deployed. */
  readonly fromBlock: number;
  readonly blockRange: number;
}

/** What a gateway reads; immutable in it. */
export interface Books {
  readonly directory: Address;
  readonly operatorTables: Address;
}

/** Reads one rollup's contracts. What a signature rests on is asked from every endpoint. */
export class RollupClient {
  readonly chainId: ChainId;
  readonly gateway: Address;
  readonly endpoints: Endpoints;
  readonly lanes: LaneIndex;
  #books: Books | undefined;
  #domain: Domain | undefined;
  readonly #tables = new Map<string, InstalledTable>();

  /** @param options - Gateway and endpoints. */
  constructor(options: RollupOptions) {
    this.chainId = options.chainId;
    this.gateway = options.gateway;
    this.endpoints = new Endpoints(options);
    this.lanes = new LaneIndex({ ...options, endpoints: this.endpoints });
  }

  /** Where the gateway's books are, all endpoints agreeing. */
  async books(): Promise<Books> {
    this.#books ??= await this.#agree(async (provider) => {
      const gateway = this.contract(provider);
      const [directory, operatorTables] = await Promise.all([gateway.directory(), gateway.operatorTables()]);
      return { directory: address(directory), operatorTables: address(operatorTables) };
    });
    return this.#books;
  }

  /**
   * @param id - A chain id.
   * @returns The directory's entry, all endpoints agreeing; undefined for an unknown chain.
   */
  async entry(id: ChainId): Promise<Entry | undefined> {
    const { directory } = await this.books();
    const { entry } = await this.#agree(async (provider) => ({
      entry: entryFrom(await Directory__factory.connect(directory, provider).entry(id)),
    }));
    return entry;
  }

  /**
   * @param id - A chain id.
   * @param gateway - A gateway of that chain.
   * @param nowSeconds - The time.
   * @returns The chain's entry if its gateway is heard here, as the present one or as a draining one.
   */
  async heardEntry(id: ChainId, gateway: Address, nowSeconds: bigint): Promise<Entry | undefined> {
    const entry = await this.entry(id);
    if (entry === undefined || !HEARD_STATUSES.includes(entry.status)) return undefined;
    if (entry.gateway === gateway) return entry;
    const { directory } = await this.books();
    const lastSecond = await this.#agree((provider) =>
      Directory__factory.connect(directory, provider).drainingUntil(id, gateway),
    );
    return lastSecond >= nowSeconds ? entry : undefined;
  }

  /** The hub and the service manager that this gateway's operators sign for, all endpoints agreeing. */
  async domain(): Promise<Domain> {
    this.#domain ??= await this.#agree(async (provider) => {
      const gateway = this.contract(provider);
      return {
        hubChainId: toChainId(await gateway.hubChainId()),
        serviceManager: address(await gateway.serviceManager()),
      };
    });
    return this.#domain;
  }

  /**
   * @param operatorSetId - A set.
   * @returns The number of its newest epoch here; 0 for none.
   */
  async newestEpoch(operatorSetId: number): Promise<number> {
    const { operatorTables } = await this.books();
    const newest = await this.#agree((provider) =>
      OperatorTables__factory.connect(operatorTables, provider).newestEpoch(operatorSetId),
    );
    return Number(newest);
  }

  /**
   * @param operatorSetId - A set.
   * @param epoch - One of its epochs.
   * @returns The table, all endpoints agreeing; undefined when it is not installed here.
   */
  async installedTable(operatorSetId: number, epoch: number): Promise<InstalledTable | undefined> {
    const key = `${String(operatorSetId)}/${String(epoch)}`;
    const known = this.#tables.get(key);
    if (known !== undefined) return known;
    const { operatorTables } = await this.books();
    const found = await this.#agree(async (provider) => {
      const tables = OperatorTables__factory.connect(operatorTables, provider);
      const { table, validFrom, validitySeconds, graceSeconds } = await tables.epoch(operatorSetId, epoch);
      const code = table === NO_ADDRESS ? "0x" : await provider.getCode(table);
      return { code, validFrom, validUntil: validFrom + validitySeconds, graceSeconds: Number(graceSeconds) };
    });
    if (found.code === "0x") return undefined;
    const { code, ...window } = found;
    // An installed epoch never changes; only the validity of the node's clock does.
    const installed: InstalledTable = { operatorSetId, epoch, ...window, table: decodeTableCode(code) };
    this.#tables.set(key, installed);
    return installed;
  }

  /**
   * @param lane - A lane that ends here.
   * @param pageIndex - One of its pages.
   * @returns The replay word: bit i is set once message i was delivered.
   */
  deliveredWord(lane: Lane, pageIndex: bigint): Promise<bigint> {
    return this.endpoints.first((provider) =>
      this.contract(provider).deliveredWord(lane.sourceChainId, lane.sourceGateway, pageIndex),
    );
  }

  /** Time of the latest block. */
  latestTimestamp(): Promise<bigint> {
    return this.endpoints.first(async (provider) => {
      const block = await provider.getBlock("latest");
      if (block === null) throw new Error("no latest block");
      return BigInt(block.timestamp);
    });
  }

  /**
   * @param provider - One endpoint.
   * @returns The gateway, typed.
   */
  contract(provider: JsonRpcProvider): Gateway {
    return Gateway__factory.connect(this.gateway, provider);
  }

  /** Lets go of all endpoints. */
  close(): void {
    this.endpoints.close();
  }

  #agree<T>(ask: (provider: JsonRpcProvider) => Promise<T>): Promise<T> {
    return this.endpoints.agree(ask, toJson);
  }
}
