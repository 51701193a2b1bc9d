import { ContractFactory, type InterfaceAbi, type Signer } from "ethers";

import { address, type Address } from "#protocol/types.ts";

/** Reads a compiled contract by name. */
export type ReadArtifact = (name: string) => Promise<{ readonly abi: InterfaceAbi; readonly bytecode: string }>;

/** A contract, and what it is constructed with. */
export interface Construction {
  readonly contract: string;
  readonly args: readonly unknown[];
}

/**
 * Deploys with the signer's own transaction.
 *
 * @param signer - The deployer.
 * @param readArtifact - Where compiled contracts come from.
 * @param construction - What.
 * @param nonce - The deployer's nonce.
 * @returns Where it is.
 */
export async function construct(
  signer: Signer,
  readArtifact: ReadArtifact,
  { contract, args }: Construction,
  nonce: number,
): Promise<Address> {
  const { abi, bytecode } = await readArtifact(contract);
  const deployed = await new ContractFactory(abi, bytecode, signer).deploy(...args, { nonce });
  await deployed.waitForDeployment();
  return address(await deployed.getAddress());
}
