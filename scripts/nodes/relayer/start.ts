import { HubClient } from "#chain/hub.ts";
import type { RollupClient } from "#chain/rollup.ts";
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
import { FactBook } from "./factBook.ts";
import { FactCourier } from "./factCourier.ts";
import { Healer, type Road } from "./healer.ts";
import { TableKeeper } from "./keeper.ts";
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
  const facts = new FactBook();
  const book = new CertificateBook({ store, checker, facts, aggregators, retryMs, clock, log });
  const hub = config.hub && new HubClient(config.hub);
  const mostFeePerGas = BigInt(Math.round(config.mostFeeGwei * 1e9));
  // One a chain, also where several gateways are delivered to: an account's nonces have one owner.
  const senders = new Map<ChainId, TransactionSender>();
  const senderOf = ({ chainId, endpoints }: Pick<RollupClient, "chainId" | "endpoints">) => {
    const { privateKey, confirmTimeoutMs } = config;
    const sender =
      senders.get(chainId) ?? new TransactionSender(privateKey, endpoints, confirmTimeoutMs, mostFeePerGas);
    senders.set(chainId, sender);
    return sender;
  };
  const routes = [...rollups]
    .filter(({ chainId }) => destinations?.includes(chainId) ?? true)
    .map((destination) => {
      const { chainId, gateway } = destination;
      const sender = senderOf(destination);
      return {
        name: `chain ${String(chainId)} ${gateway}`,
        desk: new Desk({ rollups, destination, book, store, maxAttempts, clock }),
        courier: new Courier({ destination, sender, book, store, config, clock, log }),
        factCourier: new FactCourier({ rollups, destination, sender, hub, book: facts, retryMs, clock, log }),
      };
    });
  const keeper =
    hub !== undefined && config.hub?.buildsTables === true
      ? new TableKeeper({ hub, rollups, sender: senderOf(hub), retryMs, clock, log })
      : undefined;
  const roads = (config.hub?.bridges ?? []).flatMap(({ chainId, gateway, hubEnd, feeWei }): Road[] => {
    const destination = rollups.get(chainId, gateway);
    return destination === undefined ? [] : [{ destination, sender: senderOf(destination), hubEnd, feeWei }];
  });
  const healer =
    hub !== undefined && config.hub !== undefined && roads.length > 0
      ? new Healer({
          ...{ hub, rollups, roads, retryMs, clock, log },
          hubSender: senderOf(hub),
          roadMs: config.hub.bridgeMs,
        })
      : undefined;
  const { factsMs } = config;
  const relayer = new Relayer({
    rollups,
    routes,
    book,
    facts,
    keeper,
    healer,
    factsMs,
    clock,
    store,
    maxAttempts,
    log,
  });
  const loops = [new Loop(() => relayer.round(), config.pollMs, log)];
  // The hub has a pace of its own, so that messages do not wait for it.
  if (keeper !== undefined) loops.push(new Loop(() => keeper.look(), factsMs, log));
  if (healer !== undefined) loops.push(new Loop(() => healer.look(), factsMs, log));
  const stop = async () => {
    for (const sender of senders.values()) sender.close();
    await Promise.all(loops.map((loop) => loop.stop()));
    rollups.close();
    hub?.close();
    await store.close();
  };
  try {
    await book.load();
    const server = await serveHttp(relayerRoutes(relayer, rollups, log), config.listen);
    for (const loop of loops) loop.start();
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
