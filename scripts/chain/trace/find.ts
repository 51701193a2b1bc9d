import type { Log, TransactionReceipt } from "ethers";

import { Gateway__factory } from "#chain/contracts.ts";
import { messagesIn, type SentMessage } from "#chain/messageLogs.ts";
import { nonceOf, type Lane, type Message } from "#protocol/messages.ts";
import { address, messageIdOf, type Address, type ChainId, type MessageId } from "#protocol/types.ts";

import { searchLogs } from "./search.ts";
import type { RollupSite } from "./site.ts";

const gatewayInterface = Gateway__factory.createInterface();
const topic = (name: "MessageSent" | "MessageDelivered" | "MessageFailed" | "LaneOpened") =>
  gatewayInterface.getEvent(name).topicHash;
/** What a gateway says of messages. */
export const TOPICS = {
  sent: topic("MessageSent"),
  delivered: topic("MessageDelivered"),
  failed: topic("MessageFailed"),
  opened: topic("LaneOpened"),
} as const;

const NOWHERE = "0x0000000000000000000000000000000000000000";

/** A message with where it was sent. */
export interface FoundMessage {
  readonly source: RollupSite;
  readonly id: MessageId;
  readonly message: Message;
  readonly transactionHash: string;
  readonly blockNumber: number;
}

/**
 * Looks for a message at every gateway that may have sent it.
 *
 * @param sites - Rollups of the address book.
 * @param id - Its id.
 * @returns The message, complete; undefined when none of them sent it. Throws `SearchTooLong`.
 */
export async function findMessage(sites: readonly RollupSite[], id: MessageId): Promise<FoundMessage | undefined> {
  const found = await Promise.all(sites.map(async (source) => ({ source, log: await newestLog(source, id) })));
  for (const { source, log } of found) {
    const message = log === undefined ? undefined : await foundIn(source, log);
    if (message !== undefined) return message;
  }
  return undefined;
}

async function newestLog({ provider, gateway, fromBlock }: RollupSite, id: MessageId): Promise<Log | undefined> {
  const toBlock = await provider.getBlockNumber();
  const search = { emitter: gateway, topics: [TOPICS.sent, id], fromBlock, toBlock, isBackwards: true };
  for await (const log of searchLogs(provider, search)) return log;
  return undefined;
}

/**
 * @param source - Where it was sent.
 * @param log - A `MessageSent` of its gateway.
 * @param below - Nonces from here on are not tried; the lane's count unless given.
 * @returns The message with the lane and the nonce that its id binds; undefined for a log that is none.
 */
export async function foundIn(
  source: RollupSite,
  log: Log,
  below?: { readonly lane: Lane; readonly nonce: bigint },
): Promise<FoundMessage | undefined> {
  const [sent] = messagesIn(log);
  if (sent?.kind !== "sent") return undefined;
  const message = (below && messageBelow(sent, below.lane, below.nonce)) ?? (await complete(source, sent));
  const { transactionHash, blockNumber } = log;
  return message && { source, id: sent.id, message, transactionHash, blockNumber };
}

// The lane is the present one to the message's chain, or one that led there before.
async function complete(source: RollupSite, sent: SentMessage): Promise<Message | undefined> {
  const { provider, gateway, chainId: sourceChainId } = source;
  const { destinationChainId } = sent;
  const contract = Gateway__factory.connect(gateway, provider);
  const tried = new Set<Address>();
  const tryLane = async (destinationGateway: Address): Promise<Message | undefined> => {
    if (destinationGateway === NOWHERE || tried.has(destinationGateway)) return undefined;
    tried.add(destinationGateway);
    const ask = (blockTag: number | "latest") => contract.laneOf(destinationChainId, destinationGateway, { blockTag });
    // Of an older block few endpoints know the state; then more nonces are tried.
    const { count } = await ask(sent.blockNumber).catch(() => ask("latest"));
    return messageBelow(sent, { sourceChainId, sourceGateway: gateway, destinationChainId, destinationGateway }, count);
  };
  const present = await contract.lane(destinationChainId);
  const message = await tryLane(address(present.destinationGateway));
  if (message !== undefined) return message;
  const topics = [TOPICS.opened, `0x${destinationChainId.toString(16).padStart(64, "0")}`];
  const range = { fromBlock: source.fromBlock, toBlock: sent.blockNumber };
  for await (const log of searchLogs(provider, { emitter: gateway, topics, ...range, isBackwards: true })) {
    const [opened] = messagesIn(log);
    const before = opened?.kind === "opened" ? await tryLane(opened.destinationGateway) : undefined;
    if (before !== undefined) return before;
  }
  return undefined;
}

function messageBelow({ id, body }: SentMessage, lane: Lane, below: bigint): Message | undefined {
  const { sourceChainId, sourceGateway, destinationChainId, destinationGateway } = lane;
  const place = { sourceChainId, sourceGateway, destinationChainId, destinationGateway };
  const nonce = nonceOf(place, body, id, below);
  return nonce === undefined ? undefined : { ...place, nonce, ...body };
}

/** What a transaction did to messages. */
export interface MessagesOf {
  readonly site: RollupSite;
  readonly ids: readonly MessageId[];
}

/**
 * @param sites - Rollups of the address book.
 * @param transactionHash - A transaction on one of them.
 * @returns The messages that it sent, delivered or tried, each once, in their order; undefined when none of the chains has it.
 */
export async function messagesOfTransaction(
  sites: readonly RollupSite[],
  transactionHash: string,
): Promise<MessagesOf | undefined> {
  for (const site of sites) {
    const receipt = await site.provider.getTransactionReceipt(transactionHash);
    if (receipt !== null) return { site, ids: idsIn(receipt, site.gateway) };
  }
  return undefined;
}

/** Ids of all messages of a gateway that a receipt tells of. */
export function idsIn({ logs }: Pick<TransactionReceipt, "logs">, gateway: Address): MessageId[] {
  const kinds: readonly (string | undefined)[] = [TOPICS.sent, TOPICS.delivered, TOPICS.failed];
  const ids = logs
    .filter(({ address: emitter, topics: [kind] }) => address(emitter) === gateway && kinds.includes(kind))
    .flatMap(({ topics: [, id] }) => (id === undefined ? [] : [messageIdOf(id)]));
  return [...new Set(ids)];
}

/** The rollup of the book that a message goes to. */
export function destinationOf(sites: readonly RollupSite[], chainId: ChainId): RollupSite | undefined {
  return sites.find((site) => site.chainId === chainId);
}
