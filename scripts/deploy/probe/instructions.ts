import { dataLength, dataSlice, getAddress, getCreate2Address, getCreateAddress, keccak256, toBeHex } from "ethers";

import type { Hex } from "#protocol/types.ts";

import { CHAIN_ID, CREATIONS, LONG_CODE, MOST_CODE_BYTES, MOST_INIT_CODE_BYTES, TOKEN } from "./programs.ts";

/** Runs init code and tells what it returned. */
export type Run = (initCode: string) => Promise<string>;

/**
 * @param run - Runs init code.
 * @param program - What should return the token.
 * @returns What is wrong; undefined for nothing.
 */
export async function instructionFault(run: Run, program: Hex): Promise<string | undefined> {
  const told = await run(program);
  return told === toBeHex(TOKEN, 32) ? undefined : `it answers ${told}`;
}

/**
 * @param run - Runs init code.
 * @param chainId - What the configuration says.
 * @returns What is wrong with the id that contracts see.
 */
export async function chainIdFault(run: Run, chainId: number): Promise<string | undefined> {
  const told = await run(CHAIN_ID);
  return told === toBeHex(chainId, 32) ? undefined : `contracts see ${shown(told)}`;
}

/** What is wrong with the longest code. */
export async function codeSizeFault(run: Run): Promise<string | undefined> {
  const found = dataLength(await run(LONG_CODE));
  return found === MOST_CODE_BYTES ? undefined : `a contract with ${MOST_CODE_BYTES} bytes of code ends with ${found}`;
}

/** What is wrong with the longest init code, and with addresses of contracts that a contract creates. */
export async function creationFault(run: Run): Promise<string | undefined> {
  const told = await run(CREATIONS);
  if (dataLength(told) !== 96) return `contracts cannot create contracts`;
  const at = (word: number) => getAddress(dataSlice(told, word * 32 + 12, word * 32 + 32));
  const [self, created, created2] = [at(0), at(1), at(2)];
  if (BigInt(created) === 0n) return `init code of ${MOST_INIT_CODE_BYTES} bytes is refused`;
  const [due, due2] = [
    getCreateAddress({ from: self, nonce: 2 }),
    getCreate2Address(self, toBeHex(1, 32), keccak256("0x")),
  ];
  if (created === due && created2 === due2) return undefined;
  return `contracts are created at ${created} and ${created2}, not at ${due} and ${due2}`;
}

function shown(word: string): string {
  return dataLength(word) === 32 ? String(BigInt(word)) : word;
}
