import { concat, toBeHex } from "ethers";

import { keyPair, type KeyPair } from "#protocol/bn254.ts";
import { ProtocolError, type ProtocolErrorCode } from "#protocol/errors.ts";
import { GROUP_ORDER } from "#protocol/field.ts";
import { decodeTable, operatorTable, type OperatorTable } from "#protocol/tables.ts";
import { hex } from "#protocol/types.ts";

import type { VectorFile } from "./format.ts";
import { Random } from "./random.ts";
import { P } from "./samples.ts";

const ROWS = [1, 2, 5, 255, 256];
const LARGEST_WEIGHT = (1n << 96n) - 1n;

/** A table of the vectors with the keys behind its rows. */
export interface KeyedTable {
  readonly keys: readonly KeyPair[];
  readonly table: OperatorTable;
}

/** The tables, by their position in tables.json; all take the first keys of one list. */
export function keyedTables(): KeyedTable[] {
  const random = new Random("tables");
  const keys = Array.from({ length: 256 }, () => keyPair(1n + random.below(GROUP_ORDER - 1n)));
  return ROWS.map((rows) => {
    const members = keys.slice(0, rows);
    const weights = members.map((_, row) => {
      if (rows === 2) return row === 0 ? LARGEST_WEIGHT : 1n;
      return 1n + random.below(10n ** 24n);
    });
    return {
      keys: members,
      table: operatorTable(members.map(({ g1 }, row) => ({ key: g1, weight: weights[row] ?? 1n }))),
    };
  });
}

/** Packed tables with what follows from them, and packed bytes that are refused. */
export function tableVectors(tables: readonly KeyedTable[]): VectorFile {
  return {
    cases: tables.map(({ table }) => ({
      aggregateKey: [table.aggregateKey.x, table.aggregateKey.y],
      packed: table.packed,
      rows: table.rows.length,
      tableHash: table.tableHash,
      totalWeight: table.totalWeight,
    })),
    refused: refusedTables(),
  };
}

function refusedTables() {
  const row = (x: bigint, y: bigint, weight: bigint) => concat([toBeHex(x, 32), toBeHex(y, 32), toBeHex(weight, 12)]);
  const good = row(1n, 2n, 7n);
  const cases: Record<string, string> = {
    "no rows": "0x",
    "one byte short": good.slice(0, -2),
    "one byte more": `${good}00`,
    "257 rows": concat(Array.from({ length: 257 }, () => good)),
    "no weight": concat([good, row(1n, 2n, 0n)]),
    "x not below p": row(1n + P, 2n, 7n),
    "y not below p": row(1n, 2n + P, 7n),
    "point at infinity": row(0n, 0n, 7n),
    "off the curve": concat([good, row(1n, 3n, 7n)]),
  };
  return Object.entries(cases).map(([name, bytes]) => {
    const packed = hex(bytes);
    return { error: refusal(() => decodeTable(packed)), name, packed };
  });
}

/** The code with which something is refused; a vector that is accepted is a mistake of the generator. */
export function refusal(attempt: () => unknown): ProtocolErrorCode {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  throw new Error("accepted, but meant to be refused");
}
