import type { MessageId } from "#protocol/types.ts";

import type { Devnet } from "./devnet.ts";
import { rollupOf } from "./stories/stage.ts";

/** What deliveries cost. */
export interface DeliveryGas {
  readonly transactions: number;
  readonly messages: number;
  readonly gasUsed: number;
  readonly gasPerMessage: number;
}

/**
 * @param devnet - A devnet.
 * @param ids - Messages that were delivered in transactions of their own, as a burst is.
 * @returns What their delivery cost, certificates included.
 */
export async function deliveryGas(devnet: Devnet, ids: readonly MessageId[]): Promise<DeliveryGas> {
  const arrivals = ids.flatMap((id) => devnet.chronicle.delivered.get(id) ?? []);
  const transactions = new Map(arrivals.map(({ transactionHash, destination }) => [transactionHash, destination]));
  let gasUsed = 0;
  for (const [hash, destination] of transactions) {
    const receipt = await rollupOf(devnet, destination).chain.provider.getTransactionReceipt(hash);
    gasUsed += Number(receipt?.gasUsed ?? 0n);
  }
  const messages = arrivals.length;
  return {
    transactions: transactions.size,
    messages,
    gasUsed,
    gasPerMessage: messages === 0 ? 0 : Math.round(gasUsed / messages),
  };
}
