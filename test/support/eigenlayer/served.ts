import { expect } from "chai";

import { parseSite, type EigenLayerSite } from "#chain/snapshot/addresses.ts";
import { serveChain, type Endpoint } from "#support/rpc.ts";

import type { EigenLayer } from "./eigenLayer.ts";
import { HALF, RECIPIENT, scene, SET_ID, STAKE } from "./scene.ts";

/** EigenLayer on a chain that others can reach. */
export interface ServedEigenLayer {
  readonly eigenLayer: EigenLayer;
  readonly site: EigenLayerSite;
  readonly endpoint: Endpoint;
}

/** Serves the chain of an EigenLayer. */
export async function served(eigenLayer: EigenLayer): Promise<ServedEigenLayer> {
  return { eigenLayer, site: await siteIn(eigenLayer), endpoint: await serveChain(eigenLayer.chain) };
}

/** Where an EigenLayer is, as a file of addresses would say it. */
export async function siteIn(eigenLayer: EigenLayer): Promise<EigenLayerSite> {
  const { chain, assets, allocationManager, delegationManager, strategyManager, keyRegistrar } = eigenLayer;
  return parseSite({
    chainId: Number(chain.chainId),
    contracts: {
      AllocationManager: await allocationManager.getAddress(),
      DelegationManager: await delegationManager.getAddress(),
      StrategyManager: await strategyManager.getAddress(),
      KeyRegistrar: await keyRegistrar.getAddress(),
    },
    strategies: Object.fromEntries(assets.map(({ strategy }, at) => [`token${String(at)}`, strategy])),
  });
}

/** The shortest story that needs all of EigenLayer: stake, allocation and key, a slash, its tokens with the recipient. */
export async function expectSlashCleared(eigenLayer: EigenLayer): Promise<void> {
  const { asset, service, operator } = await scene(eigenLayer);
  const slash = await service.slash(SET_ID, operator, [asset, HALF]);
  expect(slash.shares).to.deep.equal([STAKE / 4n]);
  await service.passResolution(slash);
  await service.clear(slash);
  const token = await eigenLayer.chain.ethers.getContractAt("FreeERC20", asset.token);
  expect(await token.balanceOf(RECIPIENT)).to.equal(STAKE / 4n);
}
