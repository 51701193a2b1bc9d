import { Contract, ContractFactory, ContractTransactionResponse, getCreateAddress, type Signer } from "ethers";

import type { ReadArtifact } from "#deploy/rollup.ts";
import { elementAt } from "#protocol/errors.ts";
import { address, type Address } from "#protocol/types.ts";

/** A release of EigenLayer whose behaviour `contracts/mocks/eigenlayer` has. */
export type EigenLayerProfile = "1.5" | "1.9" | "1.13";

/** All profiles, oldest first. */
export const EIGENLAYER_PROFILES: readonly EigenLayerProfile[] = ["1.5", "1.9", "1.13"];

/** Delays in blocks. A profile that has no use for one leaves it out. */
export interface EigenLayerDelays {
  readonly deallocation: number;
  readonly allocationConfiguration: number;
  /** Since 1.9. */
  readonly slasherConfiguration: number;
  readonly withdrawal: number;
  /** Since 1.13. */
  readonly slashResolution: number;
}

/** Mainnet's: 14, 17½ and 7 days of 12 seconds. */
export const MAINNET_DELAYS: EigenLayerDelays = {
  deallocation: 100_800,
  allocationConfiguration: 126_000,
  slasherConfiguration: 126_000,
  withdrawal: 100_800,
  slashResolution: 50_400,
};

/** Where EigenLayer's contracts are. */
export interface EigenLayerAddresses {
  readonly allocationManager: Address;
  readonly delegationManager: Address;
  readonly strategyManager: Address;
  readonly keyRegistrar: Address;
}

/** Where our stand-ins for them are, with the factory that gives tokens strategies. */
export interface DeployedEigenLayer extends EigenLayerAddresses {
  readonly strategyFactory: Address;
}

/**
 * Deploys our own EigenLayer. Slashes panic, as the real one's do, until the chain has `delays.withdrawal` blocks.
 *
 * @param signer - The deployer; its nonce must not be used by others meanwhile.
 * @param readArtifact - Where compiled contracts come from.
 * @param profile - The release it behaves as.
 * @param delays - What it waits.
 * @returns The addresses.
 */
export async function deployEigenLayer(
  signer: Signer,
  readArtifact: ReadArtifact,
  profile: EigenLayerProfile,
  delays: EigenLayerDelays,
): Promise<DeployedEigenLayer> {
  const firstNonce = await signer.getNonce();
  const from = await signer.getAddress();
  const addresses = [0, 1, 2, 3, 4].map((offset) => address(getCreateAddress({ from, nonce: firstNonce + offset })));
  const allocationManager = elementAt(addresses, 0);
  const delegationManager = elementAt(addresses, 1);
  const strategyManager = elementAt(addresses, 2);
  const keyRegistrar = elementAt(addresses, 3);
  const strategyFactory = elementAt(addresses, 4);

  let nonce = firstNonce;
  const deploy = async (name: string, ...args: readonly unknown[]): Promise<void> => {
    const { abi, bytecode } = await readArtifact(name);
    const contract = await new ContractFactory(abi, bytecode, signer).deploy(...args, { nonce: nonce++ });
    await contract.waitForDeployment();
  };

  const { deallocation, allocationConfiguration, slasherConfiguration, withdrawal, slashResolution } = delays;
  const allocation = [delegationManager, deallocation, allocationConfiguration];
  const strategy = [allocationManager, delegationManager, strategyFactory];
  if (profile === "1.5") await deploy("AllocationManagerV1", ...allocation);
  else await deploy("AllocationManagerV2", ...allocation, slasherConfiguration);
  await deploy("DelegationManager", allocationManager, strategyManager, withdrawal);
  if (profile === "1.13") await deploy("StrategyManagerDelayed", ...strategy, slashResolution);
  else await deploy("StrategyManager", ...strategy);
  await deploy("KeyRegistrar", allocationManager);
  await deploy("StrategyFactory", strategyManager);
  return { allocationManager, delegationManager, strategyManager, keyRegistrar, strategyFactory };
}

/**
 * Gives a token its strategy.
 *
 * @param signer - Anybody.
 * @param readArtifact - Where compiled contracts come from.
 * @param strategyFactory - The factory of `deployEigenLayer`.
 * @param token - A token that has none yet.
 * @returns The strategy.
 */
export async function deployStrategy(
  signer: Signer,
  readArtifact: ReadArtifact,
  strategyFactory: Address,
  token: Address,
): Promise<Address> {
  const { abi } = await readArtifact("StrategyFactory");
  const factory = new Contract(strategyFactory, abi, signer);
  const sent: unknown = await factory.getFunction("deployNewStrategy")(token);
  if (!(sent instanceof ContractTransactionResponse)) throw new Error("no transaction was sent");
  await sent.wait();
  return address(String(await factory.getFunction("deployedStrategies")(token)));
}
