import { serveHttp } from "#nodes/shared/http.ts";
import { Loop } from "#nodes/shared/loop.ts";
import { runningNode, type RunningNode, type Surroundings } from "#nodes/shared/node.ts";

import type { WatcherConfig } from "./config.ts";
import { openWatcher } from "./open.ts";
import { watcherRoutes } from "./routes.ts";

/**
 * Opens clients and store, and begins to watch.
 *
 * @param config - What it is told.
 * @param surroundings - Clock and log.
 * @returns The running node.
 */
export async function startWatcher(config: WatcherConfig, surroundings: Surroundings): Promise<RunningNode> {
  const { log } = surroundings;
  const open = await openWatcher(config, surroundings);
  const loop = new Loop(() => open.watcher.round(), config.pollMs, log);
  const stop = async () => {
    // A transaction that is waited for would keep the round.
    open.hands.close();
    await loop.stop();
    await open.close();
  };
  try {
    const server = await serveHttp(watcherRoutes(open, log), config.listen);
    loop.start();
    log.info({ url: server.url, acts: open.hands.canAct }, "watcher listens");
    return runningNode(server.url, async () => {
      await server.close();
      await stop();
    });
  } catch (error) {
    await stop();
    throw error;
  }
}
