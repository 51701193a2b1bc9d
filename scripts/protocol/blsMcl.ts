import mcl from "mcl-wasm";

import type { BlsVerifier } from "./bls.ts";
import { ensureG1, ensureG2Coordinates, type G1Point, type G2Point } from "./bn254.ts";
import { ensure, ProtocolError } from "./errors.ts";

let starting: Promise<BlsVerifier> | undefined;

/**
 * Starts the fast engine: a wasm module with one curve per process, so it starts once however often it is asked for.
 *
 * @returns The engine, about five times faster than noble.
 */
export function mclVerifier(): Promise<BlsVerifier> {
  starting ??= mcl.init(mcl.BN_SNARK1).then(() => {
    // Reading a point would check its subgroup otherwise; sums do not need that, and pairings ask for it by name.
    mcl.verifyOrderG2(false);
    return engine;
  });
  return starting;
}

const engine: BlsVerifier = {
  engine: "mcl",

  pairingIsOne(factors) {
    const loops = factors.map(({ g1, g2 }) => mcl.millerLoop(toG1(g1), inSubgroup(toG2(g2))));
    const one = new mcl.GT();
    one.setInt(1);
    return mcl.finalExp(loops.reduce((product, loop) => mcl.mul(product, loop), one)).isOne();
  },

  sumG1(points) {
    return fromG1(points.map(toG1).reduce((sum, point) => mcl.add(sum, point), new mcl.G1()));
  },

  sumG2(points) {
    return fromG2(points.map(toG2).reduce((sum, point) => mcl.add(sum, point), new mcl.G2()));
  },

  addScaledG1(point, scalar, other) {
    const factor = new mcl.Fr();
    factor.setStr(String(scalar));
    return fromG1(mcl.add(toG1(point), mcl.mul(toG1(other), factor)));
  },
};

function toG1(point: G1Point): mcl.G1 {
  ensureG1(point);
  const result = new mcl.G1();
  result.setStr(`1 ${String(point.x)} ${String(point.y)}`);
  return result;
}

function toG2(point: G2Point): mcl.G2 {
  ensureG2Coordinates(point);
  const [xImaginary, xReal] = point.x;
  const [yImaginary, yReal] = point.y;
  const result = new mcl.G2();
  try {
    result.setStr(`1 ${[xReal, xImaginary, yReal, yImaginary].join(" ")}`);
  } catch {
    throw new ProtocolError("PointNotOnCurve", "the point is not on G2's curve");
  }
  return result;
}

function inSubgroup(point: mcl.G2): mcl.G2 {
  ensure(point.isValidOrder(), "PointNotInSubgroup", () => "the point is not in G2's subgroup");
  return point;
}

function fromG1(point: mcl.G1): G1Point {
  ensure(!point.isZero(), "PointAtInfinity", () => "a sum of points of G1 is the point at infinity");
  point.normalize();
  return { x: BigInt(point.getX().getStr()), y: BigInt(point.getY().getStr()) };
}

function fromG2(point: mcl.G2): G2Point {
  ensure(!point.isZero(), "PointAtInfinity", () => "a sum of points of G2 is the point at infinity");
  point.normalize();
  const limbs = (coordinate: mcl.Fp2): [bigint, bigint] => [
    BigInt(coordinate.get_b().getStr()),
    BigInt(coordinate.get_a().getStr()),
  ];
  return { x: limbs(point.getX()), y: limbs(point.getY()) };
}
