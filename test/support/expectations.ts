import { expect } from "chai";

import { messageId, placeOf, type Message } from "#protocol/messages.ts";

import type { Rollup } from "./rollup.ts";

/** `MessageStatus` of the inbox. */
export const MessageStatus = { Unseen: 0n, Delivered: 1n, Expired: 2n } as const;

/** `Obstacle` of the inbox. */
export const Obstacle = {
  None: 0n,
  WrongDestination: 1n,
  SourceNotAccepted: 2n,
  SourceGatewayNotAccepted: 3n,
  SourceRefused: 4n,
  SourceIrrefutable: 5n,
  OverLimit: 6n,
  RecipientWithoutCode: 7n,
  SourceHalted: 8n,
} as const;

/** Each message reached its recipient exactly once, and every view says so. */
export async function expectDelivered(destination: Rollup, ...messages: readonly Message[]): Promise<void> {
  await expectState(destination, messages, { status: MessageStatus.Delivered, obstacle: Obstacle.None });
}

/** No message ever reached its recipient, and every view says so, and what hinders it. */
export async function expectUnseen(
  destination: Rollup,
  messages: readonly Message[],
  obstacle: bigint = Obstacle.None,
): Promise<void> {
  await expectState(destination, messages, { status: MessageStatus.Unseen, obstacle });
}

/** The messages' time is over, and none was ever delivered. */
export async function expectExpired(destination: Rollup, ...messages: readonly Message[]): Promise<void> {
  await expectState(destination, messages, { status: MessageStatus.Expired, obstacle: Obstacle.None });
}

/** How many messages of a long list also have their views read one by one; all have their bit and their events read. */
const SAMPLES = 12;

async function expectState(
  destination: Rollup,
  messages: readonly Message[],
  expected: { readonly status: bigint; readonly obstacle: bigint },
): Promise<void> {
  const isDelivered = expected.status === MessageStatus.Delivered;
  const deliveries = await deliveriesById(destination);
  const words = new ReplayWords(destination);
  for (const message of messages) {
    expect(await words.hasBit(message), `bit of ${nameOf(message)}`).to.equal(isDelivered);
    const count = deliveries.get(messageId(message)) ?? 0;
    expect(count, `MessageDelivered of ${nameOf(message)}`).to.equal(isDelivered ? 1 : 0);
  }

  const step = Math.max(1, Math.ceil(messages.length / SAMPLES));
  for (const message of messages.filter((_, at) => at % step === 0 || at === messages.length - 1)) {
    const { gateway } = destination;
    const { sourceChainId, sourceGateway, nonce } = message;
    const [status, obstacle] = await gateway.messageStatus(message, message);
    expect({ status, obstacle }, `status of ${nameOf(message)}`).to.deep.equal(expected);
    expect(await gateway.isDelivered(sourceChainId, sourceGateway, nonce), nameOf(message)).to.equal(isDelivered);
  }
}

/** Replay words, each read once. */
class ReplayWords {
  readonly #destination: Rollup;
  readonly #words = new Map<string, bigint>();

  constructor(destination: Rollup) {
    this.#destination = destination;
  }

  async hasBit({ sourceChainId, sourceGateway, nonce }: Message): Promise<boolean> {
    const { pageIndex, index } = placeOf(nonce);
    const key = [sourceChainId, sourceGateway, pageIndex].join();
    const word =
      this.#words.get(key) ?? (await this.#destination.gateway.deliveredWord(sourceChainId, sourceGateway, pageIndex));
    this.#words.set(key, word);
    return ((word >> BigInt(index)) & 1n) === 1n;
  }
}

function nameOf({ sourceChainId, nonce }: Message): string {
  return `message ${String(nonce)} of chain ${String(sourceChainId)}`;
}

async function deliveriesById({ gateway }: Rollup): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const { args } of await gateway.queryFilter(gateway.filters.MessageDelivered())) {
    counts.set(args.messageId, (counts.get(args.messageId) ?? 0) + 1);
  }
  return counts;
}
