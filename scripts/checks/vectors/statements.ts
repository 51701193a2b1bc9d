import { batchDigest, batchHash, domainSeparator, StatementTree, type Domain } from "#protocol/batches.ts";
import { statementHash, statementLeaf, statementTypeHash, type Statement } from "#protocol/statements.ts";
import { address, chainId } from "#protocol/types.ts";

import type { VectorFile } from "./format.ts";
import { Random } from "./random.ts";
import * as sample from "./samples.ts";

const BATCH_SIZES = [1, 2, 3, 64, 65];

/** Struct hashes and leaves of every kind, domains, and batches with proofs of some of their statements. */
export function statementVectors(): VectorFile {
  const random = new Random("statements");
  const hashed = (statement: Statement) => ({ hash: statementHash(statement), leaf: statementLeaf(statement) });
  const three = [0, 1, 2];
  const batches = BATCH_SIZES.map((size) => batchCase(random, size));
  return {
    batches: batches.map(({ batch }) => batch),
    domains: domainCases(random),
    halts: three.map(() => {
      const content = sample.halt(random);
      return { ...content, ...hashed({ kind: "Halt", content }) };
    }),
    haltTypeHash: statementTypeHash("Halt"),
    hubChainId: sample.DOMAIN.hubChainId,
    pages: three.map(() => {
      const content = sample.page(random);
      return { ...content, ...hashed({ kind: "Page", content }) };
    }),
    pageTypeHash: statementTypeHash("Page"),
    proofs: batches.flatMap(({ proofs }, batch) => proofs.map((proof) => ({ batch, ...proof }))),
    rollups: three.map(() => {
      const content = sample.rollup(random);
      return { ...content, ...hashed({ kind: "Rollup", content }) };
    }),
    rollupTypeHash: statementTypeHash("Rollup"),
    serviceManager: sample.DOMAIN.serviceManager,
    tables: three.map(() => {
      const content = sample.table(random);
      return { ...content, ...hashed({ kind: "Table", content }) };
    }),
    tableTypeHash: statementTypeHash("Table"),
  };
}

function batchCase(random: Random, size: number) {
  const tree = new StatementTree(sample.statements(random, size));
  const batch = {
    operatorSetId: Number(random.uint(32)),
    tableEpoch: Number(random.uint(32)),
    issuedAt: random.uint(64),
    statementsRoot: tree.root,
  };
  const positions = [...new Set([0, 1, 2, Math.floor(size / 2), size - 1])].filter((position) => position < size);
  return {
    batch: { ...batch, digest: batchDigest(sample.DOMAIN, batch), hash: batchHash(batch), leaves: tree.leaves },
    proofs: positions.flatMap((position) => {
      const leaf = tree.leaves[position];
      return leaf === undefined ? [] : { leaf, position, proof: tree.proof(leaf) };
    }),
  };
}

function domainCases(random: Random) {
  const domains: Domain[] = [
    sample.DOMAIN,
    { hubChainId: chainId(1), serviceManager: address(`0x${"00".repeat(19)}01`) },
    { hubChainId: chainId((1n << 64n) - 1n), serviceManager: random.address() },
  ];
  return domains.map((domain) => ({ ...domain, separator: domainSeparator(domain) }));
}
