import type { HubConfig, NetworkConfig, RollupConfig } from "./schema.ts";

/**
 * @param config - A network.
 * @returns Its chains: `hub`, then rollups by their names.
 */
export function chainsOf({
  hub,
  rollups,
}: NetworkConfig): (readonly [name: string, chain: HubConfig | RollupConfig])[] {
  return [["hub", hub], ...Object.entries(rollups)];
}
