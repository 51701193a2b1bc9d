import { holderOf } from "#chain/admin/holders.ts";
import { address, type Address } from "#protocol/types.ts";

import type { ChainCost, PricedStep } from "./plan.ts";
import { safeBatch, type BatchTitle, type ExportedCall, type NamedBatch } from "./safe.ts";
import { providerOf, type Providers } from "./steps/read.ts";
import { timelockBatches } from "./timelock.ts";

/** What one sender is to send on one chain. */
export interface CallsForOthers {
  /** Tells its file from others. */
  readonly suffix: string;
  readonly chain: string;
  readonly title: BatchTitle;
  readonly calls: readonly [ExportedCall, ...ExportedCall[]];
}

/**
 * Finds what the deployer may not send: what is ready, by chain and by who is to send it, in the order of the plan.
 *
 * @param pending - What is missing.
 * @param chains - The chains' ids.
 * @param options - The network's name, when it is, and whether what was done by hand is undone: it is left out unless this says so.
 * @returns Calls for each chain and sender; none where nothing is for others to send now.
 */
export function callsForOthers(
  pending: readonly PricedStep[],
  chains: readonly Pick<ChainCost, "chain" | "chainId">[],
  { network, createdAt, undoes }: { readonly network: string; readonly createdAt: number; readonly undoes?: boolean },
): CallsForOthers[] {
  const ids = new Map(chains.map(({ chain, chainId }) => [chain, chainId]));
  const found: (Omit<CallsForOthers, "calls"> & { by: string; calls: [ExportedCall, ...ExportedCall[]] })[] = [];
  for (const { step, isReady } of pending) {
    const { by, chain, from, to, data, value, contract, call, args } = step;
    const chainId = ids.get(chain);
    if (step.undoes === true && undoes !== true) continue;
    if (!isReady || by === "deployer" || by === "anyone" || to === undefined || data === undefined) continue;
    if (chainId === undefined) throw new Error(`${chain} has no chain id`);
    const named = Object.fromEntries(args.map(({ name, value: given }) => [name, given]));
    const exported = { chainId, to, data, value, contract, call, args: named };
    const [only, ...others] = from;
    const safe = only === undefined || others.length > 0 ? undefined : address(only);
    // Rollups have owners of their own: what one of them sends is not in another's batch.
    const alike = found.filter((one) => one.chain === chain && one.by === by);
    const known = alike.find(({ title }) => title.safe === safe);
    if (known !== undefined) {
      known.calls.push(exported);
      continue;
    }
    const suffix = alike.length === 0 ? `${chain}-${by}` : `${chain}-${by}-${alike.length + 1}`;
    const title = { name: `${network}, ${chain}: ${by}`, createdAt, ...(safe === undefined ? {} : { safe }) };
    found.push({ suffix, chain, by, title, calls: [exported] });
  }
  return found;
}

/**
 * @param found - What others are to send.
 * @param providers - The chains.
 * @returns A batch for each sender; two for a timelock, which is told what to do and does it after its delay.
 */
export async function stepBatches(found: readonly CallsForOthers[], providers: Providers): Promise<NamedBatch[]> {
  const batches: NamedBatch[] = [];
  for (const { suffix, chain, title, calls } of found) {
    const provider = providerOf(providers, chain);
    const sender: Address | undefined = title.safe;
    const holder = sender === undefined ? undefined : await holderOf(provider, sender);
    if (sender === undefined || holder?.kind !== "timelock") {
      batches.push({ suffix, batch: safeBatch(calls, title) });
      continue;
    }
    const use = { timelock: sender, delaySeconds: holder.delaySeconds };
    for (const { suffix: part, batch } of await timelockBatches(provider, calls, use, title)) {
      batches.push({ suffix: `${suffix}-${part}`, batch });
    }
  }
  return batches;
}
