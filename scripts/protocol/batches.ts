import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import { concat, keccak256, TypedDataEncoder } from "ethers";

import { ensure, ProtocolError } from "./errors.ts";
import { fields, statementLeaf, type Statement } from "./statements.ts";
import {
  batchDigestOf,
  bytes32,
  type Address,
  type BatchDigest,
  type Bytes32,
  type ChainId,
  type StatementLeaf,
} from "./types.ts";

/** Levels a batch may have: a longer proof is refused. */
export const MAX_BATCH_DEPTH = 32;

/** Where signatures are valid: the hub and its service manager. */
export interface Domain {
  readonly hubChainId: ChainId;
  readonly serviceManager: Address;
}

/** What operators sign: one round's statements, spoken by one epoch of one set. */
export interface Batch {
  readonly operatorSetId: number;
  readonly tableEpoch: number;
  readonly issuedAt: bigint;
  readonly statementsRoot: Bytes32;
}

const BATCH_TYPES = { Batch: fields("uint32 operatorSetId,uint32 tableEpoch,uint64 issuedAt,bytes32 statementsRoot") };

function eip712Domain(domain: Domain) {
  return { name: "Parley", version: "1", chainId: domain.hubChainId, verifyingContract: domain.serviceManager };
}

/**
 * @param domain - The hub and its service manager.
 * @returns The EIP-712 domain separator.
 */
export function domainSeparator(domain: Domain): Bytes32 {
  return bytes32(TypedDataEncoder.hashDomain(eip712Domain(domain)));
}

/**
 * @param batch - The batch.
 * @returns Its EIP-712 `hashStruct`.
 */
export function batchHash(batch: Batch): Bytes32 {
  return bytes32(TypedDataEncoder.hashStruct("Batch", BATCH_TYPES, { ...batch }));
}

/**
 * @param domain - Where the signature shall be valid.
 * @param batch - The batch.
 * @returns The EIP-712 digest, which is hashed to the curve and signed.
 */
export function batchDigest(domain: Domain, batch: Batch): BatchDigest {
  return batchDigestOf(TypedDataEncoder.hash(eip712Domain(domain), BATCH_TYPES, { ...batch }));
}

/**
 * The statements of one round. Pairs and leaves are sorted, so the root depends on the set of statements, not on their
 * order; a batch of one has the leaf as root and an empty proof.
 */
export class StatementTree {
  readonly statements: readonly Statement[];
  readonly leaves: readonly StatementLeaf[];
  readonly root: Bytes32;
  readonly #tree: SimpleMerkleTree;
  readonly #positions: ReadonlyMap<StatementLeaf, number>;

  /**
   * @param statements - At least one, each once; else throws `EmptyBatch` or `DuplicateStatement`.
   */
  constructor(statements: readonly Statement[]) {
    ensure(statements.length > 0, "EmptyBatch", () => "a batch has at least one statement");
    this.statements = [...statements];
    this.leaves = statements.map(statementLeaf);
    this.#positions = new Map(this.leaves.map((leaf, position) => [leaf, position]));
    ensure(this.#positions.size === statements.length, "DuplicateStatement", () => "a batch says each statement once");
    this.#tree = SimpleMerkleTree.of([...this.leaves]);
    this.root = bytes32(this.#tree.root);
  }

  /**
   * @param statement - One of the batch's statements, or its leaf.
   * @returns Its proof; throws `StatementNotInBatch` for any other.
   */
  proof(statement: Statement | StatementLeaf): Bytes32[] {
    const leaf = typeof statement === "string" ? statement : statementLeaf(statement);
    const position = this.#positions.get(leaf);
    if (position === undefined) throw new ProtocolError("StatementNotInBatch", `no statement with leaf ${leaf}`);
    return this.#tree.getProof(position).map((node) => bytes32(node));
  }
}

/**
 * @param root - The root of a batch.
 * @param leaf - The leaf of a statement.
 * @param proof - Its siblings, at most 32; else throws `ProofTooLong`.
 * @returns Whether the batch holds the statement.
 */
export function verifyStatement(root: Bytes32, leaf: StatementLeaf, proof: readonly Bytes32[]): boolean {
  ensure(
    proof.length <= MAX_BATCH_DEPTH,
    "ProofTooLong",
    () => `${String(proof.length)} levels, at most ${String(MAX_BATCH_DEPTH)}`,
  );
  return SimpleMerkleTree.verify(root, leaf, [...proof]);
}

/**
 * @param leaf - The leaf of a statement.
 * @param proof - Its siblings, at most 32; else throws `ProofTooLong`.
 * @returns The root of the batch that holds the statement, if the proof is one.
 */
export function statementsRootOf(leaf: StatementLeaf, proof: readonly Bytes32[]): Bytes32 {
  ensure(
    proof.length <= MAX_BATCH_DEPTH,
    "ProofTooLong",
    () => `${String(proof.length)} levels, at most ${String(MAX_BATCH_DEPTH)}`,
  );
  return proof.reduce<Bytes32>(
    // Pairs are sorted, and canonical hex sorts like its bytes.
    (node, sibling) => bytes32(keccak256(concat(node < sibling ? [node, sibling] : [sibling, node]))),
    leaf,
  );
}
