import type { JsonRpcProvider } from "ethers";

import { casesOf } from "#chain/hub/cases.ts";
import { hubAt } from "#chain/hub/site.ts";
import { allTaken, booksOf } from "#chain/hub/vault.ts";
import type { Address } from "#protocol/types.ts";
import { FreeERC20__factory } from "#types/factories/contracts/mocks/FreeERC20__factory.ts";

import { operators } from "../accounts.ts";
import type { Deployment } from "../deployment.ts";
import { OPERATOR_SET_ID } from "../hub/profile.ts";
import type { HubRecords, SlashRecord, StakeRecord } from "./reckoning.ts";

/** What is read. */
export interface ReadHub {
  readonly provider: JsonRpcProvider;
  readonly hub: Deployment["hub"];
  /** Who must get nothing of what is taken, by name. */
  readonly outsiders: ReadonlyMap<string, Address>;
}

/**
 * Reads from the hub's chain what everybody has at stake, what was taken, and what the vault holds.
 *
 * @param read - The hub.
 * @returns The records.
 */
export async function readHubRecords({ provider, hub, outsiders }: ReadHub): Promise<HubRecords> {
  const tokens = hub.assets.map(({ token }) => token);
  const [stakes, cases, taken, books, gains] = await Promise.all([
    Promise.all(
      operators().flatMap((operator) => hub.assets.map(async (asset) => stakeOf(provider, hub, operator, asset))),
    ),
    casesOf(provider, hub, hub.fromBlock),
    allTaken(provider, hub, hub.fromBlock),
    booksOf(provider, hub, tokens),
    Promise.all(
      [...outsiders].flatMap(([name, holder]) =>
        tokens.map(async (token) => {
          const tokensHeld = await FreeERC20__factory.connect(token, provider).balanceOf(holder);
          return { name, token, tokens: tokensHeld };
        }),
      ),
    ),
  ]);
  const vault = await Promise.all(
    books.map(async (book) => {
      const balance = await FreeERC20__factory.connect(book.token, provider).balanceOf(hub.contracts.vault);
      return { ...book, balance };
    }),
  );
  const slashes = cases.flatMap(({ caseId, fault, slashes: made }) =>
    made.flatMap(({ operator, slashId, strategies, shares }) =>
      strategies.map((strategy, at): SlashRecord => {
        const booked = taken.find((one) => one.slashId === slashId && one.strategy === strategy);
        const name = nameOf(operator);
        return { caseId, fault, name, slashId, strategy, shares: shares[at] ?? 0n, tokens: booked?.tokens ?? 0n };
      }),
    ),
  );
  return { stakes, slashes, vault, outsiders: gains };
}

async function stakeOf(
  provider: JsonRpcProvider,
  hub: Deployment["hub"],
  { name, account }: ReturnType<typeof operators>[number],
  { strategy }: { readonly strategy: Address },
): Promise<StakeRecord> {
  const { allocationManager, delegationManager } = hubAt(hub, provider);
  const set = { avs: hub.contracts.serviceManager, id: OPERATOR_SET_ID };
  const [magnitude, allocation, [[shares] = []]] = await Promise.all([
    allocationManager.getMaxMagnitude(account.address, strategy),
    allocationManager.getAllocation(account.address, set, strategy),
    delegationManager.getOperatorsShares([account.address], [strategy]),
  ]);
  return { name, strategy, magnitude, allocated: allocation.currentMagnitude, shares: shares ?? 0n };
}

function nameOf(operator: Address): string {
  return operators().find(({ account }) => account.address === operator)?.name ?? operator;
}
