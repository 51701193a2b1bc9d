import { toBeHex } from "ethers";

import { HubClient } from "#chain/hub.ts";
import { serveHttp } from "#nodes/shared/http.ts";
import { openKeystore, passwordIn } from "#nodes/shared/keystore.ts";
import { runningNode, type RunningNode, type Surroundings } from "#nodes/shared/node.ts";
import { openRollups } from "#nodes/shared/rollups.ts";
import { bytes32, type Bytes32 } from "#protocol/types.ts";

import type { OperatorConfig } from "./config.ts";
import { SigningHistory } from "./history.ts";
import { HubFacts } from "./hubFacts.ts";
import { Operator } from "./operator.ts";
import { operatorRoutes } from "./routes.ts";
import { Signer } from "./signer.ts";
import { StatementVerifier } from "./verifier.ts";

/**
 * Opens history and clients and serves the operator.
 *
 * @param config - What it is told.
 * @param surroundings - Clock and log.
 * @returns The running node; throws when its history cannot be trusted.
 */
export async function startOperator(config: OperatorConfig, surroundings: Surroundings): Promise<RunningNode> {
  const { clock, log } = surroundings;
  const { domain } = config;
  const signer = new Signer(await secretOf(config));
  const history = await SigningHistory.open(
    config.historyFile,
    { key: signer.publicKey.g1, domain },
    config.newHistory || config.historyFile === ":memory:",
  );
  const rollups = openRollups(config.rollups);
  const hub = config.hub && new HubClient(config.hub);
  const verifier = new StatementVerifier({
    rollups,
    hub: hub && new HubFacts(hub),
    sources: config.sources,
    minFinality: config.minFinality,
    clock,
  });
  const close = async () => {
    rollups.close();
    hub?.close();
    await history.close();
  };
  const { clockToleranceSeconds } = config;
  const operator = new Operator({ domain, rollups, verifier, history, signer, clock, log, clockToleranceSeconds });
  const server = await serveHttp(operatorRoutes(operator, rollups, log), config.listen).catch(
    async (error: unknown) => {
      await close();
      throw error;
    },
  );
  log.info({ url: server.url }, "operator listens");
  return runningNode(server.url, async () => {
    await server.close();
    await close();
  });
}

// The configuration has exactly one of both.
async function secretOf({ secretKey, keystore }: OperatorConfig): Promise<Bytes32> {
  if (secretKey !== undefined) return secretKey;
  if (keystore === undefined) throw new Error("either secretKey or keystore");
  const { secret } = await openKeystore(keystore.file, await passwordIn(keystore.passwordFile));
  return bytes32(toBeHex(secret, 32));
}
