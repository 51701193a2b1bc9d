import type { Log, Provider } from "ethers";

import { Gateway__factory } from "#chain/contracts.ts";
import { decodeReason } from "#chain/reasons.ts";
import { messageId, type Message } from "#protocol/messages.ts";
import { hex, type Hex } from "#protocol/types.ts";

import { blockAt } from "./blocks.ts";
import { TOPICS } from "./find.ts";
import { searchLogs } from "./search.ts";
import type { RollupSite } from "./site.ts";

/** What became of a message, in the order of the contract. */
export const MESSAGE_STATUSES = ["Unseen", "Delivered", "Expired"] as const;
/** What hinders an unseen message, in the order of the contract. */
export const OBSTACLES = [
  "None",
  "WrongDestination",
  "SourceNotAccepted",
  "SourceGatewayNotAccepted",
  "SourceRefused",
  "SourceIrrefutable",
  "OverLimit",
  "RecipientWithoutCode",
  "SourceHalted",
] as const;
/** One of {@link MESSAGE_STATUSES}. */
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];
/** One of {@link OBSTACLES}. */
export type Obstacle = (typeof OBSTACLES)[number];

/** The most attempts of one message that are told. */
const MOST_ATTEMPTS = 64;
const gatewayInterface = Gateway__factory.createInterface();

/**
 * @param provider - The destination.
 * @param message - A message.
 * @returns What its destination gateway says of it now.
 */
export async function statusOf(
  provider: Provider,
  message: Message,
): Promise<{ readonly status: MessageStatus; readonly obstacle: Obstacle }> {
  const gateway = Gateway__factory.connect(message.destinationGateway, provider);
  const [status, obstacle] = await gateway.messageStatus(message, message);
  return { status: MESSAGE_STATUSES[Number(status)] ?? "Unseen", obstacle: OBSTACLES[Number(obstacle)] ?? "None" };
}

/** How far clocks of two chains may differ: a message is not looked for before it was sent. */
const CLOCK_SECONDS = 900n;

/** An attempt that the recipient refused. */
export interface Attempt {
  readonly transactionHash: string;
  readonly blockNumber: number;
  /** What it answered, at most 256 bytes. */
  readonly data: Hex;
  /** The same for people. */
  readonly reason: string;
}

/** What the destination told of a message. */
export interface Arrival {
  readonly delivered: { readonly transactionHash: string; readonly blockNumber: number } | undefined;
  /** Newest last. */
  readonly attempts: readonly Attempt[];
}

/**
 * @param site - The destination.
 * @param message - The message.
 * @param sentAt - When it was sent.
 * @returns Where it was delivered, and which attempts failed, the last of them.
 */
export async function arrivalOf(site: RollupSite, message: Message, sentAt: bigint): Promise<Arrival> {
  const { provider } = site;
  const fromBlock = await blockAt(provider, sentAt - CLOCK_SECONDS, 0);
  const topics = [[TOPICS.delivered, TOPICS.failed], messageId(message)];
  const range = { fromBlock, toBlock: await provider.getBlockNumber(), isBackwards: true };
  const attempts: Attempt[] = [];
  let delivered: Arrival["delivered"];
  for await (const log of searchLogs(provider, { emitter: message.destinationGateway, topics, ...range })) {
    const { transactionHash, blockNumber } = log;
    if (log.topics[0] === TOPICS.delivered) delivered = { transactionHash, blockNumber };
    else attempts.unshift({ transactionHash, blockNumber, ...reasonIn(log) });
    if (attempts.length >= MOST_ATTEMPTS) break;
  }
  return { delivered, attempts };
}

function reasonIn({ data, topics }: Log): Pick<Attempt, "data" | "reason"> {
  const reason = hex(String(gatewayInterface.decodeEventLog("MessageFailed", data, topics).reason));
  return { data: reason, reason: decodeReason(reason).text };
}
