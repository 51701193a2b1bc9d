import { expect } from "chai";
import fc from "fast-check";

import { halvesMatch, verifySignature, type BlsVerifier } from "#protocol/bls.ts";
import { mclVerifier } from "#protocol/blsMcl.ts";
import { nobleVerifier } from "#protocol/blsNoble.ts";
import {
  ensureG2,
  ensureOnTwist,
  G1_GENERATOR,
  G2_GENERATOR,
  keyPair,
  NEGATED_G2_GENERATOR,
  negateG1,
  sign,
  type G2Point,
} from "#protocol/bn254.ts";
import { FIELD_PRIME, GROUP_ORDER } from "#protocol/field.ts";
import { hashToG1 } from "#protocol/hashing.ts";
import { ZERO_BYTES32 } from "#protocol/types.ts";
import { anyWord } from "#support/arbitraries.ts";
import { expectRefusal } from "#support/refusals.ts";

import { pointOutsideSubgroup } from "../../scripts/checks/vectors/forgeries.ts";

const anySecret = fc.bigInt({ min: 1n, max: GROUP_ORDER - 1n });
const outside = pointOutsideSubgroup();

describe("keys", function () {
  it("have two halves with one secret, 1 to r − 1", function () {
    expect(keyPair(1n)).to.deep.equal({ secret: 1n, g1: G1_GENERATOR, g2: G2_GENERATOR });
    expect(keyPair(GROUP_ORDER - 1n).g1).to.deep.equal(negateG1(G1_GENERATOR));
    expect(keyPair(GROUP_ORDER - 1n).g2).to.deep.equal(NEGATED_G2_GENERATOR);
    for (const secret of [0n, -1n, GROUP_ORDER, GROUP_ORDER + 1n]) {
      expectRefusal(() => keyPair(secret), "InvalidSecretKey");
      expectRefusal(() => sign(secret, ZERO_BYTES32), "InvalidSecretKey");
    }
  });
});

