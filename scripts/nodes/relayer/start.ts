import { TransactionSender } from "#chain/sender.ts";
import { serveHttp } from "#nodes/shared/http.ts";
import { Loop } from "#nodes/shared/loop.ts";
import { runningNode, type RunningNode, type Surroundings } from "#nodes/shared/node.ts";
import { openRollups } from "#nodes/shared/rollups.ts";
import { mclVerifier } from "#protocol/blsMcl.ts";
import type { ChainId } from "#protocol/types.ts";

import { CertificateBook } from "./certificates.ts";
import { CertificateChecker } from "./checker.ts";
import type { RelayerConfig } from "./config.ts";
import { Courier } from "./courier.ts";
import { Desk } from "./desk.ts";
import { Relayer } from "./relayer.ts";
import { relayerRoutes } from "./routes.ts";
import { RelayerStore } from "./store.ts";

/**
 * Opens clients and store, and begins to deliver.
 *
 * @param config - What it is told.
 * @param surroundings - Clock and log.
 * @returns The running node.
 */
export async function startRelayer(config: RelayerConfig, surroundings: Surroundings): Promise<RunningNode> {
  const { clock, log } = surroundings;
  const { maxAttempts, destinations } = config;
  const store = new RelayerStore(config.storeFile);
  const rollups = openRollups(config.rollups);
  const checker = new CertificateChecker(rollups, await mclVerifier());
  const { aggregators, retryMs } = config;
  const book = new CertificateBook({ store, checker, aggregators, retryMs, clock, log });
  const mostFeePerGas = BigInt(Math.round(config.mostFeeGwei * 1e9));
  // One a chain, also where several gateways are delivered to: an account's nonces have one owner.
  const senders = new Map<ChainId, TransactionSender>();
  const routes = [...rollups]
    .filter(({ chainId }) => destinations?.includes(chainId) ?? true)
    .map((destination) => {
      const { chainId, endpoints, gateway } = destination;
      const { privateKey, confirmTimeoutMs } = config;
      const sender =
        senders.get(chainId) ?? new TransactionSender(privateKey, endpoints, confirmTimeoutMs, mostFeePerGas);
      senders.set(chainId, sender);
      return {
        name: `chain ${String(chainId)} ${gateway}`,
        desk: new Desk({ rollups, destination, book, store, maxAttempts, clock }),
        courier: new Courier({ destination, sender, book, store, config, clock, log }),
      };
    });
  const relayer = new Relayer({ rollups, routes, book, store, maxAttempts, log });
  const loop = new Loop(() => relayer.round(), config.pollMs, log);
  const stop = async () => {
    for (const sender of senders.values()) sender.close();
    await loop.stop();
    rollups.close();
    await store.close();
  };
  try {
    await book.load();
    const server = await serveHttp(relayerRoutes(relayer, rollups, log), config.listen);
    loop.start();
    log.info({ url: server.url }, "relayer listens");
    return runningNode(server.url, async () => {
      await server.close();
      await stop();
    });
  } catch (error) {
    await stop();
    throw error;
  }
}
