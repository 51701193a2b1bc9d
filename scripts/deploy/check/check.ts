import type { AddressBook } from "../addressBook.ts";
import type { NetworkConfig } from "../config/schema.ts";
import { providerOf, type Providers } from "../steps/read.ts";
import { Comparison, type Checked } from "./difference.ts";
import { compareEntry, compareHub } from "./hub.ts";
import type { NamedRelease } from "./release.ts";
import { compareRollup } from "./rollup.ts";

/**
 * Compares chains with what parley.config.ts says. Nothing is sent, and no file is believed but for where contracts are.
 *
 * @param config - What should be.
 * @param book - Where everything is.
 * @param providers - The chains.
 * @param releases - What code may be of, the preferred one first.
 * @returns What differs.
 */
export async function checkNetwork(
  config: NetworkConfig,
  book: AddressBook,
  providers: Providers,
  releases: readonly NamedRelease[],
): Promise<Checked> {
  const comparison = new Comparison();
  const hub = providerOf(providers, "hub");
  await compareHub(comparison, hub, config, book.hub, releases);
  const isHubSame = comparison.result.differences.every(({ field }) => field !== "code");
  for (const [name, wanted] of Object.entries(config.rollups)) {
    const rollup = book.rollups.find(({ chainId }) => chainId === wanted.chainId);
    comparison.fields(name, "rollup", { "in the address book": rollup !== undefined }, { "in the address book": true });
    // Without the hub's own word there is nothing to hold its copies against.
    if (rollup === undefined || !isHubSame) continue;
    await compareEntry(comparison, hub, book.hub, wanted, rollup);
    const chains = { hub, rollup: providerOf(providers, name) };
    await compareRollup(comparison, chains, config, wanted, { hub: book.hub, rollup }, releases);
  }
  return comparison.result;
}
