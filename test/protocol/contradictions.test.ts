import { expect } from "chai";
import fc from "fast-check";

import { findContradiction, type Claim } from "#protocol/contradictions.ts";
import { laneId, messageId } from "#protocol/messages.ts";
import { PageTree, pageRoot } from "#protocol/pages.ts";
import type { Page, Statement } from "#protocol/statements.ts";
import { ZERO_BYTES32, type Bytes32 } from "#protocol/types.ts";
import {
  anyBody,
  anyHalt,
  anyLane,
  anyPage,
  anyRollup,
  anyStatement,
  anyTable,
  anyUint,
  anyWord,
} from "#support/arbitraries.ts";
import { expectRefusal } from "#support/refusals.ts";

/** A page as its lane really holds it, at a count. */
function truth(tree: PageTree, page: Page, count: number): Claim & { readonly content: Page } {
  const content = { ...page, ...tree.stated(count) };
  return { kind: "Page", content, leaves: tree.leaves.slice(0, count) };
}

/** A page of someone who says that other leaves stand there. */
function lie(
  page: Page,
  leaves: readonly Bytes32[],
  count: number = leaves.length,
): Claim & { readonly content: Page } {
  return { kind: "Page", content: { ...page, count, root: pageRoot(leaves) }, leaves };
}

const anyPageTree = fc
  .record({ lane: anyLane, bodies: fc.array(anyBody, { minLength: 2, maxLength: 8 }), page: anyPage })
  .map(({ lane, bodies, page }) => {
    const ids = bodies.map((body, index) => messageId({ ...lane, ...body, nonce: BigInt(index) }));
    return { page: { ...page, ...lane, pageIndex: 0n, finality: 3 }, tree: new PageTree(laneId(lane), ids) };
  });

function expectContradiction(a: Claim, b: Claim, strength: "final" | "belowFinal" | undefined): void {
  const expected = strength === undefined ? undefined : { strength };
  expect(findContradiction(a, b)).to.deep.equal(expected);
  expect(findContradiction(b, a)).to.deep.equal(expected);
}

