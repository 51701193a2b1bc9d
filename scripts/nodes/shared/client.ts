import type { z } from "zod";

import { readBytes } from "#chain/transport.ts";
import { parse, toJson } from "#protocol/schemas.ts";

import { reasonOf } from "./log.ts";

/** Longest answer that a node reads: certificates with all their statements are long. */
const ANSWER_BYTES = 16_777_216;

/** One request to another node. */
export interface JsonRequest {
  readonly url: string;
  /** Sent as JSON by POST; without it the request is a GET. */
  readonly body?: unknown;
  readonly timeoutMs: number;
  /** Statuses whose body is an answer. */
  readonly statuses?: readonly number[];
  /** The most that is read of the answer; 16 MiB unless given. */
  readonly limitBytes?: number;
}

/**
 * Asks another node.
 *
 * @param request - The request.
 * @param schema - What the answer must be.
 * @returns The answer, parsed; throws for another status, a body that is too long or not the schema's, or after the timeout.
 */
export async function fetchJson<T>(request: JsonRequest, schema: z.ZodType<T>): Promise<T> {
  const { url, body, timeoutMs, statuses = [200] } = request;
  const response = await fetch(url, {
    signal: AbortSignal.timeout(timeoutMs),
    redirect: "error",
    ...(body === undefined
      ? {}
      : { method: "POST", headers: { "content-type": "application/json" }, body: toJson(body) }),
  });
  if (!statuses.includes(response.status)) {
    await response.body?.cancel();
    throw new Error(`${url} answered ${String(response.status)}`);
  }
  return parse(schema, JSON.parse(await readText(response, request)));
}

async function readText(response: Response, { url, limitBytes = ANSWER_BYTES }: JsonRequest): Promise<string> {
  try {
    return Buffer.from(await readBytes(response, limitBytes)).toString("utf8");
  } catch (error) {
    throw new Error(`${url} ${reasonOf(error)}`, { cause: error });
  }
}
