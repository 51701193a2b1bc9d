import type { Crew } from "#deploy/apply/crew.ts";
import { chainsOf } from "#deploy/config/chains.ts";
import type { NetworkConfig } from "#deploy/config/schema.ts";
import { address } from "#protocol/types.ts";

import type { OpenedChain } from "../shared/networks.ts";

/** How often a chain is asked whether something is mined. */
const [LOCAL_MS, PUBLIC_MS] = [50, 2_000];

/**
 * @param config - A network.
 * @param opened - Its chains, with accounts.
 * @returns Who sends on each.
 */
export async function crewsOf(
  config: NetworkConfig,
  opened: ReadonlyMap<string, OpenedChain>,
): Promise<ReadonlyMap<string, Crew>> {
  const crews = new Map<string, Crew>();
  for (const [chain, { confirmations }] of chainsOf(config)) {
    const found = opened.get(chain);
    if (found === undefined) throw new Error(`${chain} was not opened`);
    const { ethers, provider } = found;
    const signers = new Map((await ethers.getSigners()).map((signer) => [address(signer.address), signer] as const));
    crews.set(chain, {
      ...{ chain, provider: ethers.provider, confirmations, accounts: new Set(signers.keys()) },
      pollingMs: config.isLocal ? LOCAL_MS : PUBLIC_MS,
      raw: { request: async (request): Promise<unknown> => provider.request(request) },
      signer: async (account) => {
        const signer = signers.get(account);
        if (signer === undefined) throw new Error(`${chain} has no account ${account}`);
        return signer;
      },
    });
  }
  return crews;
}
