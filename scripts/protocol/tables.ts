import { concat, keccak256, toBeHex } from "ethers";

import { addG1, ensureG1, negateG1, type G1Point } from "./bn254.ts";
import { elementAt, ensure } from "./errors.ts";
import { byteLength, bytes32, hex, sliceHex, uint, type Bytes32, type Hex } from "./types.ts";

/** Bytes of a packed row: key x 32, key y 32, weight 12. */
export const TABLE_ROW_BYTES = 76;
/** The most rows a table may have, so that one word names every absentee. */
export const MAX_TABLE_ROWS = 256;

/** One member of an operator set for one epoch. */
export interface OperatorRow {
  readonly key: G1Point;
  /** Slashable stake times multiplier; never zero, below 2⁹⁶. */
  readonly weight: bigint;
}

/** The members of a set for one epoch, with what follows from them. */
export interface OperatorTable {
  readonly rows: readonly OperatorRow[];
  /** The rows as they are hashed and stored: this is the wire format. */
  readonly packed: Hex;
  readonly tableHash: Bytes32;
  /** The sum of all keys. */
  readonly aggregateKey: G1Point;
  readonly totalWeight: bigint;
}

/**
 * Builds a table and checks it as a rollup does at install.
 *
 * @param rows - 1 to 256 rows; keys on the curve, weights not zero.
 * @returns The table; throws the broken rule.
 */
export function operatorTable(rows: readonly OperatorRow[]): OperatorTable {
  ensure(
    rows.length >= 1 && rows.length <= MAX_TABLE_ROWS,
    "TableSizeOutOfRange",
    () => `${String(rows.length)} rows, 1 to ${String(MAX_TABLE_ROWS)} allowed`,
  );
  rows.forEach(({ key, weight }, row) => {
    ensureG1(key);
    ensure(weight !== 0n, "ZeroWeight", () => `row ${String(row)} has no weight`);
    uint(weight, 96);
  });
  const packed = hex(
    concat(rows.flatMap(({ key, weight }) => [toBeHex(key.x, 32), toBeHex(key.y, 32), toBeHex(weight, 12)])),
  );
  return {
    rows: [...rows],
    packed,
    tableHash: bytes32(keccak256(packed)),
    aggregateKey: addG1(rows.map(({ key }) => key)),
    totalWeight: rows.reduce((sum, { weight }) => sum + weight, 0n),
  };
}

/**
 * @param packed - Packed rows, whole ones only; else throws `TableLengthMismatch`.
 * @returns The table, checked like {@link operatorTable}.
 */
export function decodeTable(packed: Hex): OperatorTable {
  const length = byteLength(packed);
  ensure(
    length % TABLE_ROW_BYTES === 0,
    "TableLengthMismatch",
    () => `${String(length)} bytes are no whole number of rows of ${String(TABLE_ROW_BYTES)}`,
  );
  return operatorTable(
    Array.from({ length: length / TABLE_ROW_BYTES }, (_, row) => {
      const word = (from: number, to: number) =>
        BigInt(sliceHex(packed, row * TABLE_ROW_BYTES + from, row * TABLE_ROW_BYTES + to));
      return { key: { x: word(0, 32), y: word(32, 64) }, weight: word(64, 76) };
    }),
  );
}

/**
 * The key that signed, by the rule of the contract: the stored aggregate minus every absentee's key.
 *
 * @param table - The table.
 * @param absentees - Rows that did not sign; not all of them.
 * @returns K₁.
 */
export function signersKey(table: OperatorTable, absentees: readonly number[]): G1Point {
  const absentKeys = absentees.map((row) => elementAt(table.rows, row).key);
  return addG1([table.aggregateKey, ...absentKeys.map(negateG1)]);
}
