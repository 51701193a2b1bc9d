import { concat, getBytes, id, keccak256, toBeHex } from "ethers";

/**
 * @param name - What the bytes are for.
 * @returns A source of bytes that look random and are the same in every run, in the order in which they are drawn.
 */
export function randomness(name: string): (length: number) => Uint8Array {
  let drawn = 0;
  return (length) => {
    const words: string[] = [];
    for (let i = 0; i < Math.ceil(length / 32); i++) {
      drawn += 1;
      words.push(keccak256(concat([id(name), toBeHex(drawn, 32)])));
    }
    return getBytes(concat(words)).slice(0, length);
  };
}

/** Bytes of one source that all tests share. */
export const randomBytes = randomness("parley tests");
