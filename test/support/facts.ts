import type { ContractTransactionResponse } from "ethers";

import type { Statement, Rollup as Entry, Table } from "#protocol/statements.ts";
import type { Hex } from "#protocol/types.ts";

import type { Certified, CertifyOptions, Committee } from "./committee.ts";
import type { Rollup } from "./rollup.ts";

/** How a fact of the hub is certified and brought, where it matters to a test. */
export interface FactOptions extends Partial<CertifyOptions> {
  /** Second of the block that takes it. */
  readonly at?: bigint;
}

/** A table statement with its rows. */
export interface TableFact {
  readonly table: Table;
  readonly rows: Hex;
}

/** The table of a committee's epoch, as the committee before certifies it. */
export function tableFact(next: Committee, validFrom: bigint, validUntil: bigint, changes: Partial<Table> = {}) {
  return { table: { ...next.tableStatement(validFrom, validUntil), ...changes }, rows: next.table.packed };
}

/** Has a committee certify one statement, now by the rollup's clock unless told otherwise. */
export async function certifyFact(
  rollup: Rollup,
  speaker: Committee,
  statement: Statement,
  { at: _, ...options }: FactOptions = {},
): Promise<Certified> {
  return speaker.certify([statement], { issuedAt: await rollup.now(), ...options });
}

/** Brings a directory entry that `speaker` certifies. */
export async function bringEntry(
  rollup: Rollup,
  speaker: Committee,
  entry: Entry,
  options: FactOptions = {},
): Promise<ContractTransactionResponse> {
  const statement: Statement = { kind: "Rollup", content: entry };
  const { certificate, statements } = await certifyFact(rollup, speaker, statement, options);
  await nextBlockAt(rollup, options.at);
  return rollup.directory.connect(rollup.relayer).update(certificate, entry, statements.proof(statement));
}

/** Brings an operator table that `speaker` certifies. */
export async function bringTable(
  rollup: Rollup,
  speaker: Committee,
  { table, rows }: TableFact,
  options: FactOptions = {},
): Promise<ContractTransactionResponse> {
  const statement: Statement = { kind: "Table", content: table };
  const { certificate, statements } = await certifyFact(rollup, speaker, statement, options);
  await nextBlockAt(rollup, options.at);
  return rollup.operatorTables.connect(rollup.relayer).install(certificate, table, statements.proof(statement), rows);
}

/** Gives the next block this second, if any. */
export async function nextBlockAt(rollup: Rollup, second: bigint | undefined): Promise<void> {
  if (second !== undefined) await rollup.helpers.time.setNextBlockTimestamp(second);
}

/** Brings a directory entry to a rollup under a certificate of everybody. */
export async function updateEntry(committee: Committee, rollup: Rollup, entry: Entry): Promise<void> {
  await bringEntry(rollup, committee, entry);
}

/** Brings the table of `next` to a rollup under a certificate of the present committee. */
export async function installTable(
  committee: Committee,
  rollup: Rollup,
  next: Committee,
  validFrom: bigint,
  validUntil: bigint,
): Promise<void> {
  await bringTable(rollup, committee, tableFact(next, validFrom, validUntil));
}
