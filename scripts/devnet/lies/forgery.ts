import { DEFAULT_GAS_LIMIT } from "#protocol/attributes.ts";
import { FINALITY_FINAL } from "#protocol/contradictions.ts";
import { laneId, messageId, nonceAt, type Lane, type Message } from "#protocol/messages.ts";
import { PageTree } from "#protocol/pages.ts";
import type { Page } from "#protocol/statements.ts";
import { chainId } from "#protocol/types.ts";

import { account } from "../accounts.ts";
import type { DevnetRollup } from "../devnet.ts";
import { textPayload } from "../sending.ts";

/** A page with messages that nobody sent. */
export interface Forgery {
  readonly page: Page;
  readonly tree: PageTree;
  readonly messages: readonly Message[];
}

/** Which page is forged. */
export interface ForgeryOrder {
  readonly source: DevnetRollup;
  readonly destination: DevnetRollup;
  readonly pageIndex: bigint;
  /** What its messages are made to say. */
  readonly texts: readonly string[];
}

/**
 * Makes up a page, none of whose messages anybody sent, as of the source's present block.
 *
 * @param order - Which page, and what it says.
 * @returns The page, final by its own word.
 */
export async function forge({ source, destination, pageIndex, texts }: ForgeryOrder): Promise<Forgery> {
  const block = await source.chain.provider.getBlock("latest");
  if (block === null) throw new Error("a chain has a latest block");
  const lane = laneBetween(source, destination);
  const messages = texts.map((text, index): Message => ({
    ...lane,
    nonce: nonceAt(pageIndex, index),
    sender: account("user").address,
    recipient: destination.deployed.apps.textRecipient,
    gasLimit: DEFAULT_GAS_LIMIT,
    deliverBefore: 0n,
    payload: textPayload(text),
  }));
  const tree = new PageTree(laneId(lane), messages.map(messageId));
  const page: Page = {
    ...lane,
    pageIndex,
    ...tree.stated(),
    blockNumber: BigInt(block.number),
    sourceTimestamp: BigInt(block.timestamp),
    finality: FINALITY_FINAL,
  };
  return { page, tree, messages };
}

/** The lane from one rollup to another. */
export function laneBetween({ deployed: from }: DevnetRollup, { deployed: to }: DevnetRollup): Lane {
  return {
    sourceChainId: chainId(from.chainId),
    sourceGateway: from.contracts.gateway,
    destinationChainId: chainId(to.chainId),
    destinationGateway: to.contracts.gateway,
  };
}
