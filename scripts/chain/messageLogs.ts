import type { JsonRpcProvider, Log } from "ethers";

import { decodeAttributes } from "#protocol/attributes.ts";
import { parseEvmAddress } from "#protocol/erc7930.ts";
import { messageId, type Message } from "#protocol/messages.ts";
import { address, chainId, hex, type Address, type ChainId } from "#protocol/types.ts";

import { Gateway__factory } from "./contracts.ts";

/** A message with the block of its log. */
export interface SentMessage {
  readonly message: Message;
  readonly blockNumber: number;
}

/** Which logs are asked for. */
export interface LogRange {
  readonly fromBlock: number;
  readonly toBlock: number;
  /** The most blocks asked for at once; halved when an endpoint refuses. */
  readonly blockRange: number;
}

const events = Gateway__factory.createInterface();
const SENT = events.getEvent("MessageSent").topicHash;
const QUEUED = events.getEvent("MessageQueued").topicHash;

/**
 * Rebuilds messages from what a gateway emitted. Only those whose id comes out as emitted are returned, so a log that
 * lies is as good as none; that none is missing is for the chain head to show.
 *
 * @param provider - One endpoint.
 * @param source - The gateway.
 * @param range - Which blocks, both ends included.
 * @returns The messages in the order of the chain.
 */
export async function readMessages(
  provider: JsonRpcProvider,
  source: { readonly chainId: ChainId; readonly gateway: Address },
  range: LogRange,
): Promise<SentMessage[]> {
  const messages: SentMessage[] = [];
  let { blockRange } = range;
  for (let from = range.fromBlock; from <= range.toBlock;) {
    const to = Math.min(range.toBlock, from + blockRange - 1);
    let logs: Log[];
    try {
      logs = await provider.getLogs({
        address: source.gateway,
        topics: [[SENT, QUEUED]],
        fromBlock: from,
        toBlock: to,
      });
    } catch (error) {
      if (to === from) throw error;
      blockRange = Math.ceil((to - from + 1) / 2);
      continue;
    }
    messages.push(...pair(source, logs));
    from = to + 1;
  }
  return messages;
}

function pair(source: { readonly chainId: ChainId; readonly gateway: Address }, logs: readonly Log[]): SentMessage[] {
  const seen = new Set<string>();
  const ordered = logs
    .filter((log) => {
      const key = `${log.blockHash}:${String(log.index)}`;
      const isNew = !log.removed && !seen.has(key) && address(log.address) === source.gateway;
      seen.add(key);
      return isNew;
    })
    .sort((a, b) => a.blockNumber - b.blockNumber || a.index - b.index);
  const sent = new Map<string, Log>();
  const messages: SentMessage[] = [];
  for (const log of ordered) {
    if (log.topics[0] === SENT) sent.set(log.topics[1] ?? "", log);
    else {
      const body = sent.get(log.topics[1] ?? "");
      const message = body === undefined ? undefined : rebuild(source, body, log);
      if (message !== undefined) messages.push({ message, blockNumber: log.blockNumber });
    }
  }
  return messages;
}

function rebuild(
  source: { readonly chainId: ChainId; readonly gateway: Address },
  sentLog: Log,
  queuedLog: Log,
): Message | undefined {
  try {
    const sent = events.decodeEventLog("MessageSent", sentLog.data, sentLog.topics);
    const queued = events.decodeEventLog("MessageQueued", queuedLog.data, queuedLog.topics);
    const attributes = decodeAttributes(strings(sent.attributes).map((attribute) => hex(attribute)));
    const message: Message = {
      sourceChainId: source.chainId,
      sourceGateway: source.gateway,
      destinationChainId: chainId(BigInt(String(queued.destinationChainId))),
      destinationGateway: address(String(queued.destinationGateway)),
      nonce: BigInt(String(queued.nonce)),
      sender: parseEvmAddress(hex(String(sent.sender))).address,
      recipient: parseEvmAddress(hex(String(sent.recipient))).address,
      gasLimit: attributes.gasLimit,
      deliverBefore: attributes.deliverBefore,
      payload: hex(String(sent.payload)),
    };
    return messageId(message) === queued.messageId ? message : undefined;
  } catch {
    return undefined;
  }
}

function strings(value: unknown): string[] {
  return Array.from(Array.isArray(value) ? value : [], String);
}
