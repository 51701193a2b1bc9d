import type { Provider, Signer } from "ethers";

import { Directory__factory, OperatorTables__factory } from "#chain/contracts.ts";
import { entryFrom } from "#chain/entry.ts";
import { HubError } from "#chain/hub/errors.ts";
import { ask, submit } from "#chain/hub/submit.ts";
import type { Rollup, Table } from "#protocol/statements.ts";
import { bytes32, ZERO_BYTES32, type Address, type ChainId, type Hex } from "#protocol/types.ts";

import { hubEndAt, type BridgeSite, type Fee } from "./ends.ts";

/** What the hub said of an epoch over a canonical bridge. Field names are those of the Solidity struct. */
export interface EpochNews {
  readonly sequence: bigint;
  readonly hubTime: bigint;
  readonly newestEpoch: number;
  readonly isRevoked: boolean;
  /** Its hash is zero where the hub has no such epoch. */
  readonly table: Table;
}

/** What the hub said of a chain over a canonical bridge. */
export interface EntryNews {
  readonly sequence: bigint;
  readonly hubTime: bigint;
  /** Undefined where the hub has no entry. */
  readonly entry: Rollup | undefined;
}

/** News that are on their way. */
export interface Sent<T> {
  readonly transactionHash: string;
  readonly news: T;
}

/**
 * Sends what the hub has now of an epoch: its table, whether it is revoked, or that there is none.
 *
 * @param anybody - Who pays for it, on the hub.
 * @param site - The rollup's bridge.
 * @param operatorSetId - A set.
 * @param epoch - Any number.
 * @param fee - What the stack takes.
 * @returns What is on its way; throws `Refused` with the contract's reason.
 */
export async function sendEpoch(
  anybody: Signer,
  site: Pick<BridgeSite, "hubEnd">,
  operatorSetId: number,
  epoch: number,
  { value = 0n }: Fee = {},
): Promise<Sent<EpochNews>> {
  const end = hubEndAt(site, anybody);
  const { hash, blockNumber } = await submit(
    anybody,
    end.sendEpoch.populateTransaction(operatorSetId, epoch, { value }),
  );
  const told = await ask(end.queryFilter(end.filters.EpochSent(operatorSetId, epoch), blockNumber, blockNumber));
  const own = told.find(({ transactionHash }) => transactionHash === hash);
  if (own === undefined) throw new HubError("NotConfirmed", "the bridge sent nothing");
  return { transactionHash: hash, news: epochNewsFrom(own.args.news) };
}

/**
 * @param provider - The hub.
 * @param site - The rollup's bridge.
 * @param operatorSetId - A set.
 * @param epoch - Any number.
 * @param fee - What the stack takes.
 * @returns Gas that {@link sendEpoch} would take; throws `Refused` with the contract's reason.
 */
export async function epochGas(
  provider: Provider,
  site: Pick<BridgeSite, "hubEnd">,
  operatorSetId: number,
  epoch: number,
  { value = 0n }: Fee = {},
): Promise<bigint> {
  return ask(hubEndAt(site, provider).sendEpoch.estimateGas(operatorSetId, epoch, { value }));
}

/**
 * Sends what the hub has now of a chain.
 *
 * @param anybody - Who pays for it, on the hub.
 * @param site - The rollup's bridge.
 * @param chainId - The chain that the news are about.
 * @param fee - What the stack takes.
 * @returns What is on its way; throws `Refused` with the contract's reason.
 */
export async function sendEntry(
  anybody: Signer,
  site: Pick<BridgeSite, "hubEnd">,
  chainId: ChainId,
  { value = 0n }: Fee = {},
): Promise<Sent<EntryNews>> {
  const end = hubEndAt(site, anybody);
  const { hash, blockNumber } = await submit(anybody, end.sendEntry.populateTransaction(chainId, { value }));
  const told = await ask(end.queryFilter(end.filters.EntrySent(chainId), blockNumber, blockNumber));
  const own = told.find(({ transactionHash }) => transactionHash === hash);
  if (own === undefined) throw new HubError("NotConfirmed", "the bridge sent nothing");
  const { sequence, hubTime, entry } = own.args.news;
  return { transactionHash: hash, news: { sequence, hubTime, entry: entryFrom(entry) } };
}

