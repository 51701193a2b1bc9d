import { dataSlice } from "ethers";

import { decodeTable, type OperatorTable } from "#protocol/tables.ts";
import { hex } from "#protocol/types.ts";

/** An operator table as a rollup has it. */
export interface InstalledTable {
  readonly operatorSetId: number;
  readonly epoch: number;
  readonly validFrom: bigint;
  readonly validUntil: bigint;
  readonly graceSeconds: number;
  readonly table: OperatorTable;
}

/** Bytes of a stored table before its rows: STOP, aggregate key, total weight. */
const ROWS_AT = 81;

/**
 * @param code - Code of the contract whose code is the table.
 * @returns The table; throws the broken rule.
 */
export function decodeTableCode(code: string): OperatorTable {
  return decodeTable(hex(dataSlice(code, ROWS_AT)));
}
