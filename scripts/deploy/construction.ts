import { ContractFactory, type InterfaceAbi, type Signer } from "ethers";

import type { ReleasedCode } from "#chain/release.ts";
import { address, type Address } from "#protocol/types.ts";

/** A compiled contract. */
export interface Compiled {
  readonly abi: InterfaceAbi;
  readonly bytecode: string;
  /** What a chain has of it, with nothing where the constructor writes. */
  readonly deployedBytecode?: string;
  readonly immutableReferences?: ReleasedCode["immutableReferences"];
}

/** Reads a compiled contract by name. */
export type ReadArtifact = (name: string) => Promise<Compiled>;

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
