import type { AddressInfo } from "node:net";

import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";

import { ProtocolError } from "#protocol/errors.ts";
import { toJson } from "#protocol/schemas.ts";

import { reasonOf, type Log } from "./log.ts";

/** A server that listens. */
export interface HttpServer {
  readonly url: string;
  close(): Promise<void>;
}

/** What the routes of a node are hung on. */
export type Routes = Hono;

/** Longest body that a node reads: 256 statements take a quarter of it. */
const BODY_BYTES = 1_048_576;
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * @param log - Where failures go.
 * @returns Routes with the limits and the error bodies that all nodes share.
 */
export function openRoutes(log: Log): Routes {
  const routes = new Hono();
  routes.use(
    bodyLimit({
      maxSize: BODY_BYTES,
      onError: () => json(413, { error: "BodyTooLarge", reason: `at most ${String(BODY_BYTES)} bytes` }),
    }),
  );
  routes.notFound(() => json(404, { error: "NotFound", reason: "nothing is here" }));
  routes.onError((error) => {
    if (error instanceof ProtocolError) return json(400, { error: error.code, reason: error.message });
    if (error instanceof SyntaxError) return json(400, { error: "InvalidInput", reason: "not JSON" });
    log.error({ reason: reasonOf(error) }, "request failed");
    return json(500, { error: "Internal", reason: "the node's log says more" });
  });
  return routes;
}

/**
 * @param status - HTTP status.
 * @param value - Any value of the protocol.
 * @returns It as JSON, bigints as decimal strings.
 */
export function json(status: number, value: unknown): Response {
  return new Response(toJson(value), { status, headers: { "content-type": "application/json" } });
}

/**
 * @param routes - What is served.
 * @param listen - Where; port 0 takes a free one.
 * @param listen.host - Name or address of the interface.
 * @param listen.port - The port.
 * @returns The server, listening.
 */
export async function serveHttp(
  routes: Routes,
  listen: { readonly host: string; readonly port: number },
): Promise<HttpServer> {
  const server = createAdaptorServer({
    fetch: routes.fetch,
    serverOptions: { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: 5_000 },
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(listen.port, listen.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    url: `http://${listen.host}:${String(portOf(server.address()))}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}

function portOf(found: AddressInfo | string | null): number {
  if (found === null || typeof found === "string") throw new Error("the server has no port");
  return found.port;
}
