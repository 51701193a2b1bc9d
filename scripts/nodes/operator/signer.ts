import { keyPair, sign, type G1Point, type KeyPair } from "#protocol/bn254.ts";
import type { Bytes32 } from "#protocol/types.ts";

import type { RecordedBatch } from "./history.ts";

/** Holds the operator's key, and signs nothing but what its history recorded. */
export class Signer {
  readonly #key: KeyPair;

  /** @param secretKey - The BN254 secret as 32 bytes. */
  constructor(secretKey: Bytes32) {
    this.#key = keyPair(BigInt(secretKey));
  }

  /** Both public halves. */
  get publicKey(): Pick<KeyPair, "g1" | "g2"> {
    return { g1: this.#key.g1, g2: this.#key.g2 };
  }

  /**
   * @param batch - A batch whose rows are on the disk: without them there is no value of this type.
   * @returns The signature.
   */
  sign(batch: RecordedBatch): G1Point {
    return sign(this.#key.secret, batch.digest);
  }
}
