import { Directory__factory, Policy__factory } from "#chain/contracts.ts";
import { entryFrom } from "#chain/entry.ts";
import { costOfLie, type LieCost } from "#chain/hub/costs.ts";
import { entryOf } from "#chain/hub/entries.ts";
import { hubAt } from "#chain/hub/site.ts";
import type { OpenHubSite } from "#chain/trace/backing.ts";
import { setThere, type SetThere } from "#chain/trace/epochs.ts";
import { booksOf, timeOf, type RollupSite } from "#chain/trace/site.ts";
import { chainId } from "#protocol/types.ts";

/** The most chains of a directory that are looked at. */
const MOST_CHAINS = 128;
/** What an entry's status is called. */
export const ENTRY_STATUSES = ["unknown", "Proposed", "Active", "Draining", "Retired"] as const;
/** One of {@link ENTRY_STATUSES}. */
export type EntryStatus = (typeof ENTRY_STATUSES)[number];

/** What a rollup has of a chain, itself among them. */
export interface ChainThere {
  readonly chainId: bigint;
  readonly status: EntryStatus;
  readonly version: bigint;
  /** The hub's version; undefined where it was not asked. */
  readonly hubVersion: bigint | undefined;
  readonly operatorSetId: number;
  /** Last second of a halt that lasts. */
  readonly haltedUntil: bigint | undefined;
  readonly isRefused: boolean;
}

/** What a rollup has of a set, with what the hub has. */
export interface TableThere extends SetThere {
  /** Seconds since the newest epoch began. */
  readonly ageSeconds: bigint | undefined;
  /** Seconds until the newest epoch stops speaking; negative after that. */
  readonly headroomSeconds: bigint | undefined;
  readonly hubEpoch: number | undefined;
}

/** One rollup, as it is. */
export interface RollupStatus {
  readonly name: string;
  readonly chainId: bigint;
  readonly block: number;
  readonly timestamp: bigint;
  readonly chains: readonly ChainThere[];
  readonly tables: readonly TableThere[];
  /** What a lie about it costs the least quorum that can tell it; undefined where the hub does not tell. */
  readonly cost: LieCost | undefined;
}

/**
 * @param site - A rollup.
 * @param hub - The hub, where it can be asked.
 * @returns How it is.
 */
export async function rollupStatus(site: RollupSite, hub: OpenHubSite | undefined): Promise<RollupStatus> {
  const { provider, name } = site;
  const [books, block, now] = await Promise.all([
    booksOf(provider, site.gateway),
    provider.getBlockNumber(),
    timeOf(provider),
  ]);
  const directory = Directory__factory.connect(books.directory, provider);
  const policy = Policy__factory.connect(books.policy, provider);
  const chains: ChainThere[] = [];
  for (const id of (await directory.chainIds()).slice(0, MOST_CHAINS)) {
    const [found, told, until, demanded] = await Promise.all([
      directory.entry(id).then(entryFrom),
      hub && entryOf(hub.provider, hub.site, chainId(id)),
      policy.haltedUntil(id),
      policy.sourcePolicy(id),
    ]);
    chains.push({
      chainId: id,
      status: ENTRY_STATUSES[found?.status ?? 0] ?? "unknown",
      version: found?.version ?? 0n,
      hubVersion: hub && (told?.version ?? 0n),
      operatorSetId: found?.operatorSetId ?? 0,
      haltedUntil: until >= now ? until : undefined,
      isRefused: demanded.refused,
    });
  }
  const sets = [...new Set([Number(await directory.directorySetId()), ...chains.map((one) => one.operatorSetId)])];
  const tables: TableThere[] = [];
  for (const set of sets.filter((one) => one !== 0)) {
    const there = await setThere(provider, books.operatorTables, set, now);
    const hubEpoch = hub && Number(await hubAt(hub.site, hub.provider).tableBuilder.newestEpoch(set));
    const { newest } = there;
    tables.push({
      ...there,
      ageSeconds: newest && now - newest.validFrom,
      headroomSeconds: newest && newest.validUntil - now,
      hubEpoch,
    });
  }
  const cost = hub && (await costOfLie(hub.provider, hub.site, site.chainId).catch(() => undefined));
  return { name, chainId: site.chainId, block, timestamp: now, chains, tables, cost };
}
