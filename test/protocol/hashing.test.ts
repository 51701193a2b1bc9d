import { expect } from "chai";
import fc from "fast-check";
import { z } from "zod";

import { keyPair, sign } from "#protocol/bn254.ts";
import { curveRightSide, FIELD_PRIME, power, reduce, squareRoot } from "#protocol/field.ts";
import { hashToG1, MAX_REJECTED_CANDIDATES, witnessedPoint } from "#protocol/hashing.ts";
import { bytes32, type Bytes32 } from "#protocol/types.ts";
import { anyUint, anyWord } from "#support/arbitraries.ts";
import { expectRefusal } from "#support/refusals.ts";
import { field, readVectors } from "#support/vectors.ts";

const point = z.tuple([field.big, field.big]);
const eigenLayer = readVectors("bn254", {
  p: field.big,
  r: field.big,
  cases: z.array(
    z.object({
      msgHex: field.word,
      hashPoint: point,
      increments: z.number(),
      sk: field.big.optional(),
      sig: point.optional(),
      pubG1: point.optional(),
      pubG2: z.object({ x: point, y: point }).optional(),
    }),
  ),
});
const ours = readVectors("certificates", {
  hashes: z.array(z.object({ digest: field.word, fourthRoot: field.big, nonResidueRoots: field.bigs, point })),
});
const aDigestWithTwoRejected = ours.hashes[2]?.digest ?? bytes32(`0x${"00".repeat(32)}`);

/** The point as EigenLayer's Solidity finds it: y = (x³ + 3)^((p + 1) / 4), accepted when its square is x³ + 3. */
function eigenLayerPoint(digest: Bytes32): { x: bigint; y: bigint } {
  for (let x = BigInt(digest) % FIELD_PRIME; ; x = (x + 1n) % FIELD_PRIME) {
    const beta = (x ** 3n + 3n) % FIELD_PRIME;
    const y = power(beta, 0xc19139cb84c680a6e14116da060561765e05aa45a1c72a34f082305b61f3f52n);
    if ((y * y) % FIELD_PRIME === beta) return { x, y };
  }
}

