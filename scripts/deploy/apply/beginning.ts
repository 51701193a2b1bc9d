import { existsSync } from "node:fs";

import type { Provider } from "ethers";

import type { Address } from "#protocol/types.ts";

import { readAddressBook, type AddressBook } from "../addressBook.ts";
import { begin, readBegun } from "../begun.ts";
import { chainsOf } from "../config/chains.ts";
import type { NetworkConfig } from "../config/schema.ts";
import { plannedHub, plannedRollup } from "../steps/addresses.ts";
import { providerOf, type Providers } from "../steps/read.ts";

/** Where a deployment is written down. */
export interface Beginning {
  readonly providers: Providers;
  /** Of the network: journals and where it began. */
  readonly folder: string;
  /** The address book of the network. */
  readonly file: string;
}

/**
 * @param config - A network.
 * @param beginning - Where it is written down.
 * @returns At which block of each chain it began. A present head is that only where nothing of ours is: else the folder was lost, and the
 *   address book says, or nobody does, and everything from the first block on is looked at.
 */
export async function beginNetwork(
  config: NetworkConfig,
  { providers, folder, file }: Beginning,
): Promise<ReadonlyMap<string, number>> {
  const known = await readBegun(folder);
  const unknown = chainsOf(config).flatMap(([name]) => (known.has(name) ? [] : [name]));
  if (unknown.length === 0) return known;
  const book = existsSync(file) ? await readAddressBook(file) : undefined;
  const blocks = new Map<string, number>();
  for (const name of unknown) {
    const provider = providerOf(providers, name);
    // Before the code is asked for: what comes meanwhile is in a later block.
    const head = await provider.getBlockNumber();
    blocks.set(name, (await isBare(provider, plannedOn(config, name))) ? head : (fromBlockIn(book, name) ?? 0));
  }
  return begin(folder, blocks);
}

function fromBlockIn(book: AddressBook | undefined, chain: string): number | undefined {
  return (chain === "hub" ? book?.hub : book?.rollups.find(({ name }) => name === chain))?.fromBlock;
}

function plannedOn(config: NetworkConfig, chain: string): Address[] {
  const planned = Object.entries(config.rollups).map(([name, rollup]) => ({ name, ...plannedRollup(config, rollup) }));
  if (chain === "hub")
    return [...Object.values<Address>({ ...plannedHub(config) }), ...planned.map(({ bridge }) => bridge.hubEnd)];
  return planned.flatMap(({ name, contracts, bridge }) =>
    name === chain ? [...Object.values<Address>({ ...contracts }), bridge.rollupEnd] : [],
  );
}

async function isBare(provider: Provider, planned: readonly Address[]): Promise<boolean> {
  const codes = await Promise.all(planned.map(async (at) => provider.getCode(at)));
  return codes.every((code) => code === "0x");
}
