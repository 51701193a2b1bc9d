import type { RunningNode, Surroundings } from "#nodes/shared/node.ts";

import type { AggregatorConfig } from "./config.ts";

/**
 * Opens clients and store, starts the node and its HTTP server.
 *
 * @param config - What it is told.
 * @param surroundings - Clock and log.
 * @returns The running node.
 */
export async function startAggregator(config: AggregatorConfig, surroundings: Surroundings): Promise<RunningNode> {
  surroundings.log.info({ rollups: config.rollups.length }, "starting");
  throw new Error("not built yet");
}
