import { AbiCoder, id } from "ethers";

import { keyPair, sign, type KeyPair } from "#protocol/bn254.ts";
import { GROUP_ORDER } from "#protocol/field.ts";
import { bytes32, hex, type Bytes32, type Hex } from "#protocol/types.ts";

// A key as the KeyRegistrar takes it.
export { keyDataOf } from "#chain/hub/operators.ts";

const abi = AbiCoder.defaultAbiCoder();

/** The BN254 key of this name. */
export function namedKey(name: string): KeyPair {
  return keyPair((BigInt(id(`parley test key ${name}`)) % (GROUP_ORDER - 1n)) + 1n);
}

/** A signature as the KeyRegistrar takes it. */
export function keySignature({ secret }: KeyPair, digest: string | Bytes32): Hex {
  const { x, y } = sign(secret, bytes32(digest));
  return hex(abi.encode(["uint256", "uint256"], [x, y]));
}
