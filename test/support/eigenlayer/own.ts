import { artifacts } from "hardhat";

import {
  deployEigenLayer,
  deployStrategy,
  MAINNET_DELAYS,
  type EigenLayerDelays,
  type EigenLayerProfile,
} from "#deploy/eigenLayer.ts";
import { elementAt } from "#protocol/errors.ts";
import { address } from "#protocol/types.ts";
import { startChain } from "#support/rollup.ts";

import { EigenLayer, type Asset } from "./eigenLayer.ts";

/** How many strategies there are: as many as the snapshot has. */
const STRATEGIES = 2;

/** The chain id of the snapshot, so that signatures are the same. */
const CHAIN_ID = 1;

/** Starts a chain with our own EigenLayer, with mainnet's delays unless told otherwise. */
export async function startOwn(
  profile: EigenLayerProfile,
  delays: EigenLayerDelays = MAINNET_DELAYS,
): Promise<EigenLayer> {
  const chain = await startChain(CHAIN_ID);
  const deployer = elementAt(chain.signers, 0);
  const readArtifact = (name: string) => artifacts.readArtifact(name);
  const { strategyFactory, ...addresses } = await deployEigenLayer(deployer, readArtifact, profile, delays);
  const assets: Asset[] = [];
  for (let i = 0; i < STRATEGIES; i++) {
    const token = address(await (await chain.ethers.deployContract("FreeERC20")).getAddress());
    assets.push({ strategy: await deployStrategy(deployer, readArtifact, strategyFactory, token), token });
  }
  const eigenLayer = await EigenLayer.attach({
    backend: `own ${profile}`,
    chain,
    assets,
    addresses,
    mint: async ({ token }, owner, amount) => {
      const contract = await chain.ethers.getContractAt("FreeERC20", token);
      await contract.mint(owner, amount);
    },
  });
  // EigenLayer counts back by this delay from the present block, which a young chain does not have behind it.
  await eigenLayer.pass(eigenLayer.delays.withdrawal);
  return eigenLayer;
}
