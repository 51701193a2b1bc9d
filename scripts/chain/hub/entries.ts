import type { ContractTransaction, Provider, Signer } from "ethers";

import type { Rollup } from "#protocol/statements.ts";
import { address, chainId as toChainId, type Address, type ChainId } from "#protocol/types.ts";

import { HubError } from "./errors.ts";
import { hubAt, type HubSite } from "./site.ts";
import { ask, submit } from "./submit.ts";

/** One version of what the registry says of a chain: the statement that operators sign, and what stays on the hub. */
export interface Entry extends Rollup {
  readonly bridge: Address;
  readonly owner: Address;
  readonly since: bigint;
  readonly metadataURI: string;
}

/** Chains asked for at once. */
const PAGE = 64n;

/**
 * @param provider - The hub.
 * @param site - Where the registry is.
 * @param chainId - A chain.
 * @param version - One of its versions; the present one unless given.
 * @returns What the registry says; undefined where it says nothing.
 */
export async function entryOf(
  provider: Provider | Signer,
  site: HubSite,
  chainId: ChainId,
  version?: bigint,
): Promise<Entry | undefined> {
  const { registry } = hubAt(site, provider);
  const found = await ask(version === undefined ? registry.entryOf(chainId) : registry.entryAt(chainId, version));
  if (found.version === 0n) return undefined;
  return {
    chainId,
    gateway: address(found.gateway),
    operatorSetId: Number(found.operatorSetId),
    status: Number(found.status),
    finality: Number(found.finality),
    refutable: found.refutable,
    version: found.version,
    bridge: address(found.bridge),
    owner: address(found.owner),
    since: found.since,
    metadataURI: found.metadataURI,
  };
}

/**
 * @param provider - The hub.
 * @param site - Where the registry is.
 * @returns The present entry of every chain that has one, in the order in which they got it.
 */
export async function entriesOf(provider: Provider, site: HubSite): Promise<Entry[]> {
  const { registry } = hubAt(site, provider);
  const count = await ask(registry.chainCount());
  const entries: Entry[] = [];
  for (let first = 0n; first < count; first += PAGE) {
    for (const id of await ask(registry.chainIds(first, PAGE))) {
      entries.push(await knownEntry(provider, site, toChainId(id)));
    }
  }
  return entries;
}

/** As {@link entryOf}, of a chain that has one; throws `Unknown`. */
export async function knownEntry(provider: Provider | Signer, site: HubSite, chainId: ChainId): Promise<Entry> {
  const entry = await entryOf(provider, site, chainId);
  if (entry === undefined) throw new HubError("Unknown", `the registry has no entry of chain ${String(chainId)}`);
  return entry;
}

/** What an owner may say anew at once. */
export interface EntryUpdate {
  readonly finality: number;
  readonly metadataURI: string;
}

/**
 * Says anew what operators must wait for, and where the rollup describes itself; once an hour at most.
 *
 * @param owner - The entry's owner.
 * @param site - The hub.
 * @param chainId - Its chain.
 * @param update - What is new.
 * @returns The new version.
 */
export async function update(owner: Signer, site: HubSite, chainId: ChainId, update: EntryUpdate): Promise<Entry> {
  const { registry } = hubAt(site, owner);
  const { finality, metadataURI } = update;
  return written(owner, site, chainId, registry.update.populateTransaction(chainId, finality, metadataURI));
}

/**
 * Active → Draining: nobody sends to it any more.
 *
 * @param owner - The entry's owner.
 * @param site - The hub.
 * @param chainId - Its chain.
 * @returns The new version.
 */
export async function drain(owner: Signer, site: HubSite, chainId: ChainId): Promise<Entry> {
  return written(owner, site, chainId, hubAt(site, owner).registry.drain.populateTransaction(chainId));
}

/**
 * Draining → Retired, once it drained long enough.
 *
 * @param owner - The entry's owner.
 * @param site - The hub.
 * @param chainId - Its chain.
 * @returns The new version.
 */
export async function retire(owner: Signer, site: HubSite, chainId: ChainId): Promise<Entry> {
  return written(owner, site, chainId, hubAt(site, owner).registry.retire.populateTransaction(chainId));
}

/**
 * Sends what gives an entry a new version.
 *
 * @param signer - Who.
 * @param site - The hub.
 * @param chainId - The entry's chain.
 * @param call - The call.
 * @returns The new version.
 */
export async function written(
  signer: Signer,
  site: HubSite,
  chainId: ChainId,
  call: Promise<ContractTransaction>,
): Promise<Entry> {
  await submit(signer, call);
  return knownEntry(signer, site, chainId);
}
