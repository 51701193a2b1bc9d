import { AbiCoder, keccak256 } from "ethers";

import { bytes32, type Address, type Bytes32, type ChainId } from "#protocol/types.ts";

/** Slots of the gateway's mappings that are read by proof. A test compares them with the compiler's storage layout. */
export const GATEWAY_SLOTS = { _chainHeads: 1n, _pageHeads: 2n } as const;

const coder = AbiCoder.defaultAbiCoder();

/**
 * @param destinationChainId - Where the lane leads.
 * @param destinationGateway - The gateway there.
 * @returns Slot of `_chainHeads[destinationChainId][destinationGateway]`.
 */
export function chainHeadSlot(destinationChainId: ChainId, destinationGateway: Address): Bytes32 {
  const lanes = keccak256(coder.encode(["uint64", "uint256"], [destinationChainId, GATEWAY_SLOTS._chainHeads]));
  return bytes32(keccak256(coder.encode(["address", "bytes32"], [destinationGateway, lanes])));
}
