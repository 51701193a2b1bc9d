import { HubClient } from "#chain/hub.ts";
import { serveHttp } from "#nodes/shared/http.ts";
import { Loop } from "#nodes/shared/loop.ts";
import { runningNode, type RunningNode, type Surroundings } from "#nodes/shared/node.ts";
import { openRollups } from "#nodes/shared/rollups.ts";
import { mclVerifier } from "#protocol/blsMcl.ts";
import { laneIdOf } from "#protocol/types.ts";

import { Aggregator } from "./aggregator.ts";
import { Certifier } from "./certifier.ts";
import type { AggregatorConfig } from "./config.ts";
import { Coverage } from "./coverage.ts";
import { FactProposer } from "./facts.ts";
import { OperatorUrls } from "./operatorUrls.ts";
import { Proposer } from "./proposer.ts";
import { aggregatorRoutes } from "./routes.ts";

/**
 * Opens clients and store, and begins to propose.
 *
 * @param config - What it is told.
 * @param surroundings - Clock and log.
 * @returns The running node.
 */
export async function startAggregator(config: AggregatorConfig, surroundings: Surroundings): Promise<RunningNode> {
  const { clock, log } = surroundings;
  const verifier = await mclVerifier();
  const coverage = await Coverage.open(config.storeFile, laneIdOf);
  const rollups = openRollups(config.rollups);
  const { operatorSetId, finality, restMs } = config;
  const proposer = new Proposer({ rollups, operatorSetId, finality, coverage, restMs, clock });
  const hub = config.hub && new HubClient(config.hub);
  const operators = new OperatorUrls({ config, hub, clock, log });
  const certifier = new Certifier({ config, operators, coverage, verifier, clock, log });
  const facts = hub && new FactProposer({ hub, rollups, config, coverage, clock });
  const aggregator = new Aggregator({ config, rollups, proposer, facts, certifier, coverage, clock, log });
  const loops = [new Loop(() => aggregator.round(), config.roundMs, log)];
  if (facts !== undefined) loops.push(new Loop(() => aggregator.facts(), config.factsMs, log));
  const stop = async () => {
    await Promise.all(loops.map((loop) => loop.stop()));
    rollups.close();
    hub?.close();
    await coverage.close();
  };
  const routes = aggregatorRoutes({ aggregator, coverage, proposer, rollups }, log);
  const server = await serveHttp(routes, config.listen).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  for (const loop of loops) loop.start();
  log.info({ url: server.url }, "aggregator listens");
  return runningNode(server.url, async () => {
    await server.close();
    await stop();
  });
}
