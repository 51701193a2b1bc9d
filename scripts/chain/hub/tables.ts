import type { Provider, Signer } from "ethers";

import { decodeTableCode } from "#chain/operatorTables.ts";
import type { Table } from "#protocol/statements.ts";
import type { OperatorTable } from "#protocol/tables.ts";
import { address, bytes32, type Address } from "#protocol/types.ts";

import { HubError } from "./errors.ts";
import { hubAt, type HubSite } from "./site.ts";
import { ask, submit } from "./submit.ts";

/** An epoch's table as the hub has it. */
export interface HubTable {
  /** What operators sign of it. */
  readonly statement: Table;
  /** Its rows, whose hash is the statement's. */
  readonly table: OperatorTable;
  /** Who has the rows, in their order. */
  readonly operators: readonly Address[];
  readonly readBlock: number;
  readonly lookAheadBlock: number;
  /** Last second in which evidence against the epoch is accepted. */
  readonly evidenceUntil: bigint;
}

/** A table that is being built. */
export interface HubBuild {
  readonly done: number;
  readonly members: number;
  readonly readBlock: number;
  readonly deadlineBlock: number;
}

/**
 * Builds a set's next table: begins unless a build runs, and goes on until it is complete.
 *
 * @param anybody - Who pays for it.
 * @param site - The hub.
 * @param operatorSetId - The set.
 * @param most - Members asked about in one transaction.
 * @returns The new epoch's table; throws `Refused` with `BuildTooEarly` while the present one lasts.
 */
export async function buildTable(anybody: Signer, site: HubSite, operatorSetId: number, most = 32): Promise<HubTable> {
  const { tableBuilder } = hubAt(site, anybody);
  const before = await ask(tableBuilder.newestEpoch(operatorSetId));
  if ((await readBuild(anybody, site, operatorSetId)) === undefined) {
    await submit(anybody, tableBuilder.begin.populateTransaction(operatorSetId));
  }
  // Somebody else may complete it between two calls.
  while ((await ask(tableBuilder.newestEpoch(operatorSetId))) === before) {
    await submit(anybody, tableBuilder.proceed.populateTransaction(operatorSetId, most));
  }
  return knownTable(anybody, site, operatorSetId);
}

/**
 * @param provider - The hub.
 * @param site - Where the table builder is.
 * @param operatorSetId - A set.
 * @returns The build that runs, if one does.
 */
export async function readBuild(
  provider: Provider | Signer,
  site: HubSite,
  operatorSetId: number,
): Promise<HubBuild | undefined> {
  const { tableBuilder } = hubAt(site, provider);
  const { done, members, readBlock, deadlineBlock } = await ask(tableBuilder.build(operatorSetId));
  const now = (await provider.provider?.getBlockNumber()) ?? 0;
  // The next transaction is mined in the block after this one.
  if (members === 0n || now + 1 > Number(deadlineBlock)) return undefined;
  return {
    done: Number(done),
    members: Number(members),
    readBlock: Number(readBlock),
    deadlineBlock: Number(deadlineBlock),
  };
}

/**
 * @param provider - The hub.
 * @param site - Where the table builder is.
 * @param operatorSetId - A set.
 * @param epoch - One of its epochs; the newest unless given.
 * @returns Its table, read from the contract that is the table; undefined where there is none. Throws `InvalidAnswer` when the
 * rows are not those of the hash, or not as many as operators.
 */
export async function readTable(
  provider: Provider | Signer,
  site: HubSite,
  operatorSetId: number,
  epoch?: number,
): Promise<HubTable | undefined> {
  const { tableBuilder } = hubAt(site, provider);
  const number = epoch ?? Number(await ask(tableBuilder.newestEpoch(operatorSetId)));
  const found = await ask(tableBuilder.epoch(operatorSetId, number));
  const code = found.validUntil === 0n ? "0x" : await provider.provider?.getCode(found.table);
  if (code === "0x" || code === undefined) return undefined;
  const table = decodeTableCode(code);
  const operators = await ask(tableBuilder.operatorsOf(operatorSetId, number));
  const tableHash = bytes32(found.tableHash);
  if (table.tableHash !== tableHash || table.rows.length !== operators.length) {
    throw new HubError("InvalidAnswer", `the rows of epoch ${String(number)} are not those of ${tableHash}`);
  }
  const { validFrom, validUntil, readBlock, lookAheadBlock } = found;
  return {
    statement: { operatorSetId, epoch: number, tableHash, validFrom, validUntil },
    table,
    operators: operators.map((operator) => address(operator)),
    readBlock: Number(readBlock),
    lookAheadBlock: Number(lookAheadBlock),
    evidenceUntil: await ask(tableBuilder.evidenceUntil(operatorSetId, number)),
  };
}

/** As {@link readTable}, of an epoch that is there; throws `Unknown`. */
export async function knownTable(
  provider: Provider | Signer,
  site: HubSite,
  operatorSetId: number,
  epoch?: number,
): Promise<HubTable> {
  const found = await readTable(provider, site, operatorSetId, epoch);
  if (found === undefined) {
    const what = epoch === undefined ? "no table" : `no epoch ${String(epoch)}`;
    throw new HubError("Unknown", `set ${String(operatorSetId)} has ${what} on the hub`);
  }
  return found;
}
