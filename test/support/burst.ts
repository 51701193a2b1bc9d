import type { BytesLike } from "ethers";

import { encodeAttributes, type Attributes } from "#protocol/attributes.ts";

import type { LanePage, Rollup } from "./rollup.ts";

/** One message to send. */
export interface Order extends Partial<Attributes> {
  readonly recipient: string;
  readonly payload?: BytesLike;
}

/** What the outbox can number in one transaction of 16 777 216 gas. */
const ORDERS_PER_TRANSACTION = 128;

/** Sends messages in order, many per transaction, from one contract. Returns its address. */
export async function burst(source: Rollup, destination: Rollup, orders: readonly Order[]): Promise<string> {
  const sender = await source.ethers.deployContract("BurstSender", [], source.deployer);
  const calls = orders.map(({ recipient, payload = "0x", ...attributes }) => ({
    recipient: destination.interoperable(recipient),
    payload,
    attributes: encodeAttributes(attributes),
  }));
  for (let first = 0; first < calls.length; first += ORDERS_PER_TRANSACTION) {
    await sender.burst(source.addresses.gateway, calls.slice(first, first + ORDERS_PER_TRANSACTION));
  }
  return sender.getAddress();
}

/** The same order many times. */
export function times(count: number, order: Order): Order[] {
  return Array.from({ length: count }, () => order);
}

/** A page as it was when it had `count` messages. */
export function pageAtCount({ page, tree, messages }: LanePage, count: number): LanePage {
  return {
    page: { ...page, count, root: tree.root(count), chainHead: tree.chainHead(count) },
    tree,
    messages: messages.slice(0, count),
  };
}
