import { expect } from "chai";
import fc from "fast-check";
import { z } from "zod";

import { foldChain } from "#protocol/messages.ts";
import { EMPTY_NODES, hashPair, PageTree, pageRoot, rangeRoot, verifyRange } from "#protocol/pages.ts";
import { bytes32, ZERO_BYTES32, type Bytes32 } from "#protocol/types.ts";
import { anyWord } from "#support/arbitraries.ts";
import { expectRefusal } from "#support/refusals.ts";
import { field, readVectors } from "#support/vectors.ts";

const vectors = readVectors("pages", {
  emptyNodes: field.words,
  firstChainHead: field.word,
  leaves: field.words,
  roots: z.array(z.object({ count: field.number, root: field.word, chainHead: field.word })),
  ranges: z.array(
    z.object({
      count: field.number,
      firstIndex: field.number,
      length: field.number,
      proof: field.words,
      root: field.word,
    }),
  ),
});
const tree = new PageTree(vectors.firstChainHead, vectors.leaves);

/** The plainest root there is: 256 leaves, halved eight times. */
function naiveRoot(leaves: readonly Bytes32[]): Bytes32 {
  let nodes = Array.from({ length: 256 }, (_, i) => leaves[i] ?? ZERO_BYTES32);
  while (nodes.length > 1) {
    const row = nodes;
    nodes = Array.from({ length: row.length / 2 }, (_, i) =>
      hashPair(row[2 * i] ?? ZERO_BYTES32, row[2 * i + 1] ?? ZERO_BYTES32),
    );
  }
  return nodes[0] ?? ZERO_BYTES32;
}

const anyRange = fc.integer({ min: 0, max: 255 }).chain((first) =>
  fc.tuple(fc.constant(first), fc.integer({ min: 1, max: 256 - first })).chain(([firstIndex, length]) =>
    fc.record({
      firstIndex: fc.constant(firstIndex),
      length: fc.constant(length),
      count: fc.integer({ min: firstIndex + length, max: 256 }),
    }),
  ),
);
const flipped = (word: Bytes32) => bytes32(`0x${(BigInt(word) ^ 1n).toString(16).padStart(64, "0")}`);

describe("pages", function () {
  it("keep the empty nodes, roots and chain heads of the vectors", function () {
    expect(EMPTY_NODES).to.deep.equal(vectors.emptyNodes);
    for (const { count, root, chainHead } of vectors.roots) {
      expect(tree.root(count)).to.equal(root);
      expect(tree.chainHead(count)).to.equal(chainHead);
      expect(naiveRoot(vectors.leaves.slice(0, count))).to.equal(root);
      expect(foldChain(vectors.firstChainHead, vectors.leaves.slice(0, count))).to.equal(chainHead);
    }
  });

  it("have the same root however they grew: at once, leaf by leaf, or looked at along the way", function () {
    const growing = new PageTree(vectors.firstChainHead);
    vectors.leaves.forEach((leaf, index) => {
      growing.append(leaf);
      const isLookedAt = index % 17 === 0 || index >= 254;
      if (isLookedAt) expect(growing.root()).to.equal(pageRoot(vectors.leaves.slice(0, index + 1)));
    });
    for (let count = 0; count <= 256; count++) {
      expect(growing.root(count)).to.equal(tree.root(count));
      expect(growing.chainHead(count)).to.equal(tree.chainHead(count));
    }
    expect(growing.leaves).to.deep.equal(vectors.leaves);
  });

  it("tell an empty page, and refuse a 257th message", function () {
    expect(new PageTree(ZERO_BYTES32).root()).to.equal(EMPTY_NODES[8]);
    expect(pageRoot([])).to.equal(EMPTY_NODES[8]);
    expect(new PageTree(ZERO_BYTES32).chainHead()).to.equal(ZERO_BYTES32);
    const full = new PageTree(ZERO_BYTES32, vectors.leaves);
    expectRefusal(() => {
      full.append(ZERO_BYTES32);
    }, "PageFull");
    expect(full.root()).to.equal(naiveRoot(vectors.leaves));
    expectRefusal(() => pageRoot([...vectors.leaves, ZERO_BYTES32]), "PageFull");
  });

  it("are positional: two leaves exchanged are another page", function () {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(255), { minLength: 2, maxLength: 2 }), ([a = 0, b = 1]) => {
        const leaves = [...vectors.leaves];
        [leaves[a], leaves[b]] = [leaves[b] ?? ZERO_BYTES32, leaves[a] ?? ZERO_BYTES32];
        expect(pageRoot(leaves)).not.to.equal(tree.root());
      }),
      { numRuns: 20 },
    );
  });

  it("do not know counts they have not reached", function () {
    const short = new PageTree(ZERO_BYTES32, vectors.leaves.slice(0, 3));
    for (const count of [4, -1, 1.5, Number.NaN]) {
      expectRefusal(() => short.root(count), "RangeOutsidePage");
      expectRefusal(() => short.chainHead(count), "RangeOutsidePage");
      expectRefusal(() => short.rangeProof(0, 1, count), "RangeOutsidePage");
    }
  });
});

