import { z } from "zod";

import { pageRequestSchema, type Health } from "#nodes/shared/api.ts";
import { json, openRoutes, type Routes } from "#nodes/shared/http.ts";
import type { Log } from "#nodes/shared/log.ts";
import { blocksOf, type Rollups } from "#nodes/shared/rollups.ts";
import { bytes32Schema, parse } from "#protocol/schemas.ts";
import { laneIdOf } from "#protocol/types.ts";

import type { Aggregator } from "./aggregator.ts";
import type { Coverage } from "./coverage.ts";
import type { Proposer } from "./proposer.ts";

const seqSchema = z
  .string()
  .regex(/^[0-9]{1,15}$/, "not a number")
  .transform(Number);

/** What the routes show. */
export interface AggregatorView {
  readonly aggregator: Aggregator;
  readonly coverage: Coverage;
  readonly proposer: Proposer;
  readonly rollups: Rollups;
}

/**
 * @param view - What is shown.
 * @param log - Where failures go.
 * @returns `GET /certificates?after=SEQ`, `GET /certificates/:statementsRoot`, `POST /pages` and `GET /health`.
 */
export function aggregatorRoutes(view: AggregatorView, log: Log): Routes {
  const routes = openRoutes(log);
  routes.get("/certificates", async (context) =>
    raw(await view.coverage.after(parse(seqSchema, context.req.query("after") ?? "0"))),
  );
  routes.get("/certificates/:statementsRoot", async (context) => {
    const found = await view.coverage.byRoot(parse(bytes32Schema, context.req.param("statementsRoot")));
    return found === undefined ? json(404, { error: "NotCertified", reason: "no batch has this root" }) : raw(found);
  });
  routes.post("/pages", async (context) => {
    const { laneId, pageIndex } = parse(pageRequestSchema, await context.req.json());
    return view.proposer.again(laneIdOf(laneId), BigInt(pageIndex))
      ? json(202, { accepted: true })
      : json(404, { error: "PageUnknown", reason: "no final block has a message of this page" });
  });
  routes.get("/health", () => {
    const { problems, counters } = view.aggregator;
    const health: Health = {
      role: "aggregator",
      ok: problems.length === 0,
      problems: [...problems],
      counters,
      blocks: blocksOf(view.rollups),
    };
    return json(health.ok ? 200 : 503, health);
  });
  return routes;
}

// Certificates are kept as the JSON that they are published as.
function raw(body: string): Response {
  return new Response(body, { headers: { "content-type": "application/json" } });
}
