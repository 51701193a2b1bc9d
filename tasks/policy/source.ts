import type { AddressBook } from "#deploy/addressBook.ts";

import { chainNamed } from "../shared/hub.ts";

/**
 * @param book - The address book.
 * @param typed - A chain id, a rollup's name, or `default`.
 * @returns The source as policies know it; throws `InvalidOption`.
 */
export async function sourceTyped(book: AddressBook, typed: string): Promise<bigint> {
  if (typed === "default") return 0n;
  return (await chainNamed(book, typed)).chainId;
}

/** A source as the book names it. */
export function sourceName({ rollups }: AddressBook, chainId: bigint): string {
  if (chainId === 0n) return "default";
  const name = rollups.find((rollup) => BigInt(rollup.chainId) === chainId)?.name;
  return name === undefined ? `chain ${String(chainId)}` : `${name} (chain ${String(chainId)})`;
}
