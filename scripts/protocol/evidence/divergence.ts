import { ensure } from "../errors.ts";
import { PageTree, rangeRoot } from "../pages.ts";
import type { Page } from "../statements.ts";
import { ZERO_BYTES32, type Bytes32 } from "../types.ts";

/** A place below both counts at which two pages hold different messages. Field names are those of the Solidity struct. */
export interface Divergence {
  readonly index: number;
  readonly messageIdA: Bytes32;
  readonly messageIdB: Bytes32;
  readonly rangeProofA: Bytes32[];
  readonly rangeProofB: Bytes32[];
}

/** For statements that say it all by themselves: pages of equal counts, tables, entries. */
export const NO_DIVERGENCE: Divergence = {
  index: 0,
  messageIdA: ZERO_BYTES32,
  messageIdB: ZERO_BYTES32,
  rangeProofA: [],
  rangeProofB: [],
};

/**
 * Requires that two pages of one subject contradict each other, as the slasher does: at an equal count by root or head, else
 * by different messages at a place below both counts.
 *
 * @param a - One page.
 * @param b - The other.
 * @param divergence - The place, where the counts differ.
 */
export function requireDivergence(a: Page, b: Page, divergence: Divergence): void {
  if (a.count === b.count) {
    ensure(a.root !== b.root || a.chainHead !== b.chainHead, "NoContradiction", () => "the pages agree");
    return;
  }
  const { index, messageIdA, messageIdB } = divergence;
  ensure(
    index < a.count && index < b.count,
    "IndexBeyondCount",
    () => `index ${String(index)} of pages with ${String(a.count)} and ${String(b.count)} messages`,
  );
  ensure(messageIdA !== messageIdB, "NoContradiction", () => `both pages hold ${messageIdA} at ${String(index)}`);
  requireLeaf(messageIdA, index, divergence.rangeProofA, a);
  requireLeaf(messageIdB, index, divergence.rangeProofB, b);
}

/**
 * Finds the first place at which two pages hold different messages.
 *
 * @param a - One page's count and the leaves of its root.
 * @param b - The other's.
 * @returns The place with its proofs; undefined where one page is the other's beginning.
 */
export function divergenceBetween(a: PageLeaves, b: PageLeaves): Divergence | undefined {
  for (let index = 0; index < Math.min(a.count, b.count); index++) {
    const [messageIdA, messageIdB] = [a.leaves[index] ?? ZERO_BYTES32, b.leaves[index] ?? ZERO_BYTES32];
    if (messageIdA === messageIdB) continue;
    const [rangeProofA, rangeProofB] = [proofOf(a.leaves, index), proofOf(b.leaves, index)];
    return { index, messageIdA, messageIdB, rangeProofA, rangeProofB };
  }
  return undefined;
}

/** A page's count, and what its root is made of. */
export interface PageLeaves {
  readonly count: number;
  readonly leaves: readonly Bytes32[];
}

// A liar's page may hold less than it says: an empty place is proven like any other.
function proofOf(leaves: readonly Bytes32[], index: number): Bytes32[] {
  const filled = Array.from({ length: Math.max(leaves.length, index + 1) }, (_, at) => leaves[at] ?? ZERO_BYTES32);
  return new PageTree(ZERO_BYTES32, filled).rangeProof(index, 1);
}

function requireLeaf(messageId: Bytes32, index: number, proof: readonly Bytes32[], page: Page): void {
  const found = rangeRoot(index, [messageId], proof);
  ensure(found === page.root, "PageRootMismatch", () => `the proof leads to root ${found}, the page says ${page.root}`);
}
