import { BrowserProvider, ContractFactory, type Signer } from "ethers";

import { address, type Address } from "#protocol/types.ts";

import type { ReadArtifact } from "../construction.ts";
import { deployEigenLayer, deployStrategy, type DeployedEigenLayer, type EigenLayerDelays } from "../eigenLayer.ts";
import type { LocalChain } from "./chain.ts";

/** What others have deployed on public networks before we come: here it is ours. */
export interface Grounds {
  readonly eigenLayer: DeployedEigenLayer;
  readonly token: Address;
  readonly strategy: Address;
  /** By names of rollups: messengers that stand in for an OP Stack's, one on each side. */
  readonly messengers: ReadonlyMap<string, { readonly hub: Address; readonly rollup: Address }>;
}

/**
 * Lays the grounds: EigenLayer, a token with a strategy, and each rollup's messengers.
 *
 * @param hub - The hub's chain.
 * @param rollups - The rollups' chains.
 * @param readArtifact - Where compiled contracts come from.
 * @param delays - What EigenLayer waits, and the messengers' delay in seconds.
 * @returns Where everything is.
 */
export async function layGrounds(
  hub: LocalChain,
  rollups: readonly LocalChain[],
  readArtifact: ReadArtifact,
  delays: { readonly eigenLayer: EigenLayerDelays; readonly messengerSeconds: number },
): Promise<Grounds> {
  const onHub = await layer(hub);
  const eigenLayer = await deployEigenLayer(onHub, readArtifact, "1.13", delays.eigenLayer);
  const token = await deploy(onHub, readArtifact, "FreeERC20");
  const strategy = await deployStrategy(onHub, readArtifact, eigenLayer.strategyFactory, token);
  const messengers = new Map<string, { readonly hub: Address; readonly rollup: Address }>();
  for (const rollup of rollups) {
    const onRollup = await layer(rollup);
    const carrier = await onRollup.getAddress();
    const messenger = async (signer: Signer) =>
      deploy(signer, readArtifact, "DelayedMessenger", carrier, delays.messengerSeconds);
    messengers.set(rollup.name, { hub: await messenger(onHub), rollup: await messenger(onRollup) });
  }
  return { eigenLayer, token, strategy, messengers };
}

/** Index of who lays the grounds, and carries what crosses the messengers: nobody that has a role of ours. */
export const GROUND_LAYER = 16;

async function layer({ provider, chainId }: LocalChain): Promise<Signer> {
  const options = { staticNetwork: true, pollingInterval: 20, cacheTimeout: -1 } as const;
  return new BrowserProvider(provider, chainId, options).getSigner(GROUND_LAYER);
}

async function deploy(signer: Signer, readArtifact: ReadArtifact, name: string, ...args: unknown[]): Promise<Address> {
  const { abi, bytecode } = await readArtifact(name);
  const contract = await new ContractFactory(abi, bytecode, signer).deploy(...args);
  await contract.waitForDeployment();
  return address(await contract.getAddress());
}
