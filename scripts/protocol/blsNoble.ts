import { bn254 } from "@noble/curves/bn254.js";

import type { BlsVerifier } from "./bls.ts";
import {
  addG1,
  ensureG1,
  ensureG2,
  ensureOnTwist,
  fromNobleG1,
  fromNobleG2,
  nobleG1,
  nobleG2,
  type G1Point,
  type G2Point,
} from "./bn254.ts";

/** The reference engine: audited, about 25 ms a verification. */
export const nobleVerifier: BlsVerifier = {
  engine: "noble",

  pairingIsOne(factors) {
    const product = bn254.pairingBatch(factors.map(({ g1, g2 }) => ({ g1: checkedG1(g1), g2: checkedG2(g2) })));
    return bn254.fields.Fp12.eql(product, bn254.fields.Fp12.ONE);
  },

  sumG1(points) {
    points.forEach(ensureG1);
    return addG1(points);
  },

  sumG2(points) {
    return fromNobleG2(points.map(onTwist).reduce((sum, point) => sum.add(point), bn254.G2.Point.ZERO));
  },

  addScaledG1(point, scalar, other) {
    return fromNobleG1(checkedG1(point).add(checkedG1(other).multiply(scalar)));
  },
};

function checkedG1(point: G1Point) {
  ensureG1(point);
  return nobleG1(point);
}

function checkedG2(point: G2Point) {
  ensureG2(point);
  return nobleG2(point);
}

function onTwist(point: G2Point) {
  ensureOnTwist(point);
  return nobleG2(point);
}
