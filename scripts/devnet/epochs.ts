import type { JsonRpcProvider } from "ethers";

import { readTable } from "#chain/hub/tables.ts";
import type { HubBook } from "#deploy/addressBook.ts";
import { elementAt } from "#protocol/errors.ts";
import { bytes32, type Address, type Bytes32 } from "#protocol/types.ts";
import { OperatorTables__factory } from "#types/factories/contracts/rollup/OperatorTables__factory.ts";
import type { Place } from "#chain/gatewayEvents.ts";

import { operators } from "./accounts.ts";
import type { RollupName } from "./chains.ts";
import { OPERATOR_SET_ID } from "./hub/profile.ts";

/** Who has a row of an epoch's table, which is a bit of `nonSigners`. */
export interface EpochMember {
  readonly row: number;
  readonly name: string;
  readonly operator: Address;
  /** What can be taken from it, as the table has it. */
  readonly weight: bigint;
}

/** An epoch as the hub has it. */
export interface Epoch {
  readonly epoch: number;
  readonly tableHash: Bytes32;
  readonly validFrom: bigint;
  readonly validUntil: bigint;
  readonly members: readonly EpochMember[];
}

/** A table came to a rollup. */
export interface Installation extends Place {
  readonly rollup: RollupName;
  readonly epoch: number;
  readonly tableHash: Bytes32;
}

/**
 * @param provider - The hub's chain.
 * @param hub - Its contracts.
 * @param epoch - A number.
 * @returns That epoch of the devnet's set, rows against operators; undefined while there is none.
 */
export async function readEpoch(provider: JsonRpcProvider, hub: HubBook, epoch: number): Promise<Epoch | undefined> {
  const found = await readTable(provider, hub, OPERATOR_SET_ID, epoch);
  if (found === undefined) return undefined;
  const { tableHash, validFrom, validUntil } = found.statement;
  const members = found.operators.map((operator, row): EpochMember => {
    const { weight } = elementAt(found.table.rows, row);
    return { row, name: nameOf(operator), operator, weight };
  });
  return { epoch, tableHash, validFrom, validUntil, members };
}

/**
 * @param provider - A rollup's chain.
 * @param rollup - Name and contracts.
 * @param fromBlock - The first block.
 * @param toBlock - The last block.
 * @returns Tables of the devnet's set that were installed there, in the order of the chain.
 */
export async function readInstallations(
  provider: JsonRpcProvider,
  rollup: { readonly name: RollupName; readonly contracts: { readonly operatorTables: Address } },
  fromBlock: number,
  toBlock: number | "latest",
): Promise<Installation[]> {
  const tables = OperatorTables__factory.connect(rollup.contracts.operatorTables, provider);
  const found = await tables.queryFilter(tables.filters.TableInstalled(OPERATOR_SET_ID), fromBlock, toBlock);
  return found.map(({ args, blockNumber, transactionHash }) => ({
    rollup: rollup.name,
    epoch: Number(args.epoch),
    tableHash: bytes32(args.tableHash),
    blockNumber,
    transactionHash,
  }));
}

const names = new Map<Address, string>();

function nameOf(operator: Address): string {
  if (names.size === 0) for (const { name, account } of operators()) names.set(account.address, name);
  return names.get(operator) ?? operator;
}