/**
 * Installs the table that the bridge brought. Only its statement crosses: the rows are the hub's.
 *
 * @param anybody - Who pays for it, on the rollup.
 * @param operatorTables - The rollup's tables.
 * @param operatorSetId - A set.
 * @param epoch - The epoch that was brought.
 * @param rows - The hub's packed rows.
 * @returns The transaction's hash; throws `Refused` with the contract's reason.
 */
export async function installBrought(
  anybody: Signer,
  operatorTables: Address,
  operatorSetId: number,
  epoch: number,
  rows: Hex,
): Promise<string> {
  const tables = OperatorTables__factory.connect(operatorTables, anybody);
  return (await submit(anybody, tables.installBrought.populateTransaction(operatorSetId, epoch, rows))).hash;
}

/**
 * @param provider - The rollup.
 * @param operatorTables - Its tables.
 * @param operatorSetId - A set.
 * @param epoch - The epoch that was brought.
 * @param rows - The hub's packed rows.
 * @returns Gas that {@link installBrought} would take; throws `Refused` with the contract's reason.
 */
export async function installGas(
  provider: Provider,
  operatorTables: Address,
  operatorSetId: number,
  epoch: number,
  rows: Hex,
): Promise<bigint> {
  const tables = OperatorTables__factory.connect(operatorTables, provider);
  return ask(tables.installBrought.estimateGas(operatorSetId, epoch, rows));
}

/**
 * @param runner - A rollup.
 * @param operatorTables - Its tables.
 * @param operatorSetId - A set.
 * @param epoch - A number.
 * @returns The last that the bridge brought of the epoch; undefined for nothing.
 */
export async function broughtOf(
  runner: Provider | Signer,
  operatorTables: Address,
  operatorSetId: number,
  epoch: number,
): Promise<EpochNews | undefined> {
  const tables = OperatorTables__factory.connect(operatorTables, runner);
  const found = epochNewsFrom(await ask(tables.newsOf(operatorSetId, epoch)));
  return found.hubTime === 0n ? undefined : found;
}

/**
 * @param runner - A rollup.
 * @param directory - Its directory.
 * @param chainId - A chain.
 * @returns The hub's time of the last that the bridge brought of the chain; zero for nothing.
 */
export async function entryBroughtAt(runner: Provider | Signer, directory: Address, chainId: ChainId): Promise<bigint> {
  return ask(Directory__factory.connect(directory, runner).newsAt(chainId));
}

/** Whether the hub has an epoch, by its news. */
export function isAbsent({ table }: EpochNews): boolean {
  return table.tableHash === ZERO_BYTES32;
}

interface AnsweredNews {
  readonly sequence: bigint;
  readonly hubTime: bigint;
  readonly newestEpoch: bigint;
  readonly isRevoked: boolean;
  readonly table: {
    readonly operatorSetId: bigint;
    readonly epoch: bigint;
    readonly tableHash: string;
    readonly validFrom: bigint;
    readonly validUntil: bigint;
  };
}

function epochNewsFrom({ sequence, hubTime, newestEpoch, isRevoked, table }: AnsweredNews): EpochNews {
  const { operatorSetId, epoch, tableHash, validFrom, validUntil } = table;
  return {
    ...{ sequence, hubTime, isRevoked },
    newestEpoch: Number(newestEpoch),
    table: {
      operatorSetId: Number(operatorSetId),
      epoch: Number(epoch),
      tableHash: bytes32(tableHash),
      ...{ validFrom, validUntil },
    },
  };
}
