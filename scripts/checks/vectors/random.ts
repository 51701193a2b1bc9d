import { concat, dataSlice, id, keccak256, toBeHex } from "ethers";

import { address, bytes32, chainId, hex, type Address, type Bytes32, type ChainId, type Hex } from "#protocol/types.ts";

/** Values that look random and are the same on every machine: keccak256 of a label and a counter. */
export class Random {
  readonly #seed: string;
  #drawn = 0;

  constructor(label: string) {
    this.#seed = id(`parley vectors: ${label}`);
  }

  word(): Bytes32 {
    this.#drawn += 1;
    return bytes32(keccak256(concat([this.#seed, toBeHex(this.#drawn, 32)])));
  }

  words(count: number): Bytes32[] {
    return Array.from({ length: count }, () => this.word());
  }

  bytes(length: number): Hex {
    return length === 0 ? hex("0x") : hex(dataSlice(concat(this.words(Math.ceil(length / 32))), 0, length));
  }

  /** 0 to limit − 1. */
  below(limit: bigint): bigint {
    return BigInt(this.word()) % limit;
  }

  uint(bits: number): bigint {
    return this.below(1n << BigInt(bits));
  }

  small(limit: number): number {
    return Number(this.below(BigInt(limit)));
  }

  address(): Address {
    return address(this.bytes(20));
  }

  chainId(): ChainId {
    return chainId(this.below((1n << 64n) - 1n) + 1n);
  }
}
