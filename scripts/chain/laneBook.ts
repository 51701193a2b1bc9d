import { elementAt } from "#protocol/errors.ts";
import { laneId, messageId, PAGE_SIZE, type Lane, type Message, type MessageBody } from "#protocol/messages.ts";
import { PageTree } from "#protocol/pages.ts";
import type { Bytes32, LaneId, MessageId } from "#protocol/types.ts";

/** One lane, rebuilt: its messages, pages and chain heads. */
export class LaneBook {
  readonly lane: Lane;
  readonly laneId: LaneId;
  readonly #messages: Message[] = [];
  readonly #pages: PageTree[] = [];
  readonly #nonceOfId = new Map<Bytes32, number>();
  readonly #countOfHead = new Map<Bytes32, number>();

  /**
   * @param lane - The lane.
   * @param messages - The first of its messages.
   */
  constructor(lane: Lane, messages: readonly Message[] = []) {
    const { sourceChainId, sourceGateway, destinationChainId, destinationGateway } = lane;
    this.lane = { sourceChainId, sourceGateway, destinationChainId, destinationGateway };
    this.laneId = laneId(lane);
    this.#countOfHead.set(this.laneId, 0);
    for (const { sender, recipient, gasLimit, deliverBefore, payload, ...place } of messages) {
      const body = { sender, recipient, gasLimit, deliverBefore, payload };
      this.append(messageId({ ...place, ...body }), body);
    }
  }

  /** How many messages are known, from nonce 0 without gaps. */
  get count(): number {
    return this.#messages.length;
  }

  /** The known messages, in order. */
  get messages(): readonly Message[] {
    return this.#messages;
  }

  /** The head after all known messages. */
  get chainHead(): Bytes32 {
    return this.#pages.at(-1)?.chainHead() ?? this.laneId;
  }

  /**
   * Takes a message if it is the lane's next: then, and only then, lane and nonce make its id.
   *
   * @param id - The id that the source gave it.
   * @param body - What it says.
   * @returns Whether it was the next; one that was there before, that leaves a gap or is another lane's is not taken.
   */
  append(id: MessageId, body: MessageBody): boolean {
    const message = { ...this.lane, nonce: BigInt(this.count), ...body };
    if (messageId(message) !== id) return false;
    if (this.count % PAGE_SIZE === 0) this.#pages.push(new PageTree(this.chainHead));
    const page = elementAt(this.#pages, this.#pages.length - 1);
    page.append(id);
    this.#nonceOfId.set(id, this.count);
    this.#messages.push(message);
    this.#countOfHead.set(page.chainHead(), this.count);
    return true;
  }

  /**
   * @param chainHead - A head.
   * @returns After how many messages the lane has it; undefined if never.
   */
  countOf(chainHead: Bytes32): number | undefined {
    return this.#countOfHead.get(chainHead);
  }

  /**
   * @param id - A message's id.
   * @returns The message, if it is known.
   */
  message(id: Bytes32): Message | undefined {
    const nonce = this.#nonceOfId.get(id);
    return nonce === undefined ? undefined : this.#messages[nonce];
  }

  /**
   * @param pageIndex - Which page.
   * @returns The page as far as it is known; undefined before its first message.
   */
  page(pageIndex: bigint): PageTree | undefined {
    return this.#pages[Number(pageIndex)];
  }
}
