import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { OpenHubSite } from "#chain/trace/backing.ts";
import type { RollupSite } from "#chain/trace/site.ts";
import type { AddressBook, RollupBook } from "#deploy/addressBook.ts";

import { CommandError } from "./errors.ts";
import { accessOf, openChain, runOnBook, type HubArguments, type OpenChain } from "./hub.ts";
import { requireVariables, type Access } from "./variables.ts";

/** A rollup of the book that answers. */
export interface OpenRollup extends RollupSite {
  readonly book: RollupBook;
  readonly ethers: HardhatEthers;
}

/** All chains of an address book that answer. */
export interface OpenNetwork {
  readonly book: AddressBook;
  readonly sites: readonly OpenRollup[];
  /** Undefined where nobody answers for it. */
  readonly hub: OpenHubSite | undefined;
  /** Who does not answer, and what was found instead. */
  readonly missing: readonly { readonly name: string; readonly reason: string }[];
}

/** How long a chain may take to answer at all. */
const PATIENCE_MS = 15_000;

/**
 * Runs a command about all chains of an address book. One that does not answer keeps it from no other.
 *
 * @param hre - Hardhat.
 * @param args - What was typed.
 * @param work - The command; returns its exit code.
 */
export async function runOnNetwork(
  hre: HardhatRuntimeEnvironment,
  args: HubArguments,
  work: (network: OpenNetwork) => Promise<number>,
): Promise<void> {
  await runOnBook(hre, args, async (book) => withNetwork(hre, book, accessOf(args), work));
}

/**
 * Opens all chains of an address book, works with them and closes them.
 *
 * @param hre - Hardhat.
 * @param book - The address book.
 * @param access - Whether accounts are used.
 * @param work - What is done.
 * @returns What the work returns.
 */
export async function withNetwork<T>(
  hre: HardhatRuntimeEnvironment,
  book: AddressBook,
  access: Access,
  work: (network: OpenNetwork) => Promise<T>,
): Promise<T> {
  const { chainId } = await import("#protocol/types.ts");
  const missing: { name: string; reason: string }[] = [];
  const open = async (
    chain: Pick<RollupBook, "name" | "network" | "url" | "chainId">,
  ): Promise<OpenChain | undefined> => {
    try {
      // Before the clock runs: whoever opens a keystore types a password.
      await requireVariables(hre, chain.network ?? chain.name, access, chain.url);
      return await soon(openChain(hre, chain, undefined, access), chain.name);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      missing.push({ name: chain.name, reason: error.message });
      return undefined;
    }
  };
  const [hub, ...rollups] = await Promise.all([book.hub, ...book.rollups].map(open));
  try {
    const sites = book.rollups.flatMap((rollup, at): OpenRollup[] => {
      const ethers = rollups[at]?.ethers;
      if (ethers === undefined) return [];
      const { name, contracts, fromBlock } = rollup;
      const site = { name, chainId: chainId(rollup.chainId), gateway: contracts.gateway, fromBlock };
      return [{ ...site, provider: ethers.provider, book: rollup, ethers }];
    });
    return await work({ book, sites, hub: hub && { site: book.hub, provider: hub.ethers.provider }, missing });
  } finally {
    await Promise.all([hub, ...rollups].map(async (opened) => opened?.close()));
  }
}

// A connection that opens later is closed then.
async function soon(opening: Promise<OpenChain>, name: string): Promise<OpenChain> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      opening.then((opened) => opened.close()).catch(() => undefined);
      reject(new CommandError("Unreachable", `"${name}" did not answer within ${PATIENCE_MS / 1_000} seconds`));
    }, PATIENCE_MS);
  });
  try {
    return await Promise.race([opening, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Lines about chains that did not answer. */
export function missingLines({ missing }: Pick<OpenNetwork, "missing">): string[] {
  return missing.map(({ name, reason }) => `  not asked: ${name} (${reason})`);
}
