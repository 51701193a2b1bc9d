import type { Provider } from "ethers";

import type { Address, ChainId } from "#protocol/types.ts";

import { HubError } from "./errors.ts";
import { hubAt, type HubSite } from "./site.ts";
import { ask } from "./submit.ts";

/** What false pages take of those who signed them, of 1e18. Field names are those of the Solidity struct. */
export interface Wads {
  readonly refuteWad: bigint;
  readonly softWad: bigint;
}

/** What false pages of a source take, now and later. */
export interface Fractions {
  readonly held: Wads;
  /** What was announced last; the same as what holds where no raise waits. */
  readonly coming: Wads;
  /** The second from which on a raise that waits holds. */
  readonly until?: bigint;
}

/** The last second that the registry knows. */
const LAST_SECOND = 2n ** 48n - 1n;

/**
 * @param provider - The hub.
 * @param site - Where the registry is.
 * @param entry - A chain, and who owns its entry.
 * @param time - The hub's.
 * @returns What its false pages take.
 */
export async function fractionsOf(
  provider: Provider,
  site: HubSite,
  { chainId, owner }: { readonly chainId: ChainId; readonly owner: Address },
  time: bigint,
): Promise<Fractions> {
  const { registry } = hubAt(site, provider);
  const wadsAt = async (second: bigint): Promise<Wads> => {
    const { refuteWad, softWad } = await ask(registry.wadsAt(chainId, second));
    return { refuteWad, softWad };
  };
  const [held, coming] = await Promise.all([wadsAt(time), wadsAt(LAST_SECOND)]);
  if (sameWads(held, coming)) return { held, coming };
  // The registry says how long a raise waits when it is asked for another one.
  try {
    await ask(registry.announceWads.staticCall(chainId, coming.refuteWad, coming.softWad, { from: owner }));
  } catch (error) {
    const revert = error instanceof HubError ? error.revert : undefined;
    const until = revert?.name === "RaiseWaiting" ? revert.args[1] : undefined;
    if (typeof until === "bigint") return { held, coming, until };
    if (revert === undefined) throw error;
  }
  // It is over by now, or whoever owned the entry changes it no more.
  return { held, coming };
}

/**
 * @param one - Fractions.
 * @param other - Others.
 * @returns Whether they take the same.
 */
export function sameWads(one: Wads, other: Wads): boolean {
  return one.refuteWad === other.refuteWad && one.softWad === other.softWad;
}
