import { getBytes, keccak256 } from "ethers";

import { elementAt, ensure } from "./errors.ts";
import { nextChainHead, PAGE_SIZE } from "./messages.ts";
import { bytes32, ZERO_BYTES32, type Bytes32 } from "./types.ts";

/** Levels of a page's tree above its leaves. */
export const PAGE_DEPTH = 8;

/** Roots of empty subtrees: element `l` covers 2ˡ places where nothing was sent yet. */
export const EMPTY_NODES: readonly Bytes32[] = emptyNodes();

/**
 * @param left - Left child.
 * @param right - Right child.
 * @returns Their parent: `keccak256(left ‖ right)`, positional, never sorted.
 */
export function hashPair(left: Bytes32, right: Bytes32): Bytes32 {
  const pair = new Uint8Array(64);
  pair.set(getBytes(left), 0);
  pair.set(getBytes(right), 32);
  return bytes32(keccak256(pair));
}

function emptyNodes(): Bytes32[] {
  const nodes = [ZERO_BYTES32];
  for (let level = 0; level < PAGE_DEPTH; level++) {
    const below = elementAt(nodes, level);
    nodes.push(hashPair(below, below));
  }
  return nodes;
}

/** What a statement says of a page's messages. */
export interface StatedPage {
  readonly count: number;
  readonly root: Bytes32;
  readonly chainHead: Bytes32;
}

/**
 * A page as it grows: the ids sent so far, with root and chain head at every count up to the present one.
 *
 * Subtrees that are full never change, so they are hashed once; a root at any count then costs at most 8 hashes more.
 */
export class PageTree {
  readonly #leaves: Bytes32[] = [];
  readonly #heads: Bytes32[];
  readonly #fullNodes: Bytes32[][] = Array.from({ length: PAGE_DEPTH + 1 }, () => []);

  /**
   * @param chainHead - The lane's chain head before the page's first message.
   * @param leaves - The ids sent so far.
   */
  constructor(chainHead: Bytes32, leaves: Iterable<Bytes32> = []) {
    this.#heads = [chainHead];
    for (const leaf of leaves) this.append(leaf);
  }

  /** How many messages the page holds. */
  get count(): number {
    return this.#leaves.length;
  }

  /** The ids sent so far. */
  get leaves(): readonly Bytes32[] {
    return this.#leaves;
  }

  /**
   * @param leaf - The id of the next message; throws `PageFull` after 256.
   */
  append(leaf: Bytes32): void {
    ensure(this.count < PAGE_SIZE, "PageFull", () => `a page holds ${String(PAGE_SIZE)} messages`);
    this.#heads.push(nextChainHead(elementAt(this.#heads, this.count), leaf));
    this.#leaves.push(leaf);
  }

  /**
   * @param count - After how many messages; the present count unless given.
   * @returns The page's root then.
   */
  root(count: number = this.count): Bytes32 {
    this.#requireReached(count);
    return this.#node(PAGE_DEPTH, 0, count);
  }

