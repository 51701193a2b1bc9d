import type { Divergence } from "#protocol/evidence/divergence.ts";
import { leafProofIn } from "#protocol/pages.ts";
import type { Bytes32 } from "#protocol/types.ts";

import type { Recorded } from "./records.ts";
import type { TruthRound } from "./truths.ts";

/** A message of a page, proven in its root. */
export interface ShownLeaf {
  readonly id: Bytes32;
  readonly rangeProof: Bytes32[];
}

/** What is known of a page's messages: some are shown, or all. */
export interface ShownLeaves {
  readonly firstIndex: number;
  /** How many, from the first on. */
  readonly length: number;
  at(index: number): ShownLeaf | undefined;
}

const NOTHING: ShownLeaves = { firstIndex: 0, length: 0, at: () => undefined };

/**
 * @param recorded - A page.
 * @param round - What is known of the chains.
 * @returns Its messages: of a true page its source's, of another what was shown when it was delivered.
 */
export function leavesOf({ statement, truth, glimpse }: Recorded, round: TruthRound): ShownLeaves {
  if (statement.kind !== "Page") return NOTHING;
  const { count } = statement.content;
  if (truth === "true") {
    const tree = round.tree(statement.content);
    if (tree === undefined || tree.count < count) return NOTHING;
    const at = (index: number) => {
      const id = index < count ? tree.leaves[index] : undefined;
      return id === undefined ? undefined : { id, rangeProof: tree.rangeProof(index, 1, count) };
    };
    return { firstIndex: 0, length: count, at };
  }
  if (glimpse === undefined) return NOTHING;
  const { firstIndex, ids, rangeProof } = glimpse;
  const at = (index: number) => {
    const id = ids[index - firstIndex];
    return id === undefined ? undefined : { id, rangeProof: leafProofIn(firstIndex, ids, rangeProof, index) };
  };
  return { firstIndex, length: Math.min(ids.length, count - firstIndex), at };
}

/**
 * @param a - Messages of one page.
 * @param b - Messages of another one with the same subject.
 * @returns The first place at which both are shown, and differ.
 */
export function divergenceBetween(a: ShownLeaves, b: ShownLeaves): Divergence | undefined {
  const last = Math.min(a.firstIndex + a.length, b.firstIndex + b.length);
  for (let index = Math.max(a.firstIndex, b.firstIndex); index < last; index++) {
    const [one, other] = [a.at(index), b.at(index)];
    if (one === undefined || other === undefined || one.id === other.id) continue;
    const [rangeProofA, rangeProofB] = [one.rangeProof, other.rangeProof];
    return { index, messageIdA: one.id, messageIdB: other.id, rangeProofA, rangeProofB };
  }
  return undefined;
}
