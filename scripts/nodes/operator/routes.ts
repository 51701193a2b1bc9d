import { signRequestSchema, type Health } from "#nodes/shared/api.ts";
import { json, openRoutes, type Routes } from "#nodes/shared/http.ts";
import type { Log } from "#nodes/shared/log.ts";
import { blocksOf, type Rollups } from "#nodes/shared/rollups.ts";
import { bytes32Schema, parse } from "#protocol/schemas.ts";

import type { Operator } from "./operator.ts";

const NOT_SIGNED = json.bind(undefined, 404, { error: "NotSigned", reason: "this key did not sign it" });

/**
 * @param operator - The operator.
 * @param rollups - What it reads.
 * @param log - Where failures go.
 * @returns `POST /sign`, `GET /statements/:leaf`, `GET /evidence/:statementsRoot` and `GET /health`.
 */
export function operatorRoutes(operator: Operator, rollups: Rollups, log: Log): Routes {
  const routes = openRoutes(log);
  routes.post("/sign", async (context) => {
    const response = await operator.sign(parse(signRequestSchema, await context.req.json()));
    return json(response.status === "signed" ? 200 : 422, response);
  });
  routes.get("/statements/:leaf", async (context) => {
    const evidence = await operator.statement(parse(bytes32Schema, context.req.param("leaf")));
    return evidence === undefined ? NOT_SIGNED() : json(200, evidence);
  });
  routes.get("/evidence/:statementsRoot", async (context) => {
    const evidence = await operator.evidence(parse(bytes32Schema, context.req.param("statementsRoot")));
    return evidence === undefined ? NOT_SIGNED() : json(200, evidence);
  });
  routes.get("/health", () => {
    const { problems, counters } = operator;
    const health: Health = {
      role: "operator",
      ok: problems.length === 0,
      problems,
      counters,
      blocks: blocksOf(rollups),
    };
    return json(health.ok ? 200 : 503, health);
  });
  return routes;
}
