import { concat, dataLength, toBeHex } from "ethers";

import { hex, type Hex } from "#protocol/types.ts";

// Init code that a chain runs in a call without a recipient: nothing is sent, nothing is kept, and no account is needed. What it
// returns would become a contract's code. Only instructions that every chain has, but for the ones that are asked about.

const joined = (...parts: string[]): Hex => hex(concat(parts));

/** Bytes of the longest code that a contract may have, since EIP-170. */
export const MOST_CODE_BYTES = 24_576;
/** Bytes of the longest init code, since EIP-3860. */
export const MOST_INIT_CODE_BYTES = 49_152;
/** What the programs look for where it does not matter. */
export const TOKEN = 42n;

/** Returns {@link TOKEN}, by PUSH0. */
export const PUSH0 = hex("0x602a5f5260205ff3");
/** Returns {@link TOKEN}, copied by MCOPY. */
export const MCOPY = hex("0x602a6000526020600060205e60206020f3");
/** Returns {@link TOKEN}, kept in transient storage meanwhile. */
export const TRANSIENT = hex("0x602a60015d60015c60005260206000f3");
/** Returns the chain's id as contracts see it. */
export const CHAIN_ID = hex("0x4660005260206000f3");
/** Returns as much code as a contract may have. */
export const LONG_CODE = joined("0x61", toBeHex(MOST_CODE_BYTES, 2), "0x6000f3");
/** Returns its own address, that of a contract it created from the longest init code, and that of one created from none by CREATE2. */
export const CREATIONS = joined(
  "0x6001600060006000f5", // CREATE2 with salt 1: the account's first creation
  "0x61",
  toBeHex(MOST_INIT_CODE_BYTES, 2),
  "0x60006000f0", // CREATE: its second
  "0x602052604052306000526060", // as words: its own address, the one by CREATE, the one by CREATE2
  "0x6000f3",
);

const INPUT_AT = 0;
const SUCCESS_AT = 0x400;
const SIZE_AT = SUCCESS_AT + 32;
const OUTPUT_AT = SIZE_AT + 32;
/** Where a program ends, and its input begins. */
const PROGRAM_BYTES = 45;

/**
 * @param precompile - Number of a precompile.
 * @param gas - What it may use.
 * @param input - What it is given, at most 1 024 bytes.
 * @param outputBytes - How long its answer should be.
 * @returns Init code that returns three parts: whether it succeeded, how long its answer was, and the answer.
 */
export function precompileProgram(precompile: number, gas: number, input: Hex, outputBytes: number): Hex {
  const push2 = (value: number) => joined("0x61", toBeHex(value, 2));
  const bytes = dataLength(input);
  return joined(
    ...[push2(bytes), push2(PROGRAM_BYTES), push2(INPUT_AT), "0x39"], // CODECOPY
    ...[push2(outputBytes), push2(OUTPUT_AT), push2(bytes), push2(INPUT_AT)],
    ...[joined("0x60", toBeHex(precompile, 1)), joined("0x62", toBeHex(gas, 3)), "0xfa"], // STATICCALL
    ...[push2(SUCCESS_AT), "0x52", "0x3d", push2(SIZE_AT), "0x52"], // MSTORE, RETURNDATASIZE
    ...[push2(OUTPUT_AT + outputBytes - SUCCESS_AT), push2(SUCCESS_AT), "0xf3", input],
  );
}
