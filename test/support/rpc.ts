import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

import { z } from "zod";

import type { Rollup } from "./rollup.ts";

/** Changes what a chain answers: gets the honest answer and returns what is sent. Throwing makes the call fail. */
export type Tamper = (method: string, parameters: readonly unknown[], answer: unknown) => unknown;

/** A simulated chain behind an HTTP endpoint of its own. */
export interface Endpoint {
  readonly url: string;
  /** Replaced to lie, from the next call on. */
  tamper: Tamper;
  /** Every method that was called, in order. */
  readonly calls: string[];
  close(): Promise<void>;
}

const requestSchema = z.object({ id: z.unknown(), method: z.string(), params: z.array(z.unknown()).default([]) });

/** Serves a rollup's chain on loopback; several endpoints of one chain may lie differently. */
export async function serveChain(rollup: Pick<Rollup, "ethers">): Promise<Endpoint> {
  const server = createServer((request, response) => {
    void answer(request).then((body) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(body));
    });
  });

  async function answer(request: IncomingMessage): Promise<unknown> {
    const asked: unknown = JSON.parse(await textOf(request));
    return Array.isArray(asked) ? Promise.all(asked.map(answerOne)) : answerOne(asked);
  }

  async function answerOne(asked: unknown): Promise<unknown> {
    const { id, method, params } = requestSchema.parse(asked);
    endpoint.calls.push(method);
    try {
      const honest: unknown = await rollup.ethers.provider.send(method, params);
      return { jsonrpc: "2.0", id, result: endpoint.tamper(method, params, honest) };
    } catch (error) {
      const { message, data } = errorSchema.parse(error);
      return { jsonrpc: "2.0", id, error: { code: 3, message, ...(data === undefined ? {} : { data }) } };
    }
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = addressOf(server.address());
  const endpoint: Endpoint = {
    url: `http://127.0.0.1:${String(port)}`,
    tamper: (_method, _parameters, honest) => honest,
    calls: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return endpoint;
}

const errorSchema = z.object({
  message: z.string(),
  data: z
    .union([z.string(), z.object({ data: z.string() }).transform(({ data }) => data)])
    .optional()
    .catch(undefined),
});

function textOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => (text += part));
    request.on("end", () => {
      resolve(text);
    });
    request.on("error", reject);
  });
}

function addressOf(found: AddressInfo | string | null): AddressInfo {
  if (found === null || typeof found === "string") throw new Error("the endpoint has no port");
  return found;
}
