import type { Provider, Signer } from "ethers";

import { address, type Address } from "#protocol/types.ts";

import { HubError } from "./errors.ts";
import { eventsOf } from "./history.ts";
import { hubAt, type HubSite } from "./site.ts";
import { ask, submit } from "./submit.ts";

/** One strategy of one slash. */
export interface SlashedStrategy {
  readonly operatorSetId: number;
  readonly slashId: bigint;
  readonly strategy: Address;
}

/** What the vault knows of it. */
export interface Taken extends SlashedStrategy {
  readonly shares: bigint;
  /** Booked so far; zero until they are collected. */
  readonly tokens: bigint;
  /** The strategy's token; undefined where nobody could tell yet. */
  readonly token?: Address;
  readonly isCollected: boolean;
}

/** A token in the vault's books. */
export interface Book {
  readonly token: Address;
  readonly booked: bigint;
  /** Strategies of slashes that were not collected yet. */
  readonly pending: bigint;
}

const NOBODY = "0x0000000000000000000000000000000000000000";

/**
 * @param runner - The hub.
 * @param site - Where the vault is.
 * @param which - A slash's strategy.
 * @returns What was taken of it; throws `Unknown` where nothing was.
 */
export async function takenOf(runner: Provider | Signer, site: HubSite, which: SlashedStrategy): Promise<Taken> {
  const { operatorSetId, slashId, strategy } = which;
  const found = await ask(hubAt(site, runner).vault.takenOf(operatorSetId, slashId, strategy));
  const { shares, tokens, token, isCollected } = found;
  if (shares === 0n) {
    throw new HubError(
      "Unknown",
      `slash ${String(slashId)} of set ${String(operatorSetId)} took nothing of ${strategy}`,
    );
  }
  const named = token === NOBODY ? {} : { token: address(token) };
  return { operatorSetId, slashId, strategy, shares, tokens, isCollected, ...named };
}

/**
 * Brings a slash's tokens into the vault, and its books.
 *
 * @param anybody - Who pays for it.
 * @param site - The hub.
 * @param which - A slash's strategy.
 * @returns What is known of it then.
 */
export async function collect(anybody: Signer, site: HubSite, which: SlashedStrategy): Promise<Taken> {
  const { operatorSetId, slashId, strategy } = which;
  const { vault } = hubAt(site, anybody);
  await submit(anybody, vault.collect.populateTransaction(operatorSetId, slashId, strategy));
  return takenOf(anybody, site, which);
}

/**
 * @param runner - The hub.
 * @param site - Where the vault is.
 * @param fromBlock - Block before which there was none.
 * @returns Every strategy of every slash, oldest first.
 */
export async function allTaken(runner: Provider | Signer, site: HubSite, fromBlock: number): Promise<Taken[]> {
  const events = await eventsOf(runner, hubAt(site, runner).vault, "SharesTaken", { fromBlock });
  const taken: Taken[] = [];
  for (const { args } of events) {
    const [operatorSetId, slashId] = [Number(args.bigint("operatorSetId")), args.bigint("slashId")];
    if (args.bigint("shares") === 0n) continue;
    taken.push(await takenOf(runner, site, { operatorSetId, slashId, strategy: args.address("strategy") }));
  }
  return taken;
}

/**
 * @param runner - The hub.
 * @param site - Where the vault is.
 * @param tokens - Tokens.
 * @returns What the books say of each.
 */
export async function booksOf(runner: Provider | Signer, site: HubSite, tokens: readonly Address[]): Promise<Book[]> {
  const { vault } = hubAt(site, runner);
  const books: Book[] = [];
  for (const token of tokens) {
    const [booked, pending] = [await ask(vault.bookedOf(token)), await ask(vault.pendingOf(token))];
    books.push({ token, booked, pending });
  }
  return books;
}
