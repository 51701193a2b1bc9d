import type { Log, Provider } from "ethers";

import { parseEvmAddress } from "#protocol/erc7930.ts";
import { hex, messageIdOf, type ChainId, type Hex, type MessageId } from "#protocol/types.ts";

import { Gateway__factory } from "./contracts.ts";

/** Where an event stands. */
export interface Place {
  readonly blockNumber: number;
  readonly transactionHash: string;
}

/** What a gateway said about one message. */
export type GatewayEvent = Place &
  (
    | {
        readonly kind: "sent";
        readonly messageId: MessageId;
        readonly destinationChainId: ChainId;
      }
    | { readonly kind: "delivered"; readonly messageId: MessageId }
    | { readonly kind: "failed"; readonly messageId: MessageId; readonly reason: Hex }
  );

const gatewayInterface = Gateway__factory.createInterface();
const TOPICS = (["MessageSent", "MessageDelivered", "MessageFailed"] as const).map(
  (name) => gatewayInterface.getEvent(name).topicHash,
);

/**
 * Reads what a gateway said about messages.
 *
 * @param provider - The chain.
 * @param gateway - The gateway.
 * @param fromBlock - The first block.
 * @param toBlock - The last block.
 * @param messageId - Only about this message.
 * @returns The events, in the order of the chain.
 */
export async function readGatewayEvents(
  provider: Pick<Provider, "getLogs">,
  gateway: string,
  fromBlock: number,
  toBlock: number | "latest",
  messageId?: MessageId,
): Promise<GatewayEvent[]> {
  const topics = messageId === undefined ? [TOPICS] : [TOPICS, messageId];
  const logs = await provider.getLogs({ address: gateway, topics, fromBlock, toBlock });
  return logs.map(eventOf);
}

function eventOf(log: Log): GatewayEvent {
  const parsed = gatewayInterface.parseLog(log);
  if (parsed === null) throw new Error(`not an event of the gateway: ${log.transactionHash}`);
  const { blockNumber, transactionHash } = log;
  const field = (name: string) => String(parsed.args.getValue(name));
  const place = { blockNumber, transactionHash };
  switch (parsed.name) {
    case "MessageSent":
      return {
        kind: "sent",
        ...place,
        messageId: messageIdOf(field("sendId")),
        destinationChainId: parseEvmAddress(hex(field("recipient"))).chainId,
      };
    case "MessageDelivered":
      return { kind: "delivered", ...place, messageId: messageIdOf(field("messageId")) };
    default:
      return { kind: "failed", ...place, messageId: messageIdOf(field("messageId")), reason: hex(field("reason")) };
  }
}