describe("range proofs", function () {
  it("keep the vectors", function () {
    for (const { count, firstIndex, length, proof, root } of vectors.ranges) {
      const leaves = vectors.leaves.slice(firstIndex, firstIndex + length);
      expect(tree.rangeProof(firstIndex, length, count)).to.deep.equal(proof);
      expect(rangeRoot(firstIndex, leaves, proof)).to.equal(root);
    }
  });

  it("prove every run at every count, with at most two siblings a level", function () {
    fc.assert(
      fc.property(anyRange, ({ firstIndex, length, count }) => {
        const proof = tree.rangeProof(firstIndex, length, count);
        const leaves = vectors.leaves.slice(firstIndex, firstIndex + length);
        expect(proof.length).to.be.at.most(16);
        expect(verifyRange(tree.root(count), firstIndex, leaves, proof)).to.equal(true);
      }),
      { numRuns: 200 },
    );
  });

  it("need nothing for a whole page, and eight siblings for one message", function () {
    expect(tree.rangeProof(0, 256)).to.deep.equal([]);
    for (const index of [0, 1, 127, 128, 254, 255]) expect(tree.rangeProof(index, 1)).to.have.lengthOf(8);
  });

  it("are refused with any one sibling or leaf changed, exchanged, or moved elsewhere", function () {
    fc.assert(
      fc.property(anyRange, fc.nat(), anyWord, ({ firstIndex, length, count }, pick, other) => {
        const root = tree.root(count);
        const proof = tree.rangeProof(firstIndex, length, count);
        const leaves = vectors.leaves.slice(firstIndex, firstIndex + length);
        const changedLeaves = leaves.with(pick % length, other);
        expect(verifyRange(root, firstIndex, changedLeaves, proof)).to.equal(false);
        if (length > 1) expect(verifyRange(root, firstIndex, leaves.toReversed(), proof)).to.equal(false);
        const sibling = proof[pick % Math.max(proof.length, 1)];
        if (sibling !== undefined) {
          const changed = proof.with(pick % proof.length, flipped(sibling));
          expect(verifyRange(root, firstIndex, leaves, changed)).to.equal(false);
        }
        expect(verifyRange(flipped(root), firstIndex, leaves, proof)).to.equal(false);
        if (firstIndex + length <= 254 && length < 250) {
          // Two places on, so that the same number of siblings may be needed.
          let moved = false;
          try {
            moved = verifyRange(root, firstIndex + 2, leaves, proof);
          } catch {
            // Another number of siblings is needed there.
          }
          expect(moved).to.equal(false);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("are refused with one sibling less or more", function () {
    fc.assert(
      fc.property(anyRange, ({ firstIndex, length }) => {
        const proof = tree.rangeProof(firstIndex, length);
        const leaves = vectors.leaves.slice(firstIndex, firstIndex + length);
        expectRefusal(() => rangeRoot(firstIndex, leaves, [...proof, ZERO_BYTES32]), "ProofLengthMismatch");
        if (proof.length > 0) {
          expectRefusal(() => rangeRoot(firstIndex, leaves, proof.slice(1)), "ProofLengthMismatch");
          expectRefusal(() => rangeRoot(firstIndex, leaves, proof.slice(0, -1)), "ProofLengthMismatch");
        }
      }),
      { numRuns: 50 },
    );
  });

  it("are refused for runs that are empty or leave the page or the count", function () {
    expectRefusal(() => tree.rangeProof(0, 0), "NoMessages");
    expectRefusal(() => rangeRoot(0, [], []), "NoMessages");
    expectRefusal(() => tree.rangeProof(255, 2), "RangeOutsidePage");
    expectRefusal(() => tree.rangeProof(-1, 2), "RangeOutsidePage");
    expectRefusal(() => tree.rangeProof(199, 2, 200), "RangeOutsidePage");
    expectRefusal(() => rangeRoot(255, vectors.leaves.slice(0, 2), []), "RangeOutsidePage");
  });
});
