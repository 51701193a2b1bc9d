import type { Filter, Log, Provider } from "ethers";

import { address, type Address } from "#protocol/types.ts";

/** Which logs are asked for. */
export interface LogRange {
  readonly fromBlock: number;
  readonly toBlock: number;
  /** The most blocks asked for at once; halved when an endpoint refuses. */
  readonly blockRange: number;
}

/**
 * Reads logs, as many blocks at once as the endpoint lets.
 *
 * @param provider - One endpoint.
 * @param emitters - Whose logs.
 * @param topics - Which.
 * @param range - Which blocks, both ends included.
 * @returns Each log of an emitter once, in the order of the chain.
 */
export async function readLogs(
  provider: Pick<Provider, "getLogs">,
  emitters: Address | readonly Address[],
  topics: Filter["topics"],
  range: LogRange,
): Promise<Log[]> {
  const wanted = typeof emitters === "string" ? [emitters] : [...emitters];
  const found: Log[] = [];
  let { blockRange } = range;
  for (let from = range.fromBlock; from <= range.toBlock;) {
    const to = Math.min(range.toBlock, from + blockRange - 1);
    let logs: Log[];
    try {
      logs = await provider.getLogs({
        address: wanted,
        ...(topics === undefined ? {} : { topics }),
        fromBlock: from,
        toBlock: to,
      });
    } catch (error) {
      if (to === from) throw error;
      blockRange = Math.ceil((to - from + 1) / 2);
      continue;
    }
    found.push(...inOrder(wanted, logs));
    from = to + 1;
  }
  return found;
}

function inOrder(emitters: readonly Address[], logs: readonly Log[]): Log[] {
  const seen = new Set<string>();
  return logs
    .filter((log) => {
      const key = `${log.blockHash}:${String(log.index)}`;
      const isNew = !log.removed && !seen.has(key) && emitters.includes(address(log.address));
      seen.add(key);
      return isNew;
    })
    .sort((a, b) => a.blockNumber - b.blockNumber || a.index - b.index);
}
