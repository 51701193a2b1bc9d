import { RollupClient } from "#chain/rollup.ts";
import type { ChainId } from "#protocol/types.ts";

import type { RollupConfig } from "./config.ts";

/** The rollups that a node reads, by chain id. */
export type Rollups = ReadonlyMap<ChainId, RollupClient>;

/**
 * @param configs - Gateways and endpoints.
 * @returns Their clients.
 */
export function openRollups(configs: readonly RollupConfig[]): Rollups {
  return new Map(configs.map((config) => [config.chainId, new RollupClient(config)]));
}

/** Lets go of all their endpoints. */
export function closeRollups(rollups: Rollups): void {
  for (const rollup of rollups.values()) rollup.close();
}

/** Last block that was read, by chain id, as `/health` has it. */
export function blocksOf(rollups: Rollups): Record<string, number> {
  return Object.fromEntries([...rollups].map(([id, { lanes }]) => [String(id), lanes.scannedTo]));
}
