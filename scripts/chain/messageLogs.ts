import type { Log, Provider } from "ethers";

import { decodeAttributes } from "#protocol/attributes.ts";
import { parseEvmAddress } from "#protocol/erc7930.ts";
import type { MessageBody } from "#protocol/messages.ts";
import { address, chainId, hex, messageIdOf, type Address, type ChainId, type MessageId } from "#protocol/types.ts";

import { Gateway__factory } from "./contracts.ts";
import { readLogs, type LogRange } from "./logs.ts";

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
  return (await readLogs(provider, gateway, [[SENT, OPENED]], range)).flatMap(messagesIn);
}

/**
 * @param log - A `MessageSent` or `LaneOpened` of a gateway.
 * @returns What it tells; nothing for a log that cannot be read.
 */
export function messagesIn(log: Log): (SentMessage | OpenedLane)[] {
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
