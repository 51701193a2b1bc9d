import { RollupClient } from "#chain/rollup.ts";
import type { Address, ChainId } from "#protocol/types.ts";

import type { RollupConfig } from "./config.ts";

/**
 * The gateways that a node reads: one of most chains, and of a chain that changed its gateway the present one and those
 * that still drain.
 */
export class Rollups implements Iterable<RollupClient> {
  readonly #clients: readonly RollupClient[];

  /** @param clients - No two of the same gateway. */
  constructor(clients: readonly RollupClient[]) {
    this.#clients = clients;
  }

  /**
   * @param chainId - A chain.
   * @param gateway - A gateway there.
   * @returns Its client, if this node was told about it.
   */
  get(chainId: ChainId, gateway: Address): RollupClient | undefined {
    return this.#clients.find((client) => client.chainId === chainId && client.gateway === gateway);
  }

  /** Lets go of all their endpoints. */
  close(): void {
    for (const client of this.#clients) client.close();
  }

  [Symbol.iterator](): Iterator<RollupClient> {
    return this.#clients[Symbol.iterator]();
  }
}

/**
 * @param configs - Gateways and endpoints.
 * @returns Their clients.
 */
export function openRollups(configs: readonly RollupConfig[]): Rollups {
  return new Rollups(configs.map((config) => new RollupClient(config)));
}

/** Last block that was read, by chain id, as `/health` has it; of a chain with several gateways the one farthest behind. */
export function blocksOf(rollups: Rollups): Record<string, number> {
  const blocks: Record<string, number> = {};
  for (const { chainId, lanes } of rollups) {
    const id = String(chainId);
    blocks[id] = Math.min(lanes.scannedTo, blocks[id] ?? lanes.scannedTo);
  }
  return blocks;
}
