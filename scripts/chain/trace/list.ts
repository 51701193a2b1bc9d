import type { Lane, Message } from "#protocol/messages.ts";
import { laneId } from "#protocol/messages.ts";
import type { LaneId, MessageId } from "#protocol/types.ts";
import { messagesIn } from "#chain/messageLogs.ts";

import { statusOf, type MessageStatus, type Obstacle } from "./arrival.ts";
import { blockAt } from "./blocks.ts";
import { foundIn, TOPICS } from "./find.ts";
import { searchLogs } from "./search.ts";
import type { RollupSite } from "./site.ts";

/** The most messages of one source that are looked at for those that are wanted. */
const MOST_LOOKED = 4_096;

/** Which messages are wanted. */
export interface Wanted {
  /** Where they were sent. */
  readonly sources: readonly RollupSite[];
  /** Where they go; anywhere unless given. */
  readonly to: RollupSite | undefined;
  /** None that was sent before; 0 for any time. */
  readonly since: bigint;
  readonly isUndelivered: boolean;
  readonly most: number;
}

/** One message of a list. */
export interface Listed {
  readonly messageId: MessageId;
  readonly source: string;
  /** Undefined where the address book has no such rollup. */
  readonly destination: string | undefined;
  readonly message: Message;
  readonly sentAt: bigint;
  readonly transactionHash: string;
  readonly status: MessageStatus | undefined;
  readonly obstacle: Obstacle | undefined;
}

/** Messages, the newest first. */
export interface MessageList {
  readonly messages: readonly Listed[];
  /** Whether there are, or may be, more. */
  readonly isCut: boolean;
}

/**
 * Lists messages, the newest of each source first.
 *
 * @param sites - All rollups of the address book.
 * @param wanted - Which.
 * @returns As many as were wanted, at most.
 */
export async function listMessages(sites: readonly RollupSite[], wanted: Wanted): Promise<MessageList> {
  const found = await Promise.all(wanted.sources.map((source) => listFrom(source, sites, wanted)));
  const messages = found
    .flatMap((one) => one.messages)
    .sort((a, b) => Number(b.sentAt - a.sentAt) || Number(b.message.nonce - a.message.nonce));
  const isCut = messages.length > wanted.most || found.some((one) => one.isCut);
  return { messages: messages.slice(0, wanted.most), isCut };
}

async function listFrom(source: RollupSite, sites: readonly RollupSite[], wanted: Wanted): Promise<MessageList> {
  const { provider, gateway } = source;
  const fromBlock = wanted.since === 0n ? source.fromBlock : await blockAt(provider, wanted.since, source.fromBlock);
  const range = { fromBlock, toBlock: await provider.getBlockNumber(), isBackwards: true };
  const messages: Listed[] = [];
  const reached = new Map<LaneId, { readonly lane: Lane; readonly nonce: bigint }>();
  const lanes = new Map<bigint, LaneId>();
  const times = new Map<number, bigint>();
  let looked = 0;
  for await (const log of searchLogs(provider, { emitter: gateway, topics: [TOPICS.sent], ...range })) {
    if (messages.length >= wanted.most || looked++ >= MOST_LOOKED) return { messages, isCut: true };
    const [sent] = messagesIn(log);
    if (sent?.kind !== "sent") continue;
    const { destinationChainId: chain } = sent;
    if (wanted.to !== undefined && wanted.to.chainId !== chain) continue;
    const known = lanes.get(chain);
    // Against the order of the chain the lane's next message is the one before.
    const found = await foundIn(source, log, known && reached.get(known));
    if (found === undefined) continue;
    const { message, id, transactionHash, blockNumber } = found;
    lanes.set(chain, laneId(message));
    reached.set(laneId(message), { lane: message, nonce: message.nonce });
    const destination = sites.find(({ chainId }) => chainId === chain);
    const there = destination && (await statusOf(destination.provider, message));
    if (wanted.isUndelivered && there?.status === "Delivered") continue;
    const sentAt = times.get(blockNumber) ?? BigInt((await provider.getBlock(blockNumber))?.timestamp ?? 0);
    times.set(blockNumber, sentAt);
    messages.push({
      ...{ messageId: id, source: source.name, destination: destination?.name, message, sentAt, transactionHash },
      ...{ status: there?.status, obstacle: there?.status === "Unseen" ? there.obstacle : undefined },
    });
  }
  return { messages, isCut: false };
}
