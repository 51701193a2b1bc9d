import { network } from "hardhat";

import { chainIdOf, knownSite } from "#deploy/snapshot.ts";
import type { EigenLayerSite } from "#chain/snapshot/addresses.ts";
import { chainId as toChainId } from "#protocol/types.ts";

import { EigenLayer } from "./eigenLayer.ts";
import { emptiedAssets, minting } from "./strategies.ts";

/** A chain to fork. */
export interface ForkOptions {
  readonly backend: string;
  readonly url: string;
  /** Where EigenLayer is there; the reviewed addresses of that chain unless given. */
  readonly site?: EigenLayerSite;
}

/** Forks a chain that EigenLayer is on, with plain tokens below two of its strategies. All else is as it is there. */
export async function startFork({ backend, url, site }: ForkOptions): Promise<EigenLayer> {
  const id = await chainIdOf([url]);
  const { contracts, strategies } = site ?? (await knownSite(id));
  const connection = await network.create({
    network: "default",
    override: { chainId: id, forking: { enabled: true, url } },
  });
  const { ethers, networkHelpers: helpers } = connection;
  // A block of our own: older ones are executed by the rules that their chain had then.
  await helpers.mine(1);
  const chain = { chainId: toChainId(id), ethers, helpers, signers: await ethers.getSigners() };
  const eigenLayer = await EigenLayer.attach({
    backend,
    chain,
    assets: await emptiedAssets(chain, Object.values(strategies)),
    addresses: {
      allocationManager: contracts.AllocationManager,
      delegationManager: contracts.DelegationManager,
      strategyManager: contracts.StrategyManager,
      keyRegistrar: contracts.KeyRegistrar,
    },
    mint: minting(chain),
  });
  // EigenLayer counts back by this delay from the present block, which a young chain does not have behind it.
  await eigenLayer.pass(Math.max(0, eigenLayer.delays.withdrawal - (await eigenLayer.blockNumber())));
  return eigenLayer;
}
