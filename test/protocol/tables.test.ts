import { expect } from "chai";
import { keccak256 } from "ethers";
import fc from "fast-check";
import { z } from "zod";

import { nobleVerifier } from "#protocol/blsNoble.ts";
import { G1_GENERATOR, keyPair, negateG1, type G1Point } from "#protocol/bn254.ts";
import { FIELD_PRIME } from "#protocol/field.ts";
import { decodeTable, operatorTable, signersKey, TABLE_ROW_BYTES, type OperatorRow } from "#protocol/tables.ts";
import { byteLength } from "#protocol/types.ts";
import { anyHex } from "#support/arbitraries.ts";
import { expectRefusal } from "#support/refusals.ts";
import { field, readVectors } from "#support/vectors.ts";

const vectors = readVectors("tables", {
  cases: z.array(
    z.object({
      aggregateKey: field.bigs,
      packed: field.hex,
      rows: field.number,
      tableHash: field.word,
      totalWeight: field.big,
    }),
  ),
  refused: z.array(z.object({ name: field.text, packed: field.hex, error: field.text })),
});
const keys: readonly G1Point[] = [3n, 5n, 7n, 11n].map((secret) => keyPair(secret).g1);
const rows: readonly OperatorRow[] = keys.map((key, row) => ({ key, weight: BigInt(row + 1) }));

describe("operator tables", function () {
  for (const { packed, rows: count, tableHash, totalWeight, aggregateKey } of vectors.cases) {
    it(`of ${count} rows keep hash, total weight and aggregate key of the vectors`, function () {
      const table = decodeTable(packed);
      expect(table.rows).to.have.lengthOf(count);
      expect(byteLength(packed)).to.equal(count * TABLE_ROW_BYTES);
      expect(table.tableHash).to.equal(tableHash).and.to.equal(keccak256(packed));
      expect(table.totalWeight).to.equal(totalWeight);
      expect([table.aggregateKey.x, table.aggregateKey.y]).to.deep.equal(aggregateKey);
      expect(nobleVerifier.sumG1(table.rows.map(({ key }) => key))).to.deep.equal(table.aggregateKey);
    });
  }

  it("decode to what was encoded, and encode to what was decoded", function () {
    for (const { packed } of vectors.cases) {
      const table = decodeTable(packed);
      expect(operatorTable(table.rows)).to.deep.equal(table);
      expect(operatorTable(table.rows).packed).to.equal(packed);
    }
  });

  it("have another hash when two rows are exchanged, and the same aggregate", function () {
    const table = operatorTable(rows);
    const exchanged = operatorTable(rows.toReversed());
    expect(exchanged.tableHash).not.to.equal(table.tableHash);
    expect(exchanged.aggregateKey).to.deep.equal(table.aggregateKey);
  });

  for (const { name, packed, error } of vectors.refused) {
    it(`are refused: ${name}`, function () {
      expect(() => decodeTable(packed))
        .to.throw()
        .with.property("code", error);
    });
  }

  it("are refused as random bytes", function () {
    fc.assert(
      fc.property(anyHex(400), (bytes) => {
        expect(() => decodeTable(bytes))
          .to.throw()
          .with.property("name", "ProtocolError");
      }),
    );
  });

  it("refuse a weight beyond 96 bits, and take the largest", function () {
    const weigh = (weight: bigint) => () => operatorTable([{ key: G1_GENERATOR, weight }]);
    expectRefusal(weigh(1n << 96n), "NumberOutOfRange");
    expectRefusal(weigh(-1n), "NumberOutOfRange");
    expectRefusal(weigh(0n), "ZeroWeight");
    expect(weigh((1n << 96n) - 1n)().totalWeight).to.equal((1n << 96n) - 1n);
  });

  it("refuse coordinates that are not reduced, and negative ones", function () {
    const place = (key: G1Point) => () => operatorTable([{ key, weight: 1n }]);
    expectRefusal(place({ x: FIELD_PRIME + 1n, y: 2n }), "CoordinateOutOfRange");
    expectRefusal(place({ x: 1n, y: FIELD_PRIME + 2n }), "CoordinateOutOfRange");
    expectRefusal(place({ x: 1n, y: 2n - FIELD_PRIME }), "CoordinateOutOfRange");
    expectRefusal(place({ x: 0n, y: 0n }), "PointAtInfinity");
    expectRefusal(place({ x: 1n, y: 1n }), "PointNotOnCurve");
  });

  it("refuse keys that cancel out: their sum is no key", function () {
    const key = G1_GENERATOR;
    const cancelling = [key, negateG1(key)].map((each) => ({ key: each, weight: 1n }));
    expectRefusal(() => operatorTable(cancelling), "PointAtInfinity");
  });

  it("may hold one key twice: it counts twice", function () {
    const table = operatorTable([G1_GENERATOR, G1_GENERATOR].map((key) => ({ key, weight: 1n })));
    expect(table.aggregateKey).to.deep.equal(keyPair(2n).g1);
  });
});

describe("the signers' key", function () {
  it("is the sum of the keys that are not absent, whoever is", function () {
    const table = operatorTable(rows);
    fc.assert(
      fc.property(fc.subarray([0, 1, 2, 3], { maxLength: 3 }), (absentees) => {
        const present = keys.filter((_, row) => !absentees.includes(row));
        expect(signersKey(table, absentees)).to.deep.equal(nobleVerifier.sumG1(present));
      }),
      { numRuns: 30 },
    );
  });

  it("does not exist without signers, and names no row beyond the table", function () {
    const table = operatorTable(rows);
    expectRefusal(() => signersKey(table, [0, 1, 2, 3]), "PointAtInfinity");
    expectRefusal(() => signersKey(table, [4]), "IndexOutOfRange");
  });
});
