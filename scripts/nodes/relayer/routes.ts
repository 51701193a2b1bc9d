import type { Health } from "#nodes/shared/api.ts";
import { json, openRoutes, type Routes } from "#nodes/shared/http.ts";
import type { Log } from "#nodes/shared/log.ts";
import { blocksOf, type Rollups } from "#nodes/shared/rollups.ts";
import { bytes32Schema, parse } from "#protocol/schemas.ts";

import type { Relayer } from "./relayer.ts";

/**
 * @param relayer - The relayer.
 * @param rollups - What it reads.
 * @param log - Where failures go.
 * @returns `GET /messages/:id` and `GET /health`.
 */
export function relayerRoutes(relayer: Relayer, rollups: Rollups, log: Log): Routes {
  const routes = openRoutes(log);
  routes.get("/messages/:id", async (context) => {
    const report = await relayer.report(parse(bytes32Schema, context.req.param("id")));
    return report === undefined
      ? json(404, { error: "MessageUnknown", reason: "no final block has a message with this id" })
      : json(200, report);
  });
  routes.get("/health", () => {
    const { problems, counters } = relayer;
    const health: Health = {
      role: "relayer",
      ok: problems.length === 0,
      problems: [...problems],
      counters,
      blocks: blocksOf(rollups),
    };
    return json(health.ok ? 200 : 503, health);
  });
  return routes;
}
