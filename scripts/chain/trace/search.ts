import type { Filter, Log, Provider } from "ethers";

import { ChainError } from "#chain/errors.ts";
import { address, type Address } from "#protocol/types.ts";

/** The most questions of one search: with the 10 000 blocks that most endpoints allow at once, half a year of seconds. */
const MOST_QUESTIONS = 2_048;

/** Where logs are looked for. */
export interface Search {
  readonly emitter: Address;
  readonly topics: NonNullable<Filter["topics"]>;
  readonly fromBlock: number;
  readonly toBlock: number;
  /** Whether the newest come first. */
  readonly isBackwards: boolean;
}

/**
 * Looks through blocks from one end, as many at once as the endpoint lets, so that whoever has found what it wants can stop.
 *
 * @param provider - One endpoint.
 * @param search - What is wanted.
 * @returns Log by log, in the order of the chain or against it; throws `SearchTooLong` where it would not end.
 */
export async function* searchLogs(provider: Pick<Provider, "getLogs">, search: Search): AsyncGenerator<Log> {
  const { emitter, topics, fromBlock, toBlock, isBackwards } = search;
  let [from, to] = [fromBlock, toBlock];
  let width = to - from + 1;
  for (let question = 0; from <= to; question++) {
    if (question >= MOST_QUESTIONS) {
      throw new ChainError(
        "SearchTooLong",
        `no log found in ${String(MOST_QUESTIONS)} questions; blocks ${from}–${to} are left`,
      );
    }
    const fewer = Math.min(width, to - from + 1);
    const [first, last] = isBackwards ? [to - fewer + 1, to] : [from, from + fewer - 1];
    let logs: Log[];
    try {
      logs = await provider.getLogs({ address: emitter, topics, fromBlock: first, toBlock: last });
    } catch (error) {
      if (fewer === 1) throw error;
      width = Math.ceil(fewer / 2);
      continue;
    }
    const ours = logs
      .filter((log) => !log.removed && address(log.address) === emitter)
      .sort((a, b) => a.blockNumber - b.blockNumber || a.index - b.index);
    yield* isBackwards ? ours.reverse() : ours;
    if (isBackwards) to = first - 1;
    else from = last + 1;
  }
}
