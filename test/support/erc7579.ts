import { AbiCoder, concat, solidityPacked } from "ethers";

import { hex, type Hex } from "#protocol/types.ts";

/** ERC-7579's mode of one call that reverts as a whole. */
export const SINGLE_CALL = `0x00${"00".repeat(31)}`;
/** ERC-7579's mode of several calls that revert as a whole. */
export const BATCH_OF_CALLS = `0x01${"00".repeat(31)}`;

/** ERC-7579's mode of one call that may fail without a word to the caller. */
export const SINGLE_TRY = `0x0001${"00".repeat(30)}`;

/** A call without value. */
export interface Call {
  readonly target: string;
  readonly data: string;
}

/** What follows the mode of a single call. */
export function callData({ target, data }: Call): Hex {
  return hex(solidityPacked(["address", "uint256", "bytes"], [target, 0, data]));
}

/** Mode and one call, as CrosschainRemoteExecutor reads it. */
export function single(call: Call): Hex {
  return hex(concat([SINGLE_CALL, callData(call)]));
}

/** Mode and one call whose failure is swallowed, as CrosschainRemoteExecutor reads it. */
export function attempt(call: Call): Hex {
  return hex(concat([SINGLE_TRY, callData(call)]));
}

/** Mode and several calls, as CrosschainRemoteExecutor reads them. */
export function batch(calls: readonly Call[]): Hex {
  const encoded = AbiCoder.defaultAbiCoder().encode(
    ["tuple(address,uint256,bytes)[]"],
    [calls.map(({ target, data }) => [target, 0, data])],
  );
  return hex(concat([BATCH_OF_CALLS, encoded]));
}
