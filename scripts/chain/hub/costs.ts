import type { Provider } from "ethers";

import type { ChainId } from "#protocol/types.ts";

import { hubAt, type HubSite } from "./site.ts";
import { ask } from "./submit.ts";

/** What a lie about a source costs the least quorum that can tell it. Names are those of the Solidity struct. */
export interface LieCost {
  readonly operatorSetId: number;
  readonly epoch: number;
  readonly quorumWeight: bigint;
  readonly refuteWad: bigint;
  readonly refutedWeight: bigint;
  readonly softWad: bigint;
  readonly softWeight: bigint;
}

/**
 * @param provider - The hub.
 * @param site - Where the registry is.
 * @param chainId - A chain.
 * @returns What a lie about it would cost its set today.
 */
export async function costOfLie(provider: Provider, site: HubSite, chainId: ChainId): Promise<LieCost> {
  const found = await ask(hubAt(site, provider).registry.costOfLie(chainId));
  const { operatorSetId, epoch, quorumWeight, refuteWad, refutedWeight, softWad, softWeight } = found;
  return {
    ...{ quorumWeight, refuteWad, refutedWeight, softWad, softWeight },
    operatorSetId: Number(operatorSetId),
    epoch: Number(epoch),
  };
}
