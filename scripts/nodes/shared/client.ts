import type { z } from "zod";

import { parse, toJson } from "#protocol/schemas.ts";

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
  return parse(schema, JSON.parse(await readText(response, url)));
}

async function readText(response: Response, url: string): Promise<string> {
  if (response.body === null) return "";
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    size += read.value.byteLength;
    if (size > ANSWER_BYTES) {
      await reader.cancel();
      throw new Error(`${url} answered more than ${String(ANSWER_BYTES)} bytes`);
    }
    chunks.push(read.value);
  }
  return Buffer.concat(chunks).toString("utf8");
}