describe("the point of a digest", function () {
  for (const { msgHex, hashPoint, increments, sk, sig, pubG1, pubG2 } of eigenLayer.cases) {
    it(`is EigenLayer's for ${msgHex.slice(0, 14)}…, after ${increments} increments`, function () {
      const { point: found, hint } = hashToG1(msgHex);
      expect([found.x, found.y]).to.deep.equal(hashPoint);
      expect(hint.nonResidueRoots).to.have.lengthOf(increments);
      if (sk !== undefined && sig !== undefined) {
        const signature = sign(sk, msgHex);
        expect([signature.x, signature.y]).to.deep.equal(sig);
      }
      if (sk !== undefined && pubG1 !== undefined && pubG2 !== undefined) {
        const { g1, g2 } = keyPair(sk);
        expect([g1.x, g1.y]).to.deep.equal(pubG1);
        // The vectors have the real limb first; ours, like the contract's, the imaginary one.
        expect([...g2.x].reverse()).to.deep.equal(pubG2.x);
        expect([...g2.y].reverse()).to.deep.equal(pubG2.y);
      }
    });
  }

  it("is EigenLayer's for any digest, found or witnessed", function () {
    fc.assert(
      fc.property(anyWord, (digest) => {
        const expected = eigenLayerPoint(digest);
        const { point: found, hint } = hashToG1(digest);
        expect(found).to.deep.equal(expected);
        expect(witnessedPoint(digest, hint)).to.deep.equal(expected);
      }),
      { numRuns: 300 },
    );
  });

  it("keeps the vectors, with 0 to 8 rejected candidates", function () {
    expect(ours.hashes.map(({ nonResidueRoots }) => nonResidueRoots.length)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    for (const { digest, fourthRoot, nonResidueRoots, point: expected } of ours.hashes) {
      const { point: found, hint } = hashToG1(digest);
      expect([found.x, found.y]).to.deep.equal(expected);
      expect(hint).to.deep.equal({ fourthRoot, nonResidueRoots });
      expect(witnessedPoint(digest, hint)).to.deep.equal(found);
    }
  });

  it("comes from the digest modulo p", function () {
    const digest = bytes32(`0x${(FIELD_PRIME + 5n).toString(16).padStart(64, "0")}`);
    const small = bytes32(`0x${5n.toString(16).padStart(64, "0")}`);
    expect(hashToG1(digest)).to.deep.equal(hashToG1(small));
  });
});

describe("the witness of a point", function () {
  it("may use either square root and either fourth root that leads to the same y", function () {
    fc.assert(
      fc.property(anyWord, (digest) => {
        const { point: found, hint } = hashToG1(digest);
        const other = {
          fourthRoot: FIELD_PRIME - hint.fourthRoot,
          nonResidueRoots: hint.nonResidueRoots.map((root) => FIELD_PRIME - root),
        };
        expect(witnessedPoint(digest, other)).to.deep.equal(found);
      }),
      { numRuns: 50 },
    );
  });

  it("is refused with any one root wrong, missing, added or not reduced", function () {
    const digest = aDigestWithTwoRejected;
    const { hint } = hashToG1(digest);
    const { fourthRoot, nonResidueRoots } = hint;
    const refuse = (change: Partial<typeof hint>, code: Parameters<typeof expectRefusal>[1]) => {
      expectRefusal(() => witnessedPoint(digest, { ...hint, ...change }), code);
    };
    expect(nonResidueRoots).to.have.lengthOf(2);
    refuse({ fourthRoot: fourthRoot + 1n }, "WrongHashHint");
    refuse({ fourthRoot: 0n }, "WrongHashHint");
    refuse({ fourthRoot: fourthRoot + FIELD_PRIME }, "CoordinateOutOfRange");
    for (const [position, root] of nonResidueRoots.entries()) {
      refuse({ nonResidueRoots: nonResidueRoots.with(position, root + 1n) }, "WrongHashHint");
      refuse({ nonResidueRoots: nonResidueRoots.with(position, 0n) }, "WrongHashHint");
      refuse({ nonResidueRoots: nonResidueRoots.with(position, root + FIELD_PRIME) }, "CoordinateOutOfRange");
    }
    refuse({ nonResidueRoots: nonResidueRoots.slice(1) }, "WrongHashHint");
    refuse({ nonResidueRoots: nonResidueRoots.slice(0, -1) }, "WrongHashHint");
    refuse({ nonResidueRoots: [...nonResidueRoots, fourthRoot] }, "WrongHashHint");
    refuse({ nonResidueRoots: nonResidueRoots.toReversed() }, "WrongHashHint");
    refuse({ nonResidueRoots: [] }, "WrongHashHint");
  });

  it("cannot reject a candidate that has a point, nor accept one that has none, nor give the point's negative", function () {
    fc.assert(
      fc.property(anyUint(253), (value) => {
        const x = reduce(value);
        const rightSide = curveRightSide(x);
        const root = squareRoot(rightSide);
        const negativeRoot = squareRoot(-rightSide);
        // Exactly one of the two exists, so a witness for the one is a proof against the other.
        expect((root === undefined) !== (negativeRoot === undefined)).to.equal(true);
        if (root === undefined) return;
        // Only one of a root and its negative is a square; booleans, because chai's bigint matchers take no undefined.
        expect(squareRoot(root) !== undefined).to.equal(true);
        expect(squareRoot(-root) === undefined).to.equal(true);
      }),
      { numRuns: 100 },
    );
  });

  it("has at most 255 rejected candidates", function () {
    const nonResidueRoots = Array.from({ length: MAX_REJECTED_CANDIDATES + 1 }, () => 1n);
    expectRefusal(
      () => witnessedPoint(aDigestWithTwoRejected, { fourthRoot: 1n, nonResidueRoots }),
      "TooManyCandidates",
    );
    const fewer = nonResidueRoots.slice(1);
    expectRefusal(
      () => witnessedPoint(aDigestWithTwoRejected, { fourthRoot: 1n, nonResidueRoots: fewer }),
      "WrongHashHint",
    );
  });
});
