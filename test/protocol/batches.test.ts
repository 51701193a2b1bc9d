import { expect } from "chai";
import { AbiCoder, concat, id, keccak256 } from "ethers";
import fc from "fast-check";
import { z } from "zod";

import { batchDigest, batchHash, domainSeparator, StatementTree, verifyStatement } from "#protocol/batches.ts";
import { statementLeaf, type Statement } from "#protocol/statements.ts";
import { address, chainId, statementLeafOf, ZERO_BYTES32, type Bytes32 } from "#protocol/types.ts";
import { anyAddress, anyChainId, anySmallUint, anyStatement, anyUint, anyWord } from "#support/arbitraries.ts";
import { expectRefusal } from "#support/refusals.ts";
import { field, readVectors } from "#support/vectors.ts";

const vectors = readVectors("statements", {
  hubChainId: field.chainId,
  serviceManager: field.address,
  batches: z.array(
    z.object({
      operatorSetId: field.number,
      tableEpoch: field.number,
      issuedAt: field.big,
      statementsRoot: field.word,
      digest: field.word,
      hash: field.word,
      leaves: field.words,
    }),
  ),
  proofs: z.array(z.object({ batch: field.number, position: field.number, leaf: field.word, proof: field.words })),
  domains: z.array(z.object({ hubChainId: field.chainId, serviceManager: field.address, separator: field.word })),
});
const coder = AbiCoder.defaultAbiCoder();
const anyDomain = fc.record({ hubChainId: anyChainId, serviceManager: anyAddress });
const anyBatch = fc.record({
  operatorSetId: anySmallUint(32),
  tableEpoch: anySmallUint(32),
  issuedAt: anyUint(64),
  statementsRoot: anyWord,
});
const anyStatements = fc.uniqueArray(anyStatement, { minLength: 1, maxLength: 9, selector: statementLeaf });

/** OpenZeppelin's MerkleProof, in four lines. */
function processProof(leaf: Bytes32, proof: readonly Bytes32[]): string {
  return proof.reduce<string>(
    (node, sibling) => keccak256(BigInt(node) < BigInt(sibling) ? concat([node, sibling]) : concat([sibling, node])),
    leaf,
  );
}

describe("batch digests", function () {
  it("are EIP-712 digests of Batch under the domain Parley, version 1, hub and service manager", function () {
    fc.assert(
      fc.property(anyDomain, anyBatch, (domain, batch) => {
        const domainType = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
        const separator = keccak256(
          coder.encode(
            ["bytes32", "bytes32", "bytes32", "uint256", "address"],
            [id(domainType), id("Parley"), id("1"), domain.hubChainId, domain.serviceManager],
          ),
        );
        const batchType = "Batch(uint32 operatorSetId,uint32 tableEpoch,uint64 issuedAt,bytes32 statementsRoot)";
        const words = [id(batchType), batch.operatorSetId, batch.tableEpoch, batch.issuedAt, batch.statementsRoot];
        const hash = keccak256(coder.encode(Array(5).fill("uint256"), words.map(BigInt)));
        expect(domainSeparator(domain)).to.equal(separator);
        expect(batchHash(batch)).to.equal(hash);
        expect(batchDigest(domain, batch)).to.equal(keccak256(concat(["0x1901", separator, hash])));
      }),
      { numRuns: 50 },
    );
  });

  it("differ on another hub and for another service manager", function () {
    const [batch] = vectors.batches;
    if (batch === undefined) throw new Error("no batch in the vectors");
    const domain = { hubChainId: vectors.hubChainId, serviceManager: vectors.serviceManager };
    const digests = [
      batchDigest(domain, batch),
      batchDigest({ ...domain, hubChainId: chainId(1) }, batch),
      batchDigest({ ...domain, serviceManager: address(`0x${"11".repeat(20)}`) }, batch),
    ];
    expect(new Set(digests).size).to.equal(3);
  });

  it("keep the digests, hashes and separators of the vectors", function () {
    const { hubChainId, serviceManager } = vectors;
    for (const { digest, hash, leaves: _, ...batch } of vectors.batches) {
      expect(batchDigest({ hubChainId, serviceManager }, batch)).to.equal(digest);
      expect(batchHash(batch)).to.equal(hash);
    }
    for (const { separator, ...domain } of vectors.domains) expect(domainSeparator(domain)).to.equal(separator);
  });
});

