import type { JsonRpcProvider } from "ethers";

import { toJson } from "#protocol/schemas.ts";
import type { HubFact, Rollup as Entry, Table } from "#protocol/statements.ts";
import { bytes32, chainId as toChainId, type Address, type ChainId } from "#protocol/types.ts";

import { RollupRegistry__factory, TableBuilder__factory } from "./contracts.ts";
import type { Endpoints } from "./endpoints.ts";
import { entryFrom } from "./entry.ts";
import type { Header } from "./headers.ts";

/** The most answers that a view keeps; past that it asks again. */
const MOST_ANSWERS = 4_096;

/** The contracts of the hub that nodes read. */
export interface HubContracts {
  readonly serviceManager: Address;
  readonly tableBuilder: Address;
  readonly registry: Address;
}

/** The hub as it is at one block. Every answer is one that enough endpoints give, and is asked for once. */
export class HubView {
  /** The block, agreed by as many endpoints as must. */
  readonly block: Header;
  readonly #endpoints: Endpoints;
  readonly #contracts: HubContracts;
  readonly #answers = new Map<string, Promise<unknown>>();

  /**
   * @param endpoints - The hub's.
   * @param contracts - The hub's.
   * @param block - At which it is read.
   */
  constructor(endpoints: Endpoints, contracts: HubContracts, block: Header) {
    this.#endpoints = endpoints;
    this.#contracts = contracts;
    this.block = block;
  }

  /**
   * @param operatorSetId - A set.
   * @returns The number of its newest epoch; 0 for none.
   */
  newestEpoch(operatorSetId: number): Promise<number> {
    return this.#once(`newest ${String(operatorSetId)}`, async (provider, at) =>
      Number(await this.#tableBuilder(provider).newestEpoch(operatorSetId, at)),
    );
  }

  /**
   * @param operatorSetId - A set.
   * @param epoch - One of its epochs.
   * @returns The table as operators sign it; undefined where the hub has none.
   */
  table(operatorSetId: number, epoch: number): Promise<Table | undefined> {
    return this.#once(`table ${String(operatorSetId)} ${String(epoch)}`, async (provider, at) => {
      const { tableHash, validFrom, validUntil } = await this.#tableBuilder(provider).epoch(operatorSetId, epoch, at);
      return validUntil === 0n
        ? undefined
        : { operatorSetId, epoch, tableHash: bytes32(tableHash), validFrom, validUntil };
    });
  }

  /**
   * @param chainId - A chain id.
   * @param version - A version of its entry.
   * @returns The entry as operators sign it; undefined where the registry has none.
   */
  entry(chainId: ChainId, version: bigint): Promise<Entry | undefined> {
    return this.#once(`entry ${String(chainId)} ${String(version)}`, async (provider, at) =>
      entryFrom(await this.#registry(provider).rollupAt(chainId, version, at)),
    );
  }

  /**
   * @param fact - A fact, true or not.
   * @returns What the hub says of its subject: every version that the registry ever had counts, not only the present one;
   * undefined where it says nothing.
   */
  async fact({ kind, content }: HubFact): Promise<HubFact | undefined> {
    if (kind === "Table") {
      const table = await this.table(content.operatorSetId, content.epoch);
      return table === undefined ? undefined : { kind, content: table };
    }
    const entry = await this.entry(content.chainId, content.version);
    return entry === undefined ? undefined : { kind, content: entry };
  }

  /**
   * @param chainId - A chain id.
   * @returns The entry's present version; undefined for a chain that the registry does not know.
   */
  presentEntry(chainId: ChainId): Promise<Entry | undefined> {
    return this.#once(`present ${String(chainId)}`, async (provider, at) => {
      const present = await this.#registry(provider).entryOf(chainId, at);
      const { gateway, operatorSetId, status, finality, refutable, version } = present;
      return entryFrom({ chainId, gateway, operatorSetId, status, finality, refutable, version });
    });
  }

  /**
   * @param chainId - A chain id.
   * @param gateway - A gateway of that chain.
   * @returns Since which second the gateway speaks for the chain; 0 for one that never did.
   */
  activeSince(chainId: ChainId, gateway: Address): Promise<bigint> {
    return this.#once(
      `judge ${String(chainId)} ${gateway}`,
      async (provider, at) => (await this.#registry(provider).judgeOf(chainId, gateway, at)).since,
    );
  }

  /** How many chains the registry knows. */
  chainCount(): Promise<number> {
    return this.#once("count", async (provider, at) => Number(await this.#registry(provider).chainCount(at)));
  }

  /**
   * @param first - Place of the first one, in the order in which they became known.
   * @param most - The most that are wanted.
   * @returns The chains from that place on.
   */
  chainIds(first: number, most: number): Promise<readonly ChainId[]> {
    return this.#once(`chains ${String(first)} ${String(most)}`, async (provider, at) => {
      const found = await this.#registry(provider).chainIds(first, most, at);
      return found.slice(0, most).map(toChainId);
    });
  }

  #once<T>(key: string, ask: (provider: JsonRpcProvider, at: { blockTag: number }) => Promise<T>): Promise<T> {
    const known = this.#answers.get(key);
    // A key is used for one question only.
    if (known !== undefined) return known as Promise<T>;
    const at = { blockTag: this.block.number };
    const answer = this.#endpoints
      // Nothing is an answer, too.
      .agree(async (provider) => ({ found: await ask(provider, at) }), toJson)
      .then(({ found }) => found);
    if (this.#answers.size >= MOST_ANSWERS) this.#answers.clear();
    this.#answers.set(key, answer);
    // What failed is asked again.
    answer.catch(() => this.#answers.delete(key));
    return answer;
  }

  #tableBuilder(provider: JsonRpcProvider) {
    return TableBuilder__factory.connect(this.#contracts.tableBuilder, provider);
  }

  #registry(provider: JsonRpcProvider) {
    return RollupRegistry__factory.connect(this.#contracts.registry, provider);
  }
}
