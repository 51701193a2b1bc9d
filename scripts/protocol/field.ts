import { ensure } from "./errors.ts";

/** The prime of BN254's base field: coordinates are below it. It is 3 modulo 4. */
export const FIELD_PRIME = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
/** The order of BN254's groups: scalars are below it. */
export const GROUP_ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

const SQUARE_ROOT_EXPONENT = (FIELD_PRIME + 1n) / 4n;

/**
 * @param value - Any integer.
 * @returns Its residue, 0 to p − 1.
 */
export function reduce(value: bigint): bigint {
  const residue = value % FIELD_PRIME;
  return residue < 0n ? residue + FIELD_PRIME : residue;
}

/**
 * @param base - A field element.
 * @param exponent - Not negative.
 * @returns `base ^ exponent`.
 */
export function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = reduce(base);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % FIELD_PRIME;
    square = (square * square) % FIELD_PRIME;
  }
  return result;
}

/**
 * @param square - A field element that is known to be a square.
 * @returns The one of its two roots that is itself a square.
 */
export function rootOfSquare(square: bigint): bigint {
  return power(square, SQUARE_ROOT_EXPONENT);
}

/**
 * @param value - A field element.
 * @returns The root that is itself a square, or undefined when there is none.
 */
export function squareRoot(value: bigint): bigint | undefined {
  const root = rootOfSquare(value);
  return (root * root) % FIELD_PRIME === reduce(value) ? root : undefined;
}

/**
 * @param x - A field element.
 * @returns `x³ + 3`, the right-hand side of G1's equation.
 */
export function curveRightSide(x: bigint): bigint {
  return reduce(x * x * x + 3n);
}

/**
 * @param coordinate - A number from outside.
 */
export function ensureCoordinate(coordinate: bigint): void {
  ensure(
    coordinate >= 0n && coordinate < FIELD_PRIME,
    "CoordinateOutOfRange",
    () => `coordinate ${String(coordinate)} is not below p`,
  );
}
