import { keccak256, toBeHex, zeroPadValue, concat } from "ethers";

import type { BlsVerifier } from "#protocol/bls.ts";
import {
  fromNobleG1,
  G1_GENERATOR,
  keyPair,
  NEGATED_G2_GENERATOR,
  nobleG1,
  type G1Point,
  type G2Point,
} from "#protocol/bn254.ts";
import { GAMMA_TAG } from "#protocol/certificates.ts";
import { curveRightSide, GROUP_ORDER } from "#protocol/field.ts";
import { hashToG1 } from "#protocol/hashing.ts";
import { bytes32, type Bytes32 } from "#protocol/types.ts";

/** What γ binds. */
export const COMPONENTS = ["digest", "H", "K1", "K2", "σ"] as const;
export type Component = (typeof COMPONENTS)[number];

/** All that a verification looks at. */
export interface Proof {
  readonly digest: Bytes32;
  readonly H: G1Point;
  readonly K1: G1Point;
  readonly K2: G2Point;
  readonly σ: G1Point;
}

/** Some way to choose γ. */
export type Gamma = (proof: Proof) => bigint;

/** γ as the protocol has it, but without the components in `dropped`. */
export function gammaWithout(dropped: ReadonlySet<Component>): Gamma {
  return ({ digest, H, K1, K2, σ }) => {
    const words: Record<Component, readonly bigint[]> = {
      digest: [BigInt(digest)],
      H: [H.x, H.y],
      K1: [K1.x, K1.y],
      K2: [...K2.x, ...K2.y],
      σ: [σ.x, σ.y],
    };
    const kept = COMPONENTS.filter((component) => !dropped.has(component)).flatMap((component) => words[component]);
    return BigInt(keccak256(concat([GAMMA_TAG, ...kept.map((word) => toBeHex(word, 32))]))) % GROUP_ORDER;
  };
}

/** Whether `e(σ + γ·K₁, −G₂) · e(H + γ·G₁, K₂) = 1` with that γ. */
export function holds(verifier: BlsVerifier, gamma: Gamma, proof: Proof): boolean {
  const γ = gamma(proof);
  return verifier.pairingIsOne([
    { g1: plus(proof.σ, γ, proof.K1), g2: NEGATED_G2_GENERATOR },
    { g1: plus(proof.H, γ, G1_GENERATOR), g2: proof.K2 },
  ]);
}

/**
 * A forgery over any digest, without a single signer, for a γ that does not depend on σ: with a key half of its own,
 * K₂ = k·G₂, the forger knows γ and only then takes σ = k·(H + γ·G₁) − γ·K₁.
 */
export function forgeSignature(gamma: Gamma, digest: Bytes32, K1: G1Point, secret: bigint): Proof {
  const H = hashToG1(digest).point;
  const { g2: K2 } = keyPair(secret);
  const γ = gamma({ digest, H, K1, K2, σ: H });
  return { digest, H, K1, K2, σ: plus(times(secret, plus(H, γ, G1_GENERATOR)), -γ, K1) };
}

/**
 * A forgery for a γ that does not depend on K₁: σ = k·H + b·G₁ and K₂ = k·G₂ come first, and only then somebody takes a
 * seat in the table with the key that makes the sum of all keys K₁ = (k − b/γ)·G₁.
 *
 * @param others - The sum of the keys of all other seats.
 * @returns The proof, and the key for the seat, whose secret nobody needs.
 */
export function forgeSeat(gamma: Gamma, digest: Bytes32, others: G1Point, secret: bigint): Proof & { seat: G1Point } {
  const H = hashToG1(digest).point;
  const { g2: K2 } = keyPair(secret);
  const shift = secret + 5n;
  const σ = plus(times(secret, H), shift, G1_GENERATOR);
  const γ = gamma({ digest, H, K1: H, K2, σ });
  const K1 = times(secret - shift * inverse(γ), G1_GENERATOR);
  return { digest, H, K1, K2, σ, seat: plus(K1, -1n, others) };
}

/**
 * A forgery for a γ that depends neither on the digest nor on H: σ and K₂ come first, then the point
 * H = (σ + γ·K₁)/k − γ·G₁ that fits, then a digest that hashes there: H's own x.
 */
export function forgeDigest(gamma: Gamma, K1: G1Point): Proof {
  for (let secret = 2n; ; secret += 1n) {
    const σ = times(secret, G1_GENERATOR);
    const { g2: K2 } = keyPair(secret + 1n);
    const γ = gamma({ digest: bytes32(GAMMA_TAG), H: σ, K1, K2, σ });
    const H = plus(times(inverse(secret + 1n), plus(σ, γ, K1)), -γ, G1_GENERATOR);
    const digest = bytes32(zeroPadValue(toBeHex(H.x), 32));
    // Of a point and its negative only the one whose y is a square is ever hashed to.
    if (hashToG1(digest).point.y === H.y && curveRightSide(H.x) !== 0n) return { digest, H, K1, K2, σ };
  }
}

/** point + scalar · other, for any scalar. */
function plus(point: G1Point, scalar: bigint, other: G1Point): G1Point {
  const factor = residue(scalar);
  return factor === 0n ? point : fromNobleG1(nobleG1(point).add(nobleG1(other).multiply(factor)));
}

function times(scalar: bigint, point: G1Point): G1Point {
  return fromNobleG1(nobleG1(point).multiply(residue(scalar)));
}

function residue(scalar: bigint): bigint {
  return ((scalar % GROUP_ORDER) + GROUP_ORDER) % GROUP_ORDER;
}

function inverse(scalar: bigint): bigint {
  let [result, base] = [1n, residue(scalar)];
  for (let exponent = GROUP_ORDER - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % GROUP_ORDER;
    base = (base * base) % GROUP_ORDER;
  }
  return result;
}
