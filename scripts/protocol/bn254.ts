import { bn254 } from "@noble/curves/bn254.js";

import { ensure } from "./errors.ts";
import { curveRightSide, ensureCoordinate, GROUP_ORDER, reduce } from "./field.ts";
import { hashToG1 } from "./hashing.ts";
import type { Bytes32 } from "./types.ts";

/** An affine point of G1. Not necessarily on the curve until it was checked: it is how points travel. */
export interface G1Point {
  readonly x: bigint;
  readonly y: bigint;
}

/**
 * An affine point of G2. The limbs of a coordinate are imaginary part first, as the precompile and EigenLayer's Solidity
 * have them; noble's `c0` is the second limb.
 */
export interface G2Point {
  readonly x: [bigint, bigint];
  readonly y: [bigint, bigint];
}

/** A BN254 key: the secret and its two public halves. */
export interface KeyPair {
  readonly secret: bigint;
  readonly g1: G1Point;
  readonly g2: G2Point;
}

type NobleG1 = InstanceType<typeof bn254.G1.Point>;
type NobleG2 = InstanceType<typeof bn254.G2.Point>;

/** G1's generator. */
export const G1_GENERATOR: G1Point = { x: 1n, y: 2n };
/** G2's generator. */
export const G2_GENERATOR: G2Point = fromNobleG2(bn254.G2.Point.BASE);
/** G2's generator, negated: the fixed half of every check. */
export const NEGATED_G2_GENERATOR: G2Point = fromNobleG2(bn254.G2.Point.BASE.negate());

/**
 * @param point - A point from outside.
 */
export function ensureG1(point: G1Point): void {
  ensureCoordinate(point.x);
  ensureCoordinate(point.y);
  ensure(point.x !== 0n || point.y !== 0n, "PointAtInfinity", () => "the point at infinity is no key and no signature");
  ensure(
    reduce(point.y * point.y) === curveRightSide(point.x),
    "PointNotOnCurve",
    () => `(${String(point.x)}, ${String(point.y)}) is not on G1's curve`,
  );
}

/**
 * Checks a point of G2: coordinates, curve and subgroup.
 *
 * @param point - A point from outside.
 */
export function ensureG2(point: G2Point): void {
  ensureOnTwist(point);
  ensure(nobleG2(point).isTorsionFree(), "PointNotInSubgroup", () => "the point is not in G2's subgroup");
}

/**
 * Checks all of a point of G2 but its subgroup, which costs a scalar multiplication.
 *
 * @param point - A point from outside.
 */
export function ensureOnTwist(point: G2Point): void {
  ensureG2Coordinates(point);
  const { Fp2 } = bn254.fields;
  const { x, y } = nobleG2(point).toAffine();
  const rightSide = Fp2.add(Fp2.mul(Fp2.sqr(x), x), bn254.G2.Point.CURVE().b);
  ensure(Fp2.eql(Fp2.sqr(y), rightSide), "PointNotOnCurve", () => "the point is not on G2's curve");
}

/**
 * @param point - A point from outside, of which only the limbs are checked.
 */
export function ensureG2Coordinates(point: G2Point): void {
  const limbs = [...point.x, ...point.y];
  limbs.forEach(ensureCoordinate);
  ensure(
    limbs.some((limb) => limb !== 0n),
    "PointAtInfinity",
    () => "the point at infinity is no key",
  );
}

/**
 * @param point - A valid point of G1.
 * @returns noble's form of it.
 */
export function nobleG1(point: G1Point): NobleG1 {
  return bn254.G1.Point.fromAffine(point);
}

/**
 * @param point - A point of G2.
 * @returns noble's form of it.
 */
export function nobleG2(point: G2Point): NobleG2 {
  const [xImaginary, xReal] = point.x;
  const [yImaginary, yReal] = point.y;
  return bn254.G2.Point.fromAffine({ x: { c0: xReal, c1: xImaginary }, y: { c0: yReal, c1: yImaginary } });
}

/**
 * @param point - noble's form of a point; throws `PointAtInfinity` for zero.
 * @returns Our form of it.
 */
export function fromNobleG1(point: NobleG1): G1Point {
  ensure(!point.is0(), "PointAtInfinity", () => "a sum of points of G1 is the point at infinity");
  const { x, y } = point.toAffine();
  return { x, y };
}

/**
 * @param point - noble's form of a point; throws `PointAtInfinity` for zero.
 * @returns Our form of it, imaginary limbs first.
 */
export function fromNobleG2(point: NobleG2): G2Point {
  ensure(!point.is0(), "PointAtInfinity", () => "a sum of points of G2 is the point at infinity");
  const { x, y } = point.toAffine();
  return { x: [x.c1, x.c0], y: [y.c1, y.c0] };
}

/**
 * @param points - Valid points of G1.
 * @returns Their sum; throws `PointAtInfinity` when there is nothing left.
 */
export function addG1(points: readonly G1Point[]): G1Point {
  return fromNobleG1(points.map(nobleG1).reduce((sum, point) => sum.add(point), bn254.G1.Point.ZERO));
}

/**
 * @param point - A valid point of G1.
 * @returns Its negative.
 */
export function negateG1(point: G1Point): G1Point {
  return { x: point.x, y: reduce(-point.y) };
}

/**
 * @param secret - 1 to r − 1; else throws `InvalidSecretKey`.
 * @returns The key with its public halves.
 */
export function keyPair(secret: bigint): KeyPair {
  ensure(secret > 0n && secret < GROUP_ORDER, "InvalidSecretKey", () => "a secret key is 1 to r − 1");
  return {
    secret,
    g1: fromNobleG1(bn254.G1.Point.BASE.multiply(secret)),
    g2: fromNobleG2(bn254.G2.Point.BASE.multiply(secret)),
  };
}

/**
 * @param secret - A secret key.
 * @param digest - What is signed.
 * @returns The signature: the digest's point times the secret.
 */
export function sign(secret: bigint, digest: Bytes32): G1Point {
  ensure(secret > 0n && secret < GROUP_ORDER, "InvalidSecretKey", () => "a secret key is 1 to r − 1");
  return fromNobleG1(nobleG1(hashToG1(digest).point).multiply(secret));
}
