import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";

import { z } from "zod";

import { parseEvmAddress } from "#protocol/erc7930.ts";
import { hex, type Address } from "#protocol/types.ts";
import { Gateway__factory } from "#types/factories/contracts/rollup/Gateway__factory.ts";

import { HOST, type RollupName } from "../chains.ts";
import type { EndpointOf } from "../nodes.ts";

/** What is hidden, and from whom. */
export interface VeilOptions {
  readonly operators: readonly string[];
  /** The chain whose endpoint does not tell everything. */
  readonly rollup: RollupName;
  /** Whoever sends this, nobody behind the veil sees it sent. */
  readonly sender: Address;
}

const gateway = Gateway__factory.createInterface();
const logsSchema = z.array(z.looseObject({ topics: z.array(z.string()), data: z.string() }));
const answerSchema = z.looseObject({ result: z.unknown().optional() });

/**
 * Endpoints of a chain that leave out the logs of one sender's messages, and answer everything else as the chain does: for the
 * endpoints that an operator rents, and its chain heads are proven against.
 */
export class Veil {
  readonly #options: VeilOptions;
  readonly #servers: Server[] = [];
  #isLifted = false;

  /** @param options - What is hidden, and from whom. */
  constructor(options: VeilOptions) {
    this.#options = options;
  }

  /** Where operators read; those from whom something is hidden get an endpoint of their own. */
  readonly endpointOf: EndpointOf = async (operator, rollup, url) => {
    if (rollup !== this.#options.rollup || !this.#options.operators.includes(operator)) return url;
    return this.#serve(url);
  };

  /** From now on nothing is hidden. */
  lift(): void {
    this.#isLifted = true;
  }

  /** Ends all endpoints. */
  async close(): Promise<void> {
    await Promise.all(
      this.#servers.splice(0).map(
        (server) =>
          new Promise<void>((resolve) => {
            server.close(() => {
              resolve();
            });
            server.closeAllConnections();
          }),
      ),
    );
  }

  async #serve(url: string): Promise<string> {
    const server = createServer((request, response) => {
      text(request)
        .then(async (body) => this.#ask(url, body))
        .then(
          (answer) => response.setHeader("content-type", "application/json").end(answer),
          () => response.writeHead(502).end(),
        );
    });
    await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
    this.#servers.push(server);
    const found = server.address();
    if (found === null || typeof found === "string") throw new Error("an endpoint has no port");
    return `http://${HOST}:${found.port}`;
  }

  async #ask(url: string, body: string): Promise<string> {
    const headers = { "content-type": "application/json" };
    const answer = await (await fetch(url, { method: "POST", headers, body })).text();
    if (this.#isLifted || !body.includes("eth_getLogs")) return answer;
    const told: unknown = JSON.parse(answer);
    return JSON.stringify(Array.isArray(told) ? told.map((one) => this.#veiled(one)) : this.#veiled(told));
  }

  #veiled(answer: unknown): unknown {
    const told = answerSchema.safeParse(answer);
    const logs = logsSchema.safeParse(told.data?.result);
    return logs.success ? { ...told.data, result: logs.data.filter((log) => !this.#isHidden(log)) } : answer;
  }

  #isHidden(log: { readonly topics: string[]; readonly data: string }): boolean {
    const event = gateway.parseLog(log);
    if (event?.name !== "MessageSent") return false;
    return parseEvmAddress(hex(String(event.args.getValue("sender")))).address === this.#options.sender;
  }
}