describe("batches", function () {
  it("prove each of their statements, also to OpenZeppelin's MerkleProof", function () {
    fc.assert(
      fc.property(anyStatements, (statements) => {
        const tree = new StatementTree(statements);
        for (const [position, leaf] of tree.leaves.entries()) {
          const proof = tree.proof(statements[position] ?? leaf);
          expect(tree.proof(leaf)).to.deep.equal(proof);
          expect(verifyStatement(tree.root, leaf, proof)).to.equal(true);
          expect(processProof(leaf, proof)).to.equal(tree.root);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("of one statement have its leaf as root and an empty proof", function () {
    fc.assert(
      fc.property(anyStatement, (statement) => {
        const tree = new StatementTree([statement]);
        expect(tree.root).to.equal(statementLeaf(statement));
        expect(tree.proof(statement)).to.deep.equal([]);
        expect(verifyStatement(tree.root, statementLeaf(statement), [])).to.equal(true);
      }),
      { numRuns: 10 },
    );
  });

  it("have the same root in any order", function () {
    fc.assert(
      fc.property(anyStatements, (statements) => {
        expect(new StatementTree(statements.toReversed()).root).to.equal(new StatementTree(statements).root);
      }),
      { numRuns: 20 },
    );
  });

  it("keep the proofs of the vectors", function () {
    for (const { batch, position, leaf, proof } of vectors.proofs) {
      const { leaves, statementsRoot } = vectors.batches[batch] ?? { leaves: [], statementsRoot: ZERO_BYTES32 };
      expect(leaves[position]).to.equal(leaf);
      expect(verifyStatement(statementsRoot, statementLeafOf(leaf), proof)).to.equal(true);
      expect(processProof(leaf, proof)).to.equal(statementsRoot);
    }
  });

  it("refuse another statement, another root, and a proof cut, extended or exchanged", function () {
    fc.assert(
      fc.property(anyStatements, anyStatement, anyWord, (statements, stranger, word) => {
        fc.pre(!statements.some((statement) => statementLeaf(statement) === statementLeaf(stranger)));
        const tree = new StatementTree(statements);
        const [leaf] = tree.leaves;
        if (leaf === undefined) return;
        const proof = tree.proof(leaf);
        expect(verifyStatement(tree.root, statementLeaf(stranger), proof)).to.equal(false);
        expect(verifyStatement(word, leaf, proof)).to.equal(false);
        expect(verifyStatement(tree.root, leaf, [...proof, word])).to.equal(false);
        if (proof.length > 0) {
          expect(verifyStatement(tree.root, leaf, proof.slice(1))).to.equal(false);
          expect(verifyStatement(tree.root, leaf, proof.with(0, word))).to.equal(false);
        }
        expectRefusal(() => tree.proof(stranger), "StatementNotInBatch");
      }),
      { numRuns: 50 },
    );
  });

  it("refuse to be empty, to say a thing twice, and proofs of more than 32 levels", function () {
    expectRefusal(() => new StatementTree([]), "EmptyBatch");
    fc.assert(
      fc.property(anyStatement, (statement: Statement) => {
        expectRefusal(() => new StatementTree([statement, { ...statement }]), "DuplicateStatement");
        const leaf = statementLeaf(statement);
        const long = Array.from({ length: 33 }, () => ZERO_BYTES32);
        expectRefusal(() => verifyStatement(ZERO_BYTES32, leaf, long), "ProofTooLong");
        expect(verifyStatement(ZERO_BYTES32, leaf, long.slice(1))).to.equal(false);
      }),
      { numRuns: 5 },
    );
  });
});
