import type { InstalledTable } from "#chain/operatorTables.ts";
import type { RollupClient } from "#chain/rollup.ts";
import { reasonOf } from "#nodes/shared/log.ts";
import type { Rollups } from "#nodes/shared/rollups.ts";
import { elementAt } from "#protocol/errors.ts";
import { laneId } from "#protocol/messages.ts";
import type { Page } from "#protocol/statements.ts";
import type { Address, ChainId, LaneId } from "#protocol/types.ts";

/** How far below the newest epoch an older one is looked for: a rollup may skip as many (rule 3 of acceptance). */
const REACH = 64;

/** Pages whose destinations take certificates of the same epoch. */
export interface EpochPages {
  readonly epoch: InstalledTable;
  readonly pages: readonly Page[];
}

/** Pages by epoch, and those that no epoch can speak for now. */
export interface ByEpoch {
  readonly groups: readonly EpochPages[];
  /** Lanes that are left out. */
  readonly stranded: ReadonlySet<LaneId>;
  /** Why, for people. */
  readonly problems: readonly string[];
}

/** Whose epochs, and when. */
export interface Speaker {
  readonly rollups: Rollups;
  readonly operatorSetId: number;
  readonly nowSeconds: bigint;
}

/**
 * Gives each destination the newest of its own epochs that may speak now. One that has none, or cannot be read, keeps
 * nobody else's pages out, and one that lags behind gives nobody else certificates of an epoch that they may not have.
 *
 * @param pages - Pages to be certified.
 * @param speaker - Whose epochs, and when.
 * @returns The pages, epoch by epoch.
 */
export async function byEpoch(pages: readonly Page[], speaker: Speaker): Promise<ByEpoch> {
  const groups = new Map<number, { epoch: InstalledTable; pages: Page[] }>();
  const stranded = new Set<LaneId>();
  const problems: string[] = [];
  const destinations = destinationsOf(pages);
  const settled = await Promise.allSettled(
    destinations.map(({ chainId, gateway }) => speakingEpoch(speaker.rollups.get(chainId, gateway), speaker)),
  );
  for (const [at, result] of settled.entries()) {
    const destination = elementAt(destinations, at);
    if (result.status === "fulfilled") {
      const group = groups.get(result.value.epoch) ?? { epoch: result.value, pages: [] };
      groups.set(result.value.epoch, group);
      group.pages.push(...destination.pages);
    } else {
      for (const page of destination.pages) stranded.add(laneId(page));
      problems.push(`to chain ${String(destination.chainId)} ${destination.gateway}: ${reasonOf(result.reason)}`);
    }
  }
  return { groups: [...groups.values()], stranded, problems };
}

interface Destination {
  readonly chainId: ChainId;
  readonly gateway: Address;
  readonly pages: Page[];
}

function destinationsOf(pages: readonly Page[]): Destination[] {
  const destinations = new Map<string, Destination>();
  for (const page of pages) {
    const { destinationChainId: chainId, destinationGateway: gateway } = page;
    const key = `${String(chainId)} ${gateway}`;
    const destination = destinations.get(key) ?? { chainId, gateway, pages: [] };
    destinations.set(key, destination);
    destination.pages.push(page);
  }
  return [...destinations.values()];
}

/**
 * @param destination - Where certificates are taken.
 * @param speaker - Whose epochs, and when.
 * @returns The newest epoch that is installed there and may speak now; throws when there is none.
 */
export async function speakingEpoch(
  destination: RollupClient | undefined,
  { operatorSetId, nowSeconds }: Pick<Speaker, "operatorSetId" | "nowSeconds">,
): Promise<InstalledTable> {
  const newest = (await destination?.newestEpoch(operatorSetId)) ?? 0;
  for (let number = newest; number > Math.max(0, newest - REACH); number--) {
    const table = await destination?.installedTable(operatorSetId, number);
    // A table is brought up to a quarter of an hour before its time; until then the one before it speaks.
    if (table === undefined || nowSeconds < table.validFrom) continue;
    if (nowSeconds <= table.validUntil) return table;
    break;
  }
  throw new Error(`set ${String(operatorSetId)} has no epoch there that may speak now`);
}