  /**
   * @param count - After how many messages of the page; the present count unless given.
   * @returns The lane's chain head then.
   */
  chainHead(count: number = this.count): Bytes32 {
    this.#requireReached(count);
    return elementAt(this.#heads, count);
  }

  /**
   * @param count - After how many messages of the page; the present count unless given.
   * @returns What an honest statement says of the messages then.
   */
  stated(count: number = this.count): StatedPage {
    return { count, root: this.root(count), chainHead: this.chainHead(count) };
  }

  /**
   * @param page - What somebody states of the page; throws where it has not come to that count.
   * @returns Whether these messages are the ones.
   */
  isStatedBy({ count, root, chainHead }: StatedPage): boolean {
    return this.root(count) === root && this.chainHead(count) === chainHead;
  }

  /**
   * Proves a run against the root at a count: from the leaves up, per level, the left sibling if the range begins odd,
   * then the right one if it ends even.
   *
   * @param firstIndex - Place of the run's first message.
   * @param length - How many messages the run has, at least one.
   * @param count - Against the root after how many messages; the present count unless given.
   * @returns The siblings, exactly as many as needed.
   */
  rangeProof(firstIndex: number, length: number, count: number = this.count): Bytes32[] {
    this.#requireReached(count);
    requireRange(firstIndex, length, count);
    const proof: Bytes32[] = [];
    let first = firstIndex;
    let last = firstIndex + length - 1;
    for (let level = 0; level < PAGE_DEPTH; level++) {
      if (first % 2 === 1) proof.push(this.#node(level, first - 1, count));
      if (last % 2 === 0) proof.push(this.#node(level, last + 1, count));
      first >>= 1;
      last >>= 1;
    }
    return proof;
  }

  #requireReached(count: number): void {
    ensure(
      Number.isInteger(count) && count >= 0 && count <= this.count,
      "RangeOutsidePage",
      () => `count ${String(count)} of a page with ${String(this.count)} messages`,
    );
  }

  #node(level: number, index: number, count: number): Bytes32 {
    const first = index << level;
    if (first >= count) return elementAt(EMPTY_NODES, level);
    if (level === 0) return elementAt(this.#leaves, index);

    const isFull = first + (1 << level) <= count;
    const fullNodes = elementAt(this.#fullNodes, level);
    const known = isFull ? fullNodes[index] : undefined;
    if (known !== undefined) return known;

    const node = hashPair(this.#node(level - 1, 2 * index, count), this.#node(level - 1, 2 * index + 1, count));
    if (isFull) fullNodes[index] = node;
    return node;
  }
}

/**
 * The root of any 256 places, also of a page that no gateway would have made: what a liar certified can be compared.
 *
 * @param leaves - Up to 256 leaves; the rest is empty.
 * @returns The root.
 */
export function pageRoot(leaves: readonly Bytes32[]): Bytes32 {
  ensure(
    leaves.length <= PAGE_SIZE,
    "PageFull",
    () => `${String(leaves.length)} leaves in a page of ${String(PAGE_SIZE)}`,
  );
  let nodes = leaves;
  for (let level = 0; level < PAGE_DEPTH; level++) {
    const parents: Bytes32[] = [];
    for (let i = 0; i < nodes.length; i += 2) {
      parents.push(hashPair(elementAt(nodes, i), nodes[i + 1] ?? elementAt(EMPTY_NODES, level)));
    }
    nodes = parents;
  }
  return nodes[0] ?? elementAt(EMPTY_NODES, PAGE_DEPTH);
}

/**
 * The root that a run and its siblings lead to.
 *
 * @param firstIndex - Place of the run's first message.
 * @param leaves - The ids of the run, at least one.
 * @param proof - The siblings, exactly as many as needed; else throws `ProofLengthMismatch`.
 * @returns The root.
 */
export function rangeRoot(firstIndex: number, leaves: readonly Bytes32[], proof: readonly Bytes32[]): Bytes32 {
  requireRange(firstIndex, leaves.length, PAGE_SIZE);
  let nodes = leaves;
  let first = firstIndex;
  let used = 0;
  const sibling = () => {
    const node = proof[used++];
    ensure(node !== undefined, "ProofLengthMismatch", () => `${String(proof.length)} siblings are too few`);
    return node;
  };
  for (let level = 0; level < PAGE_DEPTH; level++) {
    const row = first % 2 === 1 ? [sibling(), ...nodes] : [...nodes];
    if (row.length % 2 === 1) row.push(sibling());
    nodes = Array.from({ length: row.length / 2 }, (_, i) =>
      hashPair(elementAt(row, 2 * i), elementAt(row, 2 * i + 1)),
    );
    first >>= 1;
  }
  ensure(
    used === proof.length,
    "ProofLengthMismatch",
    () => `${String(proof.length)} siblings, ${String(used)} needed`,
  );
  return elementAt(nodes, 0);
}

/**
 * @param root - The certified root.
 * @param firstIndex - Place of the run's first message.
 * @param leaves - The ids of the run.
 * @param proof - The siblings.
 * @returns Whether the run stands at that place of that page; throws like {@link rangeRoot} on a malformed proof.
 */
export function verifyRange(
  root: Bytes32,
  firstIndex: number,
  leaves: readonly Bytes32[],
  proof: readonly Bytes32[],
): boolean {
  return rangeRoot(firstIndex, leaves, proof) === root;
}

/**
 * The siblings of one leaf of a run: whoever proves a range proves each leaf of it.
 *
 * @param firstIndex - Place of the run's first message.
 * @param leaves - The ids of the run.
 * @param proof - The run's siblings.
 * @param index - Place of one of its messages.
 * @returns The siblings of that message alone; throws like {@link rangeRoot}.
 */
export function leafProofIn(
  firstIndex: number,
  leaves: readonly Bytes32[],
  proof: readonly Bytes32[],
  index: number,
): Bytes32[] {
  requireRange(firstIndex, leaves.length, PAGE_SIZE);
  requireRange(index - firstIndex, 1, leaves.length);
  const siblings: Bytes32[] = [];
  let nodes = leaves;
  let first = firstIndex;
  let used = 0;
  for (let level = 0; level < PAGE_DEPTH; level++) {
    const row = first % 2 === 1 ? [elementAt(proof, used++), ...nodes] : [...nodes];
    if (row.length % 2 === 1) row.push(elementAt(proof, used++));
    first >>= 1;
    siblings.push(elementAt(row, ((index >> level) ^ 1) - 2 * first));
    nodes = Array.from({ length: row.length / 2 }, (_, i) =>
      hashPair(elementAt(row, 2 * i), elementAt(row, 2 * i + 1)),
    );
  }
  return siblings;
}

function requireRange(firstIndex: number, length: number, count: number): void {
  ensure(length > 0, "NoMessages", () => "a run has at least one message");
  ensure(
    Number.isInteger(firstIndex) && firstIndex >= 0 && firstIndex + length <= count,
    "RangeOutsidePage",
    () => `messages ${String(firstIndex)} to ${String(firstIndex + length - 1)} of ${String(count)}`,
  );
}
