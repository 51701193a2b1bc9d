import type { Signer } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { AddressBook, RollupBook } from "#deploy/addressBook.ts";

import { CommandError } from "./errors.ts";
import { rollupOf, signerOf, withChain, type OpenChain } from "./hub.ts";

/** What became of a call on one rollup. */
export interface Outcome {
  readonly rollup: string;
  readonly transactionHash?: string;
  /** Why nothing was sent. */
  readonly reason?: string;
}

/**
 * @param book - The address book.
 * @param typed - A rollup, or nothing for all of them.
 * @returns Which are meant; throws `InvalidOption` for one that is not there, `NotFound` where there is none.
 */
export async function rollupsOf(book: AddressBook, typed: string): Promise<RollupBook[]> {
  if (typed !== "") return [await rollupOf(book, typed)];
  if (book.rollups.length === 0) throw new CommandError("NotFound", "the book has no rollup");
  return book.rollups;
}

/**
 * @param rollup - A rollup of the book.
 * @returns Where the ends of its canonical bridge are; throws `NotFound` where it has none.
 */
export function bridgeOf({ name, bridge }: RollupBook): NonNullable<RollupBook["bridge"]> {
  if (bridge === undefined) throw new CommandError("NotFound", `${name} has no canonical bridge in the book`);
  return bridge;
}

/**
 * Does one thing on each rollup; what one refuses keeps it from no other.
 *
 * @param hre - Hardhat.
 * @param rollups - Where.
 * @param account - Who sends: index among each network's accounts.
 * @param act - What is done; returns the transaction's hash.
 * @returns What became of it, in order.
 */
export async function onEach(
  hre: HardhatRuntimeEnvironment,
  rollups: readonly RollupBook[],
  account: number,
  act: (signer: Signer, rollup: RollupBook) => Promise<string>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const rollup of rollups) {
    const send = async ({ ethers }: OpenChain) => act(await signerOf(ethers, account), rollup);
    const done = withChain(hre, rollup, undefined, send, "send");
    outcomes.push(await outcomeOf(rollup.name, done));
  }
  return outcomes;
}

/**
 * @param rollup - Which rollup it is about.
 * @param done - What is tried; its transaction's hash.
 * @returns What became of it.
 */
export async function outcomeOf(rollup: string, done: Promise<string>): Promise<Outcome> {
  const { HubError } = await import("#chain/hub/errors.ts");
  try {
    return { rollup, transactionHash: await done };
  } catch (error) {
    if (!(error instanceof HubError || error instanceof CommandError)) throw error;
    return { rollup, reason: error.message };
  }
}

/** Outcomes for people. */
export function outcomeLines(outcomes: readonly Outcome[], what: string): string[] {
  return outcomes.map(({ rollup, transactionHash, reason }) =>
    reason === undefined ? `${rollup}: ${what}, ${transactionHash ?? ""}` : `${rollup}: ${reason}`,
  );
}
