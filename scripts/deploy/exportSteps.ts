import { address, type Address } from "#protocol/types.ts";

import type { ChainCost, PricedStep } from "./plan.ts";
import { safeBatch, type ExportedCall, type NamedBatch } from "./safe.ts";

/**
 * Writes down what the deployer may not send: what is ready, by chain and by who is to send it, in the order of the plan.
 *
 * @param pending - What is missing.
 * @param chains - The chains' ids.
 * @param options - The network's name, and when it is.
 * @returns A batch for each chain and sender; none where nothing is for others to send now.
 */
export function stepBatches(
  pending: readonly PricedStep[],
  chains: readonly Pick<ChainCost, "chain" | "chainId">[],
  { network, createdAt }: { readonly network: string; readonly createdAt: number },
): NamedBatch[] {
  const ids = new Map(chains.map(({ chain, chainId }) => [chain, chainId]));
  const batches: { suffix: string; by: string; chain: string; safe: Address | undefined; calls: ExportedCall[] }[] = [];
  for (const { step, isReady } of pending) {
    const { by, chain, from, to, data, value, contract, call, args } = step;
    const chainId = ids.get(chain);
    if (!isReady || by === "deployer" || by === "anyone" || to === undefined || data === undefined) continue;
    if (chainId === undefined) throw new Error(`${chain} has no chain id`);
    const [only, ...others] = from;
    const safe = only === undefined || others.length > 0 ? undefined : address(only);
    // Rollups have owners of their own: what one of them sends is not in another's batch.
    const alike = batches.filter((one) => one.chain === chain && one.by === by);
    const suffix = alike.length === 0 ? `${chain}-${by}` : `${chain}-${by}-${alike.length + 1}`;
    const batch = alike.find((one) => one.safe === safe) ?? { suffix, by, chain, safe, calls: [] };
    const named = Object.fromEntries(args.map(({ name, value: given }) => [name, given]));
    batch.calls.push({ chainId, to, data, value, contract, call, args: named });
    if (!batches.includes(batch)) batches.push(batch);
  }
  return batches.map(({ suffix, by, chain, safe, calls }) => ({
    suffix,
    batch: safeBatch(calls, {
      name: `${network}, ${chain}: ${by}`,
      createdAt,
      ...(safe === undefined ? {} : { safe }),
    }),
  }));
}
