import type { Log } from "ethers";

import { Gateway__factory } from "#chain/contracts.ts";
import { ChainError } from "#chain/errors.ts";
import { messagesIn } from "#chain/messageLogs.ts";
import { elementAt } from "#protocol/errors.ts";
import { laneId, messageId, nonceAt, placeOf, type Message } from "#protocol/messages.ts";
import { PageTree } from "#protocol/pages.ts";
import { bytes32, type MessageId } from "#protocol/types.ts";

import { TOPICS, type FoundMessage } from "./find.ts";
import { searchLogs } from "./search.ts";

/**
 * Rebuilds the page that a message stands in from its neighbours' events, and the stored head of the page before.
 *
 * @param found - The message.
 * @param count - How many messages of the page are wanted.
 * @returns The page; throws `HeadMismatch` where a neighbour is not found.
 */
export async function readPage(found: FoundMessage, count: number): Promise<PageTree> {
  const { source, message } = found;
  const { pageIndex, index } = placeOf(message.nonce);
  const ids = Array.from<MessageId | undefined>({ length: count });
  ids[index] = found.id;
  await walk(found, index - 1, 0, true, ids);
  await walk(found, index + 1, count - 1, false, ids);
  const contract = Gateway__factory.connect(source.gateway, source.provider);
  const { destinationChainId, destinationGateway } = message;
  const head =
    pageIndex === 0n
      ? laneId(message)
      : bytes32(await contract.pageHead(destinationChainId, destinationGateway, pageIndex - 1n));
  return new PageTree(
    head,
    ids.map((_, at) => elementAt(ids, at) ?? missing(message, at)),
  );
}

async function walk(
  { source, message, blockNumber }: FoundMessage,
  first: number,
  last: number,
  isBackwards: boolean,
  ids: (MessageId | undefined)[],
): Promise<void> {
  const step = isBackwards ? -1 : 1;
  const isOver = (at: number) => (isBackwards ? at < last : at > last);
  if (isOver(first)) return;
  const { provider, gateway, fromBlock } = source;
  const range = isBackwards
    ? { fromBlock, toBlock: blockNumber }
    : { fromBlock: blockNumber, toBlock: await provider.getBlockNumber() };
  let at = first;
  for await (const log of searchLogs(provider, { emitter: gateway, topics: [TOPICS.sent], ...range, isBackwards })) {
    const id = idAt(log, message, at);
    if (id === undefined) continue;
    ids[at] = id;
    at += step;
    if (isOver(at)) return;
  }
  missing(message, at);
}

// Its id tells whether it is the lane's message of this place.
function idAt(log: Log, message: Message, index: number): MessageId | undefined {
  const [sent] = messagesIn(log);
  if (sent?.kind !== "sent" || sent.destinationChainId !== message.destinationChainId) return undefined;
  const nonce = nonceAt(placeOf(message.nonce).pageIndex, index);
  return messageId({ ...message, ...sent.body, nonce }) === sent.id ? sent.id : undefined;
}

function missing(message: Message, index: number): never {
  const nonce = nonceAt(placeOf(message.nonce).pageIndex, index);
  throw new ChainError("HeadMismatch", `the source tells no message ${String(nonce)} of lane ${laneId(message)}`);
}
