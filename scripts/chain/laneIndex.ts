import { laneId, type Lane, type Message } from "#protocol/messages.ts";
import type { Address, Bytes32, ChainId, LaneId } from "#protocol/types.ts";

import type { Endpoints } from "./endpoints.ts";
import { ChainError } from "./errors.ts";
import type { Header } from "./headers.ts";
import { provenChainHead } from "./heads.ts";
import { LaneBook } from "./laneBook.ts";
import { LaneBooks } from "./laneBooks.ts";
import { readMessages, type OpenedLane, type SentMessage } from "./messageLogs.ts";

/** What an index follows. */
export interface LaneIndexOptions {
  readonly chainId: ChainId;
  readonly gateway: Address;
  readonly endpoints: Endpoints;
  readonly fromBlock: number;
  readonly blockRange: number;
}

/** What is known of a lane by proof: that many messages, by that block. */
interface Mark {
  readonly count: number;
  readonly blockNumber: number;
}

/**
 * All lanes that begin at one gateway, rebuilt from its events. Events are taken from all endpoints that answer; what
 * they say counts only once a proven chain head confirms it (`provenCount`).
 */
export class LaneIndex {
  readonly #options: LaneIndexOptions;
  readonly #books: LaneBooks;
  readonly #marks = new Map<LaneId, Mark>();
  #scannedTo: number;
  #work: Promise<unknown> = Promise.resolve();

  /** @param options - The gateway and its chain. */
  constructor(options: LaneIndexOptions) {
    this.#options = options;
    this.#books = new LaneBooks(options);
    this.#scannedTo = options.fromBlock - 1;
  }

  /** The last block whose events were read. */
  get scannedTo(): number {
    return this.#scannedTo;
  }

  /** All lanes with a message. */
  get books(): readonly LaneBook[] {
    return [...this.#books].filter(({ count }) => count > 0);
  }

  /**
   * @param lane - A lane that begins at this gateway, or its id.
   * @returns What is known of it.
   */
  book(lane: Lane | LaneId): LaneBook | undefined {
    return this.#books.get(lane);
  }

  /**
   * Reads the events up to a block.
   *
   * @param blockNumber - The last block to read.
   */
  async sync(blockNumber: number): Promise<void> {
    await this.#alone(async () => {
      if (blockNumber <= this.#scannedTo) return;
      const { endpoints } = this.#options;
      const range = { fromBlock: this.#scannedTo + 1, toBlock: blockNumber, blockRange: this.#options.blockRange };
      // From all of them: what one hides or has not heard of yet, another shows, and ids tell what is nobody's next.
      const found = await endpoints.answers((provider) => readMessages(provider, this.#options.gateway, range), 1);
      for (const event of found.flat()) this.#books.take(event);
      this.#scannedTo = blockNumber;
    });
  }

  /**
   * How many messages a lane had by a block, confirmed by the chain head in the gateway's storage there. When the events
   * do not lead to that head, they are read again from each endpoint, back to the last confirmed message.
   *
   * @param lane - The lane.
   * @param header - A header that the endpoints agree on.
   * @param isFinal - Whether the block cannot be reorganised any more, so that what it confirms is kept for ever.
   * @returns The count; throws `HeadMismatch` when no endpoint's events lead to the head.
   */
  async provenCount(lane: Lane, header: Header, isFinal: boolean): Promise<number> {
    const head = await provenChainHead(this.#options.endpoints, lane, header);
    const count = await this.countOf(lane, head, header.number);
    const id = laneId(lane);
    const mark = this.#marks.get(id);
    if (isFinal && count >= (mark?.count ?? 0)) this.#marks.set(id, { count, blockNumber: header.number });
    return count;
  }

  /**
   * How many messages a lane had when it had a head that is known to be right: proven, or certified.
   *
   * @param lane - The lane.
   * @param head - The head.
   * @param blockNumber - A block by which the lane had it.
   * @returns The count; throws `HeadMismatch` when no endpoint's events lead to the head.
   */
  async countOf(lane: Lane, head: Bytes32, blockNumber: number): Promise<number> {
    await this.sync(blockNumber);
    return this.#books.of(lane).countOf(head) ?? this.#alone(() => this.#recover(lane, head, blockNumber));
  }

  /**
   * @param id - A message's id.
   * @returns The message, if it was sent from here.
   */
  message(id: Bytes32): Message | undefined {
    return this.#books.message(id);
  }

  async #recover(lane: Lane, head: Bytes32, blockNumber: number): Promise<number> {
    const id = laneId(lane);
    const mark = this.#marks.get(id);
    const confirmed = this.#books.of(lane).messages.slice(0, mark?.count ?? 0);
    const range = {
      fromBlock: mark === undefined ? this.#options.fromBlock : mark.blockNumber + 1,
      toBlock: Math.max(blockNumber, this.#scannedTo),
      blockRange: this.#options.blockRange,
    };
    let failure: unknown;
    for (const provider of this.#options.endpoints.providers) {
      let found: (SentMessage | OpenedLane)[];
      try {
        found = await readMessages(provider, this.#options.gateway, range);
      } catch (error) {
        failure = error;
        continue;
      }
      const book = new LaneBook(lane, confirmed);
      for (const event of found) if (event.kind === "sent") book.append(event.id, event.body);
      const count = book.countOf(head);
      if (count !== undefined) {
        this.#books.replace(book);
        return count;
      }
    }
    throw new ChainError("HeadMismatch", `the events of lane ${id} do not lead to its head at ${String(blockNumber)}`, {
      cause: failure,
    });
  }

  // One reader at a time, so that no message is taken twice.
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#work.then(work);
    this.#work = result.catch(() => undefined);
    return result;
  }
}
