import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";

/** What a node is given besides its configuration. */
export interface Surroundings {
  readonly clock: Clock;
  readonly log: Log;
}

/** A node that runs: its servers listen, its timers are set. */
export interface RunningNode {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  /** Closes servers, timers and stores, and waits for what is under way. May be called again. */
  stop(): Promise<void>;
}

/**
 * @param url - Where the node listens.
 * @param stop - Closes everything.
 * @returns The node; however often it is stopped, everything is closed once.
 */
export function runningNode(url: string, stop: () => Promise<void>): RunningNode {
  let stopping: Promise<void> | undefined;
  return { url, stop: () => (stopping ??= stop()) };
}