describe("contradictions of pages", function () {
  it("are none between two counts of one honest page", function () {
    fc.assert(
      fc.property(anyPageTree, fc.nat(), fc.nat(), ({ tree, page }, a, b) => {
        const counts = [1 + (a % tree.count), 1 + (b % tree.count)] as const;
        expectContradiction(truth(tree, page, counts[0]), truth(tree, page, counts[1]), undefined);
      }),
      { numRuns: 50 },
    );
  });

  it("are not made by block, time or finality", function () {
    fc.assert(
      fc.property(anyPageTree, anyUint(64), anyUint(64), ({ tree, page }, blockNumber, sourceTimestamp) => {
        const later = { ...page, blockNumber, sourceTimestamp, finality: 1 };
        expectContradiction(truth(tree, page, tree.count), truth(tree, later, tree.count), undefined);
      }),
      { numRuns: 20 },
    );
  });

  it("are found at equal counts by root or by chain head, without leaves", function () {
    fc.assert(
      fc.property(anyPageTree, anyWord, ({ tree, page }, word) => {
        const { content } = truth(tree, page, tree.count);
        const said: Statement = { kind: "Page", content };
        expectContradiction(said, { kind: "Page", content: { ...content, root: word } }, "final");
        expectContradiction(said, { kind: "Page", content: { ...content, chainHead: word } }, "final");
      }),
      { numRuns: 20 },
    );
  });

  it("are found at different counts by a leaf below both", function () {
    fc.assert(
      fc.property(anyPageTree, anyWord, fc.nat(), ({ tree, page }, word, pick) => {
        const honest = truth(tree, page, tree.count - 1);
        const index = pick % tree.count;
        const lied = lie(page, tree.leaves.with(index, word));
        // The last leaf is above the honest count: there the two may both be true.
        expectContradiction(honest, lied, index < honest.content.count ? "final" : undefined);
      }),
      { numRuns: 50 },
    );
  });

  it("are found where a liar's page has a hole, and not in what a liar hides beyond its count", function () {
    fc.assert(
      fc.property(anyPageTree, anyWord, ({ tree, page }, word) => {
        const honest = truth(tree, page, tree.count);
        const hole = [ZERO_BYTES32, ...tree.leaves.slice(1, -1)];
        expectContradiction(honest, lie(page, hole), "final");
        const hidden = [...tree.leaves.slice(0, -1), word];
        expectContradiction(honest, lie(page, hidden, tree.count - 1), undefined);
      }),
      { numRuns: 20 },
    );
  });

  it("are below final when one half is", function () {
    fc.assert(
      fc.property(anyPageTree, anyWord, fc.constantFrom(1, 2), ({ tree, page }, word, finality) => {
        const honest = truth(tree, page, tree.count);
        const lied: Claim = { kind: "Page", content: { ...honest.content, root: word, finality } };
        expectContradiction(honest, lied, "belowFinal");
      }),
      { numRuns: 20 },
    );
  });

  it("are none between pages of other lanes or other page indices", function () {
    fc.assert(
      fc.property(anyPageTree, anyLane, anyWord, ({ tree, page }, other, root) => {
        const honest = truth(tree, page, tree.count);
        const fields = new Map<string, unknown>(Object.entries(page));
        for (const [name, value] of Object.entries({ ...other, pageIndex: 1n })) {
          if (fields.get(name) === value) continue;
          expectContradiction(honest, { kind: "Page", content: { ...honest.content, root, [name]: value } }, undefined);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("refuse to be judged at different counts without leaves, or with leaves of another root", function () {
    fc.assert(
      fc.property(anyPageTree, ({ tree, page }) => {
        const honest = truth(tree, page, tree.count);
        const bare: Claim = { kind: "Page", content: truth(tree, page, 1).content };
        expectRefusal(() => findContradiction(honest, bare), "LeavesRequired");
        expectRefusal(() => findContradiction(bare, honest), "LeavesRequired");
        expectRefusal(() => findContradiction(honest, { ...bare, leaves: tree.leaves }), "PageMismatch");
      }),
      { numRuns: 10 },
    );
  });
});

describe("contradictions of hub facts", function () {
  it("are found in tables of one set and epoch when any field differs, and always count as final", function () {
    fc.assert(
      fc.property(anyTable, anyTable, (a, b) => {
        fc.pre(a.tableHash !== b.tableHash);
        const same = { operatorSetId: a.operatorSetId, epoch: a.epoch };
        expectContradiction({ kind: "Table", content: a }, { kind: "Table", content: { ...a } }, undefined);
        for (const changed of [
          { tableHash: b.tableHash },
          { validFrom: a.validFrom ^ 1n },
          { validUntil: a.validUntil ^ 1n },
        ]) {
          expectContradiction({ kind: "Table", content: a }, { kind: "Table", content: { ...a, ...changed } }, "final");
        }
        expectContradiction(
          { kind: "Table", content: a },
          { kind: "Table", content: { ...b, ...same, epoch: a.epoch === 0 ? 1 : a.epoch - 1 } },
          undefined,
        );
      }),
      { numRuns: 50 },
    );
  });

  it("are found in entries of one chain and version when any field differs, whatever finality they name", function () {
    fc.assert(
      fc.property(anyRollup, anyRollup, (a, b) => {
        fc.pre(a.gateway !== b.gateway);
        const said: Statement = { kind: "Rollup", content: a };
        expectContradiction(said, { kind: "Rollup", content: { ...a } }, undefined);
        for (const changed of [
          { gateway: b.gateway },
          { operatorSetId: a.operatorSetId === 0 ? 1 : a.operatorSetId - 1 },
          { status: a.status ^ 1 },
          { finality: a.finality ^ 1 },
          { refutable: !a.refutable },
        ]) {
          expectContradiction(said, { kind: "Rollup", content: { ...a, ...changed } }, "final");
        }
        expectContradiction(said, { kind: "Rollup", content: { ...b, version: a.version ^ 1n } }, undefined);
      }),
      { numRuns: 50 },
    );
  });

  it("are none between halts, between kinds, and of a statement with itself", function () {
    fc.assert(
      fc.property(anyHalt, anyHalt, anyStatement, anyStatement, (a, b, one, other) => {
        expectContradiction(
          { kind: "Halt", content: a },
          { kind: "Halt", content: { ...b, chainId: a.chainId } },
          undefined,
        );
        if (one.kind !== other.kind) expectContradiction(one, other, undefined);
        expectContradiction(one, one, undefined);
      }),
      { numRuns: 50 },
    );
  });
});
