import type { RollupClient } from "#chain/rollup.ts";
import type { Clock } from "#nodes/shared/clock.ts";
import { reasonOf } from "#nodes/shared/log.ts";
import type { Rollups } from "#nodes/shared/rollups.ts";
import { elementAt } from "#protocol/errors.ts";
import { laneId, nonceAt, PAGE_SIZE } from "#protocol/messages.ts";
import type { Page } from "#protocol/statements.ts";

import type { CertificateBook, CertifiedPage } from "./certificates.ts";
import type { Parcel } from "./parcels.ts";
import type { RelayerStore } from "./store.ts";

/** What a desk works with. */
export interface DeskParts {
  readonly rollups: Rollups;
  readonly destination: RollupClient;
  readonly book: CertificateBook;
  readonly store: RelayerStore;
  readonly maxAttempts: number;
  readonly clock: Clock;
}

/** Finds out which certified messages a destination has not delivered yet. */
export class Desk {
  readonly #parts: DeskParts;
  /** Pages of which nothing is due any more at that count. */
  readonly #settled = new Map<string, number>();

  /** @param parts - What it works with. */
  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /**
   * @param page - A certified page.
   * @returns Whether one of its messages may still become due here.
   */
  isAwaited(page: Page): boolean {
    const { rollups, destination } = this.#parts;
    return (
      page.destinationChainId === destination.chainId &&
      page.destinationGateway === destination.gateway &&
      rollups.get(page.sourceChainId, page.sourceGateway) !== undefined &&
      this.#settled.get(keyOf(page)) !== page.count
    );
  }

  /**
   * @param problems - Takes what keeps a page out, for people.
   * @returns The messages that are due now, page by page.
   */
  async due(problems: string[]): Promise<Parcel[]> {
    const { destination, book } = this.#parts;
    const pages = book.pages.filter(({ page }) => this.isAwaited(page));
    if (pages.length === 0) return [];
    const now = await destination.latestTimestamp();
    const parcels: Parcel[] = [];
    for (const certified of pages) {
      try {
        parcels.push(...(await this.#dueOf(certified, now)));
      } catch (error) {
        problems.push(`page ${String(certified.page.pageIndex)} of ${laneId(certified.page)}: ${reasonOf(error)}`);
      }
    }
    return parcels;
  }

  async #dueOf(certified: CertifiedPage, now: bigint): Promise<Parcel[]> {
    const { rollups, destination, store, maxAttempts, clock } = this.#parts;
    const { page } = certified;
    const source = rollups.get(page.sourceChainId, page.sourceGateway);
    if (source === undefined) return [];
    // The certified head tells whether the events are complete, so nothing more needs to be proven.
    const count = await source.lanes.countOf(page, page.chainHead, Number(page.blockNumber));
    const lane = source.lanes.book(laneId(page));
    const tree = lane?.page(page.pageIndex);
    if (lane === undefined || tree === undefined || count !== Number(page.pageIndex) * PAGE_SIZE + page.count) {
      throw new Error("the certified page is not the one that was sent");
    }
    const word = await destination.deliveredWord(page, page.pageIndex);
    const parcels: Parcel[] = [];
    let waiting = 0;
    for (let index = 0; index < page.count; index++) {
      if (((word >> BigInt(index)) & 1n) === 1n) continue;
      const message = elementAt(lane.messages, Number(nonceAt(page.pageIndex, index)));
      const id = elementAt(tree.leaves, index);
      if (message.deliverBefore !== 0n && now > message.deliverBefore) continue;
      const attempt = await store.attempt(id);
      if (attempt !== undefined && attempt.attempts >= maxAttempts) continue;
      waiting++;
      if (attempt !== undefined && attempt.nextAtMs > clock.nowMs()) continue;
      parcels.push({ id, message, certified, tree, attempts: attempt?.attempts ?? 0 });
    }
    if (waiting === 0) this.#settled.set(keyOf(page), page.count);
    return parcels;
  }
}

function keyOf(page: Page): string {
  return `${laneId(page)} ${String(page.pageIndex)}`;
}
