import { laneId, type Lane, type Message } from "#protocol/messages.ts";
import type { Address, Bytes32, ChainId, LaneId } from "#protocol/types.ts";

import { LaneBook } from "./laneBook.ts";
import type { OpenedLane, SentMessage } from "./messageLogs.ts";

/** The books of all lanes that begin at one gateway. */
export class LaneBooks implements Iterable<LaneBook> {
  readonly #source: { readonly chainId: ChainId; readonly gateway: Address };
  readonly #books = new Map<LaneId, LaneBook>();

  /** @param source - The gateway. */
  constructor(source: { readonly chainId: ChainId; readonly gateway: Address }) {
    this.#source = source;
  }

  /**
   * @param lane - A lane that begins at this gateway, or its id.
   * @returns Its book, if there is one.
   */
  get(lane: Lane | LaneId): LaneBook | undefined {
    return this.#books.get(typeof lane === "string" ? lane : laneId(lane));
  }

  /**
   * @param lane - A lane that begins at this gateway.
   * @returns Its book, empty if there was none.
   */
  of(lane: Lane): LaneBook {
    const book = this.get(lane) ?? new LaneBook(lane);
    this.#books.set(book.laneId, book);
    return book;
  }

  /** @param book - Takes the place of the lane's book. */
  replace(book: LaneBook): void {
    this.#books.set(book.laneId, book);
  }

  /**
   * Takes an event. Of the lanes that lead or led to a message's chain, the one whose next message it is makes its id; a
   * message that is nobody's next is left out.
   *
   * @param event - What the gateway emitted, in the order of the chain.
   */
  take(event: SentMessage | OpenedLane): void {
    const { destinationChainId } = event;
    if (event.kind === "opened") {
      const { chainId: sourceChainId, gateway: sourceGateway } = this.#source;
      this.of({ sourceChainId, sourceGateway, destinationChainId, destinationGateway: event.destinationGateway });
      return;
    }
    for (const book of this) {
      if (book.lane.destinationChainId === destinationChainId && book.append(event.id, event.body)) return;
    }
  }

  /**
   * @param id - A message's id.
   * @returns The message, if one of the lanes has it.
   */
  message(id: Bytes32): Message | undefined {
    for (const book of this) {
      const message = book.message(id);
      if (message !== undefined) return message;
    }
    return undefined;
  }

  [Symbol.iterator](): Iterator<LaneBook> {
    return this.#books.values();
  }
}
