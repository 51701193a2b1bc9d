import { concat, getBytes, id, keccak256, toBeHex } from "ethers";

let drawn = 0;

/** Bytes that look random and are the same in every run, in the order in which they are drawn. */
export function randomBytes(length: number): Uint8Array {
  const words: string[] = [];
  for (let i = 0; i < Math.ceil(length / 32); i++) {
    drawn += 1;
    words.push(keccak256(concat([id("parley tests"), toBeHex(drawn, 32)])));
  }
  return getBytes(concat(words)).slice(0, length);
}
