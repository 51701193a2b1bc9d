import { id } from "ethers";

import type { Divergence } from "#protocol/evidence/divergence.ts";
import type { Speech } from "#protocol/evidence/evidence.ts";
import { laneId, type Lane } from "#protocol/messages.ts";
import { PageTree } from "#protocol/pages.ts";
import type { Page, Rollup, Statement, Table } from "#protocol/statements.ts";
import { address, bytes32, chainId, ZERO_BYTES32 } from "#protocol/types.ts";

import type { Committee, CertifyOptions } from "./committee.ts";

export { NO_DIVERGENCE } from "#protocol/evidence/divergence.ts";
export type { Divergence } from "#protocol/evidence/divergence.ts";
export type { Speech } from "#protocol/evidence/evidence.ts";

/** Some statement that accompanies others, so that a batch is a tree. */
const COMPANION: Statement = {
  kind: "Halt",
  content: {
    chainId: chainId(9_999),
    gateway: address("0x0000000000000000000000000000000000009999"),
    expiresAt: 1n,
    reason: ZERO_BYTES32,
  },
};

/** A page statement and the ids that its root is made of. */
export interface ToldPage {
  readonly page: Page;
  readonly tree: PageTree;
}

/** A page of a lane that holds messages of these names. */
export function toldPage(lane: Lane, names: readonly string[], changes: Partial<Page> = {}): ToldPage {
  const tree = new PageTree(
    laneId(lane),
    names.map((name) => bytes32(id(name))),
  );
  const page: Page = {
    ...lane,
    pageIndex: 0n,
    count: tree.count,
    root: tree.root(),
    chainHead: tree.chainHead(),
    blockNumber: 100n,
    sourceTimestamp: 1_000n,
    finality: 3,
    ...changes,
  };
  return { page, tree };
}

/** Shows two pages' messages at an index. */
export function divergenceAt(index: number, a: ToldPage, b: ToldPage): Divergence {
  const leaf = ({ tree }: ToldPage) => tree.leaves[index] ?? ZERO_BYTES32;
  return {
    index,
    messageIdA: leaf(a),
    messageIdB: leaf(b),
    rangeProofA: a.tree.rangeProof(index, 1),
    rangeProofB: b.tree.rangeProof(index, 1),
  };
}

/** Has a committee say one thing, among others. */
export async function say(committee: Committee, statement: Statement, options: CertifyOptions): Promise<Speech> {
  const { certificate, statements } = await committee.certify([statement, COMPANION], options);
  return { certificate, batchProof: statements.proof(statement) };
}

/** Has a committee state a page. */
export async function sayPage(committee: Committee, { page }: ToldPage, options: CertifyOptions): Promise<Speech> {
  return say(committee, { kind: "Page", content: page }, options);
}

/** Has a committee state a table. */
export async function sayTable(committee: Committee, content: Table, options: CertifyOptions): Promise<Speech> {
  return say(committee, { kind: "Table", content }, options);
}

/** Has a committee state an entry. */
export async function sayEntry(committee: Committee, content: Rollup, options: CertifyOptions): Promise<Speech> {
  return say(committee, { kind: "Rollup", content }, options);
}