describe("both engines", function () {
  let engines: readonly BlsVerifier[];

  before(async function () {
    engines = [nobleVerifier, await mclVerifier()];
  });

  it("start once however often they are asked for", async function () {
    expect(await mclVerifier()).to.equal(await mclVerifier());
    expect(engines.map(({ engine }) => engine)).to.deep.equal(["noble", "mcl"]);
  });

  it("give the same sums and products", function () {
    const scalars = fc.record({ secrets: fc.array(anySecret, { minLength: 1, maxLength: 4 }), scalar: anySecret });
    fc.assert(
      fc.property(scalars, ({ secrets, scalar }) => {
        const sum = secrets.reduce((total, secret) => total + secret) % GROUP_ORDER;
        fc.pre(sum !== 0n && (sum + scalar * sum) % GROUP_ORDER !== 0n);
        const keys = secrets.map(keyPair);
        const total = keyPair(sum);
        for (const engine of engines) {
          expect(engine.sumG1(keys.map(({ g1 }) => g1))).to.deep.equal(total.g1);
          expect(engine.sumG2(keys.map(({ g2 }) => g2))).to.deep.equal(total.g2);
          expect(engine.addScaledG1(total.g1, scalar, total.g1)).to.deep.equal(
            keyPair((sum + scalar * sum) % GROUP_ORDER).g1,
          );
        }
      }),
      { numRuns: 20 },
    );
  });

  it("agree on single and aggregate signatures, honest or not", function () {
    const cases = fc.record({
      secrets: fc.uniqueArray(anySecret, { minLength: 1, maxLength: 3 }),
      digest: anyWord,
      other: anyWord,
      stranger: anySecret,
    });
    fc.assert(
      fc.property(cases, ({ secrets, digest, other, stranger }) => {
        const sum = secrets.reduce((total, secret) => total + secret) % GROUP_ORDER;
        fc.pre(sum !== 0n && stranger !== sum && BigInt(digest) % FIELD_PRIME !== BigInt(other) % FIELD_PRIME);
        const { point } = hashToG1(digest);
        const otherPoint = hashToG1(other).point;
        fc.pre(point.x !== otherPoint.x);
        const key = keyPair(sum);
        for (const engine of engines) {
          const signature = engine.sumG1(secrets.map((secret) => sign(secret, digest)));
          const keyG2 = engine.sumG2(secrets.map((secret) => keyPair(secret).g2));
          expect(verifySignature(engine, point, signature, keyG2)).to.equal(true);
          expect(verifySignature(engine, otherPoint, signature, keyG2)).to.equal(false);
          expect(verifySignature(engine, point, negateG1(signature), keyG2)).to.equal(false);
          expect(verifySignature(engine, point, signature, keyPair(stranger).g2)).to.equal(false);
          expect(halvesMatch(engine, key.g1, keyG2)).to.equal(true);
          expect(halvesMatch(engine, keyPair(stranger).g1, keyG2)).to.equal(false);
        }
      }),
      { numRuns: 6 },
    );
  });

  it("refuse invalid points for the same reason", function () {
    const pair = (g1: typeof G1_GENERATOR, g2: G2Point) => [{ g1, g2 }];
    const [x, y] = [G2_GENERATOR.x, G2_GENERATOR.y];
    for (const engine of engines) {
      const check = (g1: typeof G1_GENERATOR, g2: G2Point) => () => engine.pairingIsOne(pair(g1, g2));
      expectRefusal(check({ x: 1n, y: 3n }, G2_GENERATOR), "PointNotOnCurve");
      expectRefusal(check({ x: 0n, y: 0n }, G2_GENERATOR), "PointAtInfinity");
      expectRefusal(check({ x: FIELD_PRIME + 1n, y: 2n }, G2_GENERATOR), "CoordinateOutOfRange");
      expectRefusal(check(G1_GENERATOR, { x: [0n, 0n], y: [0n, 0n] }), "PointAtInfinity");
      expectRefusal(check(G1_GENERATOR, { x, y: [y[0] ^ 1n, y[1]] }), "PointNotOnCurve");
      expectRefusal(check(G1_GENERATOR, { x: [x[1], x[0]], y: [y[1], y[0]] }), "PointNotOnCurve");
      expectRefusal(check(G1_GENERATOR, { x: [x[0] + FIELD_PRIME, x[1]], y }), "CoordinateOutOfRange");
      expectRefusal(check(G1_GENERATOR, { x, y: [y[0], y[1] + FIELD_PRIME] }), "CoordinateOutOfRange");
      expectRefusal(check(G1_GENERATOR, outside), "PointNotInSubgroup");
      expectRefusal(() => engine.sumG1([{ x: 1n, y: 3n }]), "PointNotOnCurve");
      expectRefusal(() => engine.sumG2([{ x, y: [y[0] ^ 1n, y[1]] }]), "PointNotOnCurve");
    }
  });

  it("never return the point at infinity", function () {
    for (const engine of engines) {
      expectRefusal(() => engine.sumG1([G1_GENERATOR, negateG1(G1_GENERATOR)]), "PointAtInfinity");
      expectRefusal(() => engine.sumG2([G2_GENERATOR, NEGATED_G2_GENERATOR]), "PointAtInfinity");
      expectRefusal(() => engine.sumG1([]), "PointAtInfinity");
      expectRefusal(() => engine.sumG2([]), "PointAtInfinity");
      expectRefusal(() => engine.addScaledG1(G1_GENERATOR, GROUP_ORDER - 1n, G1_GENERATOR), "PointAtInfinity");
    }
  });

  it("tell a point outside the subgroup from one that is on the twist", function () {
    ensureOnTwist(outside);
    expectRefusal(() => {
      ensureG2(outside);
    }, "PointNotInSubgroup");
    ensureG2(G2_GENERATOR);
  });
});
