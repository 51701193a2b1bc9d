import type { Provider, Signer } from "ethers";

import type { Certificate } from "#protocol/certificates.ts";
import type { Rollup, Table } from "#protocol/statements.ts";
import type { OperatorTable } from "#protocol/tables.ts";
import type { Address, Bytes32, Hex } from "#protocol/types.ts";

import { Directory__factory, OperatorTables__factory } from "./contracts.ts";
import { submit } from "./hub/submit.ts";
import { decodeTableCode } from "./operatorTables.ts";

/** A certified statement as a rollup takes it. */
export interface CertifiedFact<T> {
  readonly certificate: Certificate;
  readonly content: T;
  readonly proof: Bytes32[];
}

/**
 * Installs a certified operator table on a rollup.
 *
 * @param anybody - Who pays for it, on the rollup.
 * @param operatorTables - The rollup's tables.
 * @param fact - The certified table.
 * @param rows - Its packed rows.
 * @returns The transaction's hash; throws `Refused` with the contract's reason.
 */
export async function installTable(
  anybody: Signer,
  operatorTables: Address,
  { certificate, content, proof }: CertifiedFact<Table>,
  rows: Hex,
): Promise<string> {
  const tables = OperatorTables__factory.connect(operatorTables, anybody);
  return (await submit(anybody, tables.install.populateTransaction(certificate, content, proof, rows))).hash;
}

/**
 * Brings a certified entry to a rollup's directory.
 *
 * @param anybody - Who pays for it, on the rollup.
 * @param directory - The rollup's directory.
 * @param fact - The certified entry.
 * @returns The transaction's hash; throws `Refused` with the contract's reason.
 */
export async function updateEntry(
  anybody: Signer,
  directory: Address,
  { certificate, content, proof }: CertifiedFact<Rollup>,
): Promise<string> {
  const book = Directory__factory.connect(directory, anybody);
  return (await submit(anybody, book.update.populateTransaction(certificate, content, proof))).hash;
}

/** A table as a rollup has it. */
export interface TableOnRollup {
  readonly statement: Table;
  readonly table: OperatorTable;
}

const NOBODY = "0x0000000000000000000000000000000000000000";

/**
 * @param provider - A rollup.
 * @param operatorTables - Its tables.
 * @param operatorSetId - A set.
 * @param epoch - One of its epochs; 0 for the newest.
 * @returns The table; undefined where it is not installed.
 */
export async function readInstalled(
  provider: Provider,
  operatorTables: Address,
  operatorSetId: number,
  epoch: number,
): Promise<TableOnRollup | undefined> {
  const tables = OperatorTables__factory.connect(operatorTables, provider);
  const number = epoch === 0 ? Number(await tables.newestEpoch(operatorSetId)) : epoch;
  const found = await tables.epoch(operatorSetId, number);
  if (found.table === NOBODY) return undefined;
  const table = decodeTableCode(await provider.getCode(found.table));
  const { validFrom, validitySeconds } = found;
  const { tableHash } = table;
  const validUntil = validFrom + validitySeconds;
  return { statement: { operatorSetId, epoch: number, tableHash, validFrom, validUntil }, table };
}
