import type { G1Point } from "./bn254.ts";
import { ensure } from "./errors.ts";
import { curveRightSide, ensureCoordinate, FIELD_PRIME, reduce, rootOfSquare, squareRoot } from "./field.ts";
import type { Bytes32 } from "./types.ts";

/** A digest's point may be found after at most this many rejected candidates. */
export const MAX_REJECTED_CANDIDATES = 255;

/** Witness of a digest's point, so that a contract finds it without a modular exponentiation. */
export interface HashHint {
  /** s with s⁴ = x³ + 3 for the accepted x: the point is (x, s²). */
  readonly fourthRoot: bigint;
  /** For each rejected x in turn a w with w² = −(x³ + 3): proof that x³ + 3 has no root, because −1 has none. */
  readonly nonResidueRoots: bigint[];
}

/** A digest's point with its witness. */
export interface HashedPoint {
  readonly point: G1Point;
  readonly hint: HashHint;
}

/**
 * EigenLayer's try-and-increment: x = digest mod p, then the next x while x³ + 3 has no root; y is the root that is
 * itself a square.
 *
 * @param digest - What is hashed.
 * @returns The point and its witness.
 */
export function hashToG1(digest: Bytes32): HashedPoint {
  const nonResidueRoots: bigint[] = [];
  for (let x = reduce(BigInt(digest)); ; x = (x + 1n) % FIELD_PRIME) {
    const rightSide = curveRightSide(x);
    const y = squareRoot(rightSide);
    if (y !== undefined) return { point: { x, y }, hint: { fourthRoot: rootOfSquare(y), nonResidueRoots } };

    ensure(
      nonResidueRoots.length < MAX_REJECTED_CANDIDATES,
      "TooManyCandidates",
      () => `no point within ${String(MAX_REJECTED_CANDIDATES)} candidates`,
    );
    // −1 is no square, so where x³ + 3 has no root, its negative has one.
    nonResidueRoots.push(rootOfSquare(-rightSide));
  }
}

/**
 * Finds a digest's point from its witness, the way the contract does.
 *
 * @param digest - What is hashed.
 * @param hint - The witness.
 * @returns The point; throws `WrongHashHint`, `TooManyCandidates` or `CoordinateOutOfRange`.
 */
export function witnessedPoint(digest: Bytes32, hint: HashHint): G1Point {
  const rejected = hint.nonResidueRoots.length;
  ensure(
    rejected <= MAX_REJECTED_CANDIDATES,
    "TooManyCandidates",
    () => `${String(rejected)} rejected candidates, at most ${String(MAX_REJECTED_CANDIDATES)}`,
  );
  let x = reduce(BigInt(digest));
  for (const root of hint.nonResidueRoots) {
    ensureCoordinate(root);
    ensure(
      reduce(root * root + curveRightSide(x)) === 0n,
      "WrongHashHint",
      () => `${String(x)} is not shown to have no point`,
    );
    x = (x + 1n) % FIELD_PRIME;
  }
  ensureCoordinate(hint.fourthRoot);
  const y = reduce(hint.fourthRoot * hint.fourthRoot);
  ensure(reduce(y * y) === curveRightSide(x), "WrongHashHint", () => `the fourth root does not lead to ${String(x)}`);
  return { x, y };
}
