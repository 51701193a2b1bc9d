import type { Log, Provider } from "ethers";

import { decodeAttributes } from "#protocol/attributes.ts";
import { parseEvmAddress } from "#protocol/erc7930.ts";
import type { MessageBody } from "#protocol/messages.ts";
import { address, chainId, hex, messageIdOf, type Address, type ChainId, type MessageId } from "#protocol/types.ts";

import { Gateway__factory } from "./contracts.ts";

/** A message as its event tells it: all but lane and nonce, which its id binds. */
export interface SentMessage {
  readonly kind: "sent";
  readonly id: MessageId;
  readonly destinationChainId: ChainId;
  readonly body: MessageBody;
  readonly blockNumber: number;
}

/** From here on the lane to a chain leads to this gateway. */
export interface OpenedLane {
  readonly kind: "opened";
  readonly destinationChainId: ChainId;
  readonly destinationGateway: Address;
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
const OPENED = events.getEvent("LaneOpened").topicHash;

/**
 * Reads what a gateway emitted of its lanes. A log that cannot be read is as good as none; that none is missing is for ids
 * and chain heads to show.
 *
 * @param provider - One endpoint.
 * @param gateway - The gateway.
 * @param range - Which blocks, both ends included.
 * @returns Messages and lanes in the order of the chain.
 */
export async function readMessages(
  provider: Pick<Provider, "getLogs">,
  gateway: Address,
  range: LogRange,
): Promise<(SentMessage | OpenedLane)[]> {
  const found: (SentMessage | OpenedLane)[] = [];
  let { blockRange } = range;
  for (let from = range.fromBlock; from <= range.toBlock;) {
    const to = Math.min(range.toBlock, from + blockRange - 1);
    let logs: Log[];
    try {
      logs = await provider.getLogs({ address: gateway, topics: [[SENT, OPENED]], fromBlock: from, toBlock: to });
    } catch (error) {
      if (to === from) throw error;
      blockRange = Math.ceil((to - from + 1) / 2);
      continue;
    }
    found.push(...inOrder(gateway, logs).flatMap(read));
    from = to + 1;
  }
  return found;
}

function inOrder(gateway: Address, logs: readonly Log[]): Log[] {
  const seen = new Set<string>();
  return logs
    .filter((log) => {
      const key = `${log.blockHash}:${String(log.index)}`;
      const isNew = !log.removed && !seen.has(key) && address(log.address) === gateway;
      seen.add(key);
      return isNew;
    })
    .sort((a, b) => a.blockNumber - b.blockNumber || a.index - b.index);
}

function read(log: Log): (SentMessage | OpenedLane)[] {
  try {
    if (log.topics[0] === OPENED) {
      const opened = events.decodeEventLog("LaneOpened", log.data, log.topics);
      return [
        {
          kind: "opened",
          destinationChainId: chainId(BigInt(String(opened.destinationChainId))),
          destinationGateway: address(String(opened.destinationGateway)),
        },
      ];
    }
    const sent = events.decodeEventLog("MessageSent", log.data, log.topics);
    const attributes = decodeAttributes(strings(sent.attributes).map((attribute) => hex(attribute)));
    const recipient = parseEvmAddress(hex(String(sent.recipient)));
    return [
      {
        kind: "sent",
        id: messageIdOf(String(sent.sendId)),
        destinationChainId: recipient.chainId,
        body: {
          sender: parseEvmAddress(hex(String(sent.sender))).address,
          recipient: recipient.address,
          gasLimit: attributes.gasLimit,
          deliverBefore: attributes.deliverBefore,
          payload: hex(String(sent.payload)),
        },
        blockNumber: log.blockNumber,
      },
    ];
  } catch {
    return [];
  }
}

function strings(value: unknown): string[] {
  return Array.from(Array.isArray(value) ? value : [], String);
}
