import { agreedHeader, headNumber } from "#chain/headers.ts";
import type { LaneBook } from "#chain/laneBook.ts";
import type { RollupClient } from "#chain/rollup.ts";
import type { Header } from "#chain/headers.ts";
import type { Clock } from "#nodes/shared/clock.ts";
import { reasonOf } from "#nodes/shared/log.ts";
import { Rests } from "#nodes/shared/rests.ts";
import type { Rollups } from "#nodes/shared/rollups.ts";
import { FINALITY_FINAL } from "#protocol/contradictions.ts";
import { PAGE_SIZE } from "#protocol/messages.ts";
import type { Page } from "#protocol/statements.ts";
import type { LaneId } from "#protocol/types.ts";

import type { Coverage } from "./coverage.ts";

/** What a proposer works with. */
export interface ProposerOptions {
  readonly rollups: Rollups;
  readonly operatorSetId: number;
  readonly finality: number;
  readonly coverage: Coverage;
  /** How long a page that was put up again rests before it is once more; doubles with each, up to 64 times. */
  readonly restMs: number;
  readonly clock: Clock;
}

/** What could be certified now. */
export interface Proposal {
  /** Lane by lane: first what is new, in order, then what is put up again. */
  readonly lanes: readonly (readonly Page[])[];
  /** What kept a rollup or a lane out, for people. */
  readonly problems: readonly string[];
}

/** Looks for lanes with messages that no certificate has yet. */
export class Proposer {
  readonly #options: ProposerOptions;
  readonly #again = new Map<LaneId, Set<bigint>>();
  readonly #rests: Rests;

  /** @param options - What to look at. */
  constructor(options: ProposerOptions) {
    this.#options = options;
    this.#rests = new Rests(options.restMs, options.clock);
  }

  /**
   * Puts a page up again whose certificate grew too old. Anyone may ask, so one that was put up a short while ago rests.
   *
   * @param lane - The lane's id.
   * @param pageIndex - The page.
   * @returns Whether the page exists.
   */
  again(lane: LaneId, pageIndex: bigint): boolean {
    const exists = [...this.#options.rollups].some(({ lanes }) => lanes.book(lane)?.page(pageIndex) !== undefined);
    if (exists && !this.#rests.isResting(keyOf(lane, pageIndex)))
      this.#again.set(lane, (this.#again.get(lane) ?? new Set()).add(pageIndex));
    return exists;
  }

  /**
   * Forgets that pages were put up again, once they are certified.
   *
   * @param lane - The lane's id.
   * @param pageIndex - The page.
   */
  done(lane: LaneId, pageIndex: bigint): void {
    if (this.#again.get(lane)?.delete(pageIndex) === true) this.#rests.rest(keyOf(lane, pageIndex));
  }

  /**
   * @param isResting - Which lanes to leave out.
   * @returns What could be certified now. A rollup that cannot be read keeps nobody else out.
   */
  async propose(isResting: (lane: LaneId) => boolean): Promise<Proposal> {
    const problems: string[] = [];
    const lanes = await Promise.all(
      [...this.#options.rollups].map(async (rollup) => {
        try {
          return await this.#proposeRollup(rollup, isResting, problems);
        } catch (error) {
          problems.push(`chain ${String(rollup.chainId)}: ${reasonOf(error)}`);
          return [];
        }
      }),
    );
    return { lanes: lanes.flat(), problems };
  }

  async #proposeRollup(
    rollup: RollupClient,
    isResting: (lane: LaneId) => boolean,
    problems: string[],
  ): Promise<readonly (readonly Page[])[]> {
    const { finality, operatorSetId } = this.#options;
    const head = await headNumber(rollup.endpoints, finality);
    await rollup.lanes.sync(head);
    const books = rollup.lanes.books.filter(
      (book) => !isResting(book.laneId) && this.#leadsSomewhere(book) && this.#isDue(book),
    );
    if (books.length === 0) return [];
    const own = await rollup.entry(rollup.chainId);
    if (own?.operatorSetId !== operatorSetId) return [];
    const header = await agreedHeader(rollup.endpoints, head);
    return Promise.all(
      books.map(async (book) => {
        try {
          return await this.#pages(rollup, book, header);
        } catch (error) {
          problems.push(`lane ${book.laneId}: ${reasonOf(error)}`);
          return [];
        }
      }),
    );
  }

  #leadsSomewhere({ lane }: LaneBook): boolean {
    return this.#options.rollups.get(lane.destinationChainId, lane.destinationGateway) !== undefined;
  }

  #isDue({ laneId, count }: LaneBook): boolean {
    return count > this.#options.coverage.covered(laneId) || (this.#again.get(laneId)?.size ?? 0) > 0;
  }

  async #pages(rollup: RollupClient, { lane, laneId }: LaneBook, header: Header): Promise<Page[]> {
    const { coverage, finality } = this.#options;
    const count = await rollup.lanes.provenCount(lane, header, finality === FINALITY_FINAL);
    const fresh: bigint[] = [];
    for (let nonce = coverage.covered(laneId); nonce < count; nonce = (Math.floor(nonce / PAGE_SIZE) + 1) * PAGE_SIZE) {
      fresh.push(BigInt(Math.floor(nonce / PAGE_SIZE)));
    }
    // Nothing new waits for what was certified before.
    const wanted = new Set([...fresh, ...(this.#again.get(laneId) ?? [])]);
    return [...wanted].flatMap((pageIndex) => {
      const tree = rollup.lanes.book(laneId)?.page(pageIndex);
      const inPage = Math.min(PAGE_SIZE, count - Number(pageIndex) * PAGE_SIZE);
      if (tree === undefined || inPage < 1) return [];
      const page: Page = {
        ...lane,
        pageIndex,
        ...tree.stated(inPage),
        blockNumber: BigInt(header.number),
        sourceTimestamp: header.timestamp,
        finality,
      };
      return [page];
    });
  }
}

function keyOf(lane: LaneId, pageIndex: bigint): string {
  return `${lane} ${String(pageIndex)}`;
}
