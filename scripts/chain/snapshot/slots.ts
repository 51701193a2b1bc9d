import { AbiCoder, keccak256, toBeHex } from "ethers";

import { bytes32, type Address, type Bytes32 } from "#protocol/types.ts";

const abi = AbiCoder.defaultAbiCoder();

/** Slots of EIP-1967: where a proxy keeps what it stands for. */
export const PROXY_SLOTS = {
  implementation: bytes32("0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc"),
  beacon: bytes32("0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50"),
  admin: bytes32("0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103"),
} as const;

/** How many slots from zero on are read: EigenLayer's contracts keep owner, pauses, delays and their own words there. */
export const PLAIN_SLOTS = 256;

/** What is read of a contract that has a state of its own. */
export const STATE_SLOTS: readonly Bytes32[] = [...range(PLAIN_SLOTS).map(plainSlot), ...Object.values(PROXY_SLOTS)];
/** What is read of code behind a proxy: whether anybody could initialize it. */
export const CODE_SLOTS: readonly Bytes32[] = [plainSlot(0)];

/**
 * @param key - A mapping's key.
 * @returns Where the value would be, for a mapping in each of the plain slots: layouts move from release to release.
 */
export function mappingSlots(key: Address): Bytes32[] {
  return range(PLAIN_SLOTS).map((base) => bytes32(keccak256(abi.encode(["address", "uint256"], [key, base]))));
}

function plainSlot(at: number): Bytes32 {
  return bytes32(toBeHex(at, 32));
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}
