import { z } from "zod";

import type { FindingEvidence, FindingList, Health } from "#nodes/shared/api.ts";
import { json, openRoutes, type Routes } from "#nodes/shared/http.ts";
import type { Log } from "#nodes/shared/log.ts";
import { blocksOf, type Rollups } from "#nodes/shared/rollups.ts";
import { parse } from "#protocol/schemas.ts";

import type { Docket } from "./docket.ts";
import type { Watcher } from "./watcher.ts";

const numberSchema = z
  .string()
  .regex(/^[0-9]{1,15}$/)
  .transform(Number);

/** What is shown. */
export interface WatcherView {
  readonly watcher: Watcher;
  readonly docket: Docket;
  readonly rollups: Rollups;
  /** Numbers since the start. */
  readonly counters: () => Record<string, number>;
}

/**
 * @param view - What is shown.
 * @param log - Where failures go.
 * @returns `GET /?after=SEQ`, `GET /evidence/:finding`, `GET /health` and `GET /metrics`.
 */
export function watcherRoutes(view: WatcherView, log: Log): Routes {
  const { watcher, docket, rollups, counters } = view;
  const routes = openRoutes(log);
  routes.get("/", async (context) => {
    const after = parse(numberSchema, context.req.query("after") ?? "0");
    const list: FindingList = { findings: await docket.findings(after) };
    return json(200, list);
  });
  routes.get("/evidence/:finding", async (context) => {
    const evidence = await watcher.evidence(parse(numberSchema, context.req.param("finding")));
    if (evidence === undefined) return json(404, { error: "FindingUnknown", reason: "nothing has this number" });
    const list: FindingEvidence = { evidence: [...evidence] };
    return json(200, list);
  });
  routes.get("/health", () => {
    const { problems } = watcher;
    const health: Health = {
      role: "watcher",
      ok: problems.length === 0,
      problems: [...problems],
      counters: counters(),
      blocks: blocksOf(rollups),
    };
    return json(health.ok ? 200 : 503, health);
  });
  routes.get("/metrics", async () => {
    const steps = (await docket.counts()).map(
      ({ kind, stage, steps: number }) => `parley_watcher_steps{kind="${kind}",stage="${stage}"} ${String(number)}`,
    );
    const numbers = Object.entries(counters()).map(([name, number]) => `parley_watcher_${name} ${String(number)}`);
    const blocks = Object.entries(blocksOf(rollups)).map(
      ([chainId, block]) => `parley_watcher_block{chain_id="${chainId}"} ${String(block)}`,
    );
    const lines = [...numbers, `parley_watcher_problems ${String(watcher.problems.length)}`, ...blocks, ...steps];
    return new Response(`${lines.join("\n")}\n`, { headers: { "content-type": "text/plain; version=0.0.4" } });
  });
  return routes;
}
