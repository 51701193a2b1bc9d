import type { Provider } from "ethers";

import { Gateway__factory } from "#chain/contracts.ts";
import { address, type Address, type ChainId } from "#protocol/types.ts";

/** A chain that is read: one endpoint, whose word is taken. */
export type Reader = Provider & { send(method: string, parameters: unknown[]): Promise<unknown> };

/** A rollup of an address book, opened. */
export interface RollupSite {
  /** As the book names it. */
  readonly name: string;
  readonly chainId: ChainId;
  readonly gateway: Address;
  /** Ours have no event in any block before this one. */
  readonly fromBlock: number;
  readonly provider: Reader;
}

/** A gateway's books. */
export interface Books {
  readonly directory: Address;
  readonly operatorTables: Address;
  readonly policy: Address;
  readonly certificateVerifier: Address;
}

/**
 * @param provider - The chain.
 * @param gateway - A gateway, maybe one that was replaced.
 * @returns Its books, as it names them itself.
 */
export async function booksOf(provider: Provider, gateway: Address): Promise<Books> {
  const contract = Gateway__factory.connect(gateway, provider);
  const [directory, operatorTables, policy, certificateVerifier] = await Promise.all([
    contract.directory(),
    contract.operatorTables(),
    contract.policy(),
    contract.certificateVerifier(),
  ]);
  return {
    directory: address(directory),
    operatorTables: address(operatorTables),
    policy: address(policy),
    certificateVerifier: address(certificateVerifier),
  };
}

/** Time of a chain's newest block. */
export async function timeOf(provider: Provider): Promise<bigint> {
  const block = await provider.getBlock("latest");
  return BigInt(block?.timestamp ?? 0);
}
