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
  /** Where EigenLayer is there. */
  readonly site: EigenLayerSite;
  /** One that is deep enough to stay, unless given. */
  readonly blockNumber?: number;
}

/** Chains whose EigenLayer is known. */
const CHAIN_IDS = { mainnet: 1, sepolia: 11_155_111 } as const;
export type LiveChain = keyof typeof CHAIN_IDS;

/** Forks one of them; an url of another chain is refused. */
export async function startLive(name: LiveChain, url: string): Promise<EigenLayer> {
  const site = await knownSite(CHAIN_IDS[name]);
  return startFork({ backend: `live ${name}`, url, site });
}

/** Forks a chain that EigenLayer is on, with plain tokens below two of its strategies. All else is as it is there. */
export async function startFork({ backend, url, site, blockNumber }: ForkOptions): Promise<EigenLayer> {
  const id = await chainIdOf([url]);
  const { chainId: expected, contracts, strategies } = site;
  if (id !== expected) throw new Error(`${backend}: the endpoint is of chain ${String(id)}, not ${String(expected)}`);
  const connection = await network.create({
    network: "default",
    override: { chainId: id, forking: { enabled: true, url, ...(blockNumber === undefined ? {} : { blockNumber }) } },
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
