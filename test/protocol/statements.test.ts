import { expect } from "chai";
import { AbiCoder, id, keccak256 } from "ethers";
import fc from "fast-check";
import { z } from "zod";

import { statementHash, statementLeaf, statementTypeHash, type Statement } from "#protocol/statements.ts";
import { anyHalt, anyPage, anyRollup, anyStatement, anyTable } from "#support/arbitraries.ts";
import { field, readVectors } from "#support/vectors.ts";

const hashed = { hash: field.word, leaf: field.word };
const vectors = readVectors("statements", {
  pages: z.array(
    z.object({
      sourceChainId: field.chainId,
      sourceGateway: field.address,
      destinationChainId: field.chainId,
      destinationGateway: field.address,
      pageIndex: field.big,
      count: field.number,
      root: field.word,
      chainHead: field.word,
      blockNumber: field.big,
      sourceTimestamp: field.big,
      finality: field.number,
      ...hashed,
    }),
  ),
  tables: z.array(
    z.object({
      operatorSetId: field.number,
      epoch: field.number,
      tableHash: field.word,
      validFrom: field.big,
      validUntil: field.big,
      ...hashed,
    }),
  ),
  rollups: z.array(
    z.object({
      chainId: field.chainId,
      gateway: field.address,
      operatorSetId: field.number,
      status: field.number,
      finality: field.number,
      refutable: field.flag,
      version: field.big,
      ...hashed,
    }),
  ),
  halts: z.array(
    z.object({ chainId: field.chainId, gateway: field.address, expiresAt: field.big, reason: field.word, ...hashed }),
  ),
  pageTypeHash: field.word,
  tableTypeHash: field.word,
  rollupTypeHash: field.word,
  haltTypeHash: field.word,
});

// The type strings of the protocol's reference, letter by letter.
const TYPES = {
  Page: "Page(uint64 sourceChainId,address sourceGateway,uint64 destinationChainId,address destinationGateway,uint64 pageIndex,uint16 count,bytes32 root,bytes32 chainHead,uint64 blockNumber,uint64 sourceTimestamp,uint8 finality)",
  Table: "Table(uint32 operatorSetId,uint32 epoch,bytes32 tableHash,uint64 validFrom,uint64 validUntil)",
  Rollup:
    "Rollup(uint64 chainId,address gateway,uint32 operatorSetId,uint8 status,uint8 finality,bool refutable,uint64 version)",
  Halt: "Halt(uint64 chainId,address gateway,uint64 expiresAt,bytes32 reason)",
} as const;

function plainHash(kind: keyof typeof TYPES, words: readonly (string | bigint | number | boolean)[]): string {
  const all = [BigInt(id(TYPES[kind])), ...words.map(BigInt)];
  return keccak256(AbiCoder.defaultAbiCoder().encode(Array(all.length).fill("uint256"), all));
}

describe("statements", function () {
  it("hash the type strings of the protocol's reference", function () {
    const kinds = ["Page", "Table", "Rollup", "Halt"] as const;
    const expected = kinds.map((kind) => id(TYPES[kind]));
    expect(kinds.map(statementTypeHash)).to.deep.equal(expected);
    const { pageTypeHash, tableTypeHash, rollupTypeHash, haltTypeHash } = vectors;
    expect([pageTypeHash, tableTypeHash, rollupTypeHash, haltTypeHash]).to.deep.equal(expected);
  });

  it("hash like EIP-712 structs: type hash and fields, one word each, in order", function () {
    fc.assert(
      fc.property(anyPage, anyTable, anyRollup, anyHalt, (page, table, rollup, halt) => {
        const lane = [page.sourceChainId, page.sourceGateway, page.destinationChainId, page.destinationGateway];
        const content = [page.pageIndex, page.count, page.root, page.chainHead];
        const circumstances = [page.blockNumber, page.sourceTimestamp, page.finality];
        expect(statementHash({ kind: "Page", content: page })).to.equal(
          plainHash("Page", [...lane, ...content, ...circumstances]),
        );
        expect(statementHash({ kind: "Table", content: table })).to.equal(
          plainHash("Table", [table.operatorSetId, table.epoch, table.tableHash, table.validFrom, table.validUntil]),
        );
        const entry = [rollup.chainId, rollup.gateway, rollup.operatorSetId, rollup.status, rollup.finality];
        expect(statementHash({ kind: "Rollup", content: rollup })).to.equal(
          plainHash("Rollup", [...entry, rollup.refutable, rollup.version]),
        );
        expect(statementHash({ kind: "Halt", content: halt })).to.equal(
          plainHash("Halt", [halt.chainId, halt.gateway, halt.expiresAt, halt.reason]),
        );
      }),
      { numRuns: 50 },
    );
  });

  it("have as leaf the hash of their hash", function () {
    fc.assert(
      fc.property(anyStatement, (statement) => {
        expect(statementLeaf(statement)).to.equal(keccak256(statementHash(statement)));
      }),
      { numRuns: 50 },
    );
  });

  it("have another leaf when any one field differs", function () {
    fc.assert(
      fc.property(anyStatement, anyStatement, (statement, other) => {
        fc.pre(statement.kind === other.kind);
        const old = new Map<string, unknown>(Object.entries(statement.content));
        for (const [name, value] of new Map<string, unknown>(Object.entries(other.content))) {
          const changed = Object.assign({}, statement, { content: { ...statement.content, [name]: value } });
          const isSame = old.get(name) === value;
          expect(statementLeaf(changed) === statementLeaf(statement), name).to.equal(isSame);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("keep the hashes and leaves of the vectors", function () {
    const check = (statement: Statement, hash: string, leaf: string) => {
      expect(statementHash(statement)).to.equal(hash);
      expect(statementLeaf(statement)).to.equal(leaf);
    };
    for (const { hash, leaf, ...content } of vectors.pages) check({ kind: "Page", content }, hash, leaf);
    for (const { hash, leaf, ...content } of vectors.tables) check({ kind: "Table", content }, hash, leaf);
    for (const { hash, leaf, ...content } of vectors.rollups) check({ kind: "Rollup", content }, hash, leaf);
    for (const { hash, leaf, ...content } of vectors.halts) check({ kind: "Halt", content }, hash, leaf);
  });
});
