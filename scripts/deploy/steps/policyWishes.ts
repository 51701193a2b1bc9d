import { DEFAULT_SOURCE } from "#chain/admin/policies.ts";
import type { SourcePolicy } from "#chain/admin/sourcePolicy.ts";

import type { NetworkConfig, RollupConfig } from "../config/schema.ts";

/** What a rollup is to demand of a source. */
export interface PolicyWish {
  /** A rollup's name; none for all that appear later. */
  readonly source: string | undefined;
  readonly chainId: bigint;
  readonly policy: SourcePolicy;
}

/**
 * What plans bring about is what checks demand: both ask here.
 *
 * @param config - A network.
 * @param rollup - One of its rollups.
 * @returns What it is to demand of sources that appear later, then of every rollup that is described. The directory names a rollup itself, too.
 */
export function policyWishes({ rollups }: NetworkConfig, { policy, sources }: RollupConfig): PolicyWish[] {
  const { owner: _, looseningDelaySeconds: __, exitTimeSeconds: ___, haltQuorumBps: ____, ...byDefault } = policy;
  return [
    { source: undefined, chainId: DEFAULT_SOURCE, policy: byDefault },
    ...Object.entries(rollups).map(([source, { chainId }]) => {
      const own = Object.hasOwn(sources, source) ? sources[source] : undefined;
      return { source, chainId: BigInt(chainId), policy: own ?? byDefault };
    }),
  ];
}
