import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";

import { Endpoints } from "#chain/endpoints.ts";
import { ChainError } from "#chain/errors.ts";
import { readBytes } from "#chain/transport.ts";
import { chainId } from "#protocol/types.ts";
import { certificatesOf, eventually, Net } from "#support/nodes.ts";

const TIMEOUT_MS = 200;
const KEY = "key-of-an-account";

/** How an endpoint behaves; the request has been read. */
type Manners = (response: ServerResponse, id: number) => void;

const honest: Manners = (response, id) => response.end(JSON.stringify({ jsonrpc: "2.0", id, result: "0x7" }));

describe("An endpoint that behaves badly", function () {
  const servers: Server[] = [];
  const open: Endpoints[] = [];

  async function serve(manners: Manners): Promise<{ url: string; asked: () => number }> {
    let asked = 0;
    const server = createServer((request, response) => {
      let text = "";
      request.on("data", (part: Buffer) => (text += part.toString()));
      request.on("end", () => {
        asked++;
        manners(response, Number(/"id":(\d+)/.exec(text)?.[1]));
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { url: `http://127.0.0.1:${String(portOf(server))}/${KEY}`, asked: () => asked };
  }
  function endpoints(urls: readonly string[], minAgreeing = 1): Endpoints {
    const opened = new Endpoints({ chainId: chainId(1), urls, minAgreeing, timeoutMs: TIMEOUT_MS });
    open.push(opened);
    return opened;
  }
  const ask = (from: Endpoints) =>
    from.agree(
      (provider) => provider.send("eth_test", []),
      (answer) => String(answer),
    );
  async function failure(from: Endpoints): Promise<string> {
    const error: unknown = await ask(from).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ChainError);
    return error instanceof Error ? error.message : "";
  }

  afterEach(async function () {
    for (const opened of open.splice(0)) opened.close();
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it("is given up when its time is over, however steadily its bytes drip in", async function () {
    const drips: NodeJS.Timeout[] = [];
    const { url } = await serve((response) => {
      drips.push(setInterval(() => response.write(" "), 20));
    });
    const began = performance.now();
    expect(await failure(endpoints([url]))).to.contain("timeout");
    expect(performance.now() - began).to.be.lessThan(TIMEOUT_MS * 5);
    drips.forEach(clearInterval);
  });

  it("does not say for how long it is waited for", async function () {
    const { url, asked } = await serve((response) => {
      response.writeHead(429, { "retry-after": "60000" }).end();
    });
    const began = performance.now();
    await failure(endpoints([url]));
    expect(performance.now() - began).to.be.lessThan(2_000);
    expect(asked()).to.be.greaterThan(1);
  });

  it("leads nobody elsewhere", async function () {
    const elsewhere = await serve(honest);
    const { url } = await serve((response) => {
      response.writeHead(307, { location: elsewhere.url }).end();
    });
    await failure(endpoints([url]));
    expect(elsewhere.asked()).to.equal(0);
  });

  it("is read so far and no farther", async function () {
    const body = (bytes: number) => new Response(new Uint8Array(bytes));
    expect(await readBytes(body(100), 100)).to.have.length(100);
    expect(await readBytes(body(101), 100).catch(String)).to.equal("Error: answered more than 100 bytes");
  });

  it("is not asked again for a while once it was silent, as long as enough others are there", async function () {
    const silent = await serve(() => undefined);
    const other = await serve(honest);
    const opened = endpoints([silent.url, other.url]);
    expect(await ask(opened)).to.equal("0x7");
    const began = performance.now();
    for (let times = 0; times < 3; times++) expect(await ask(opened)).to.equal("0x7");
    expect(performance.now() - began).to.be.lessThan(TIMEOUT_MS);
    expect(silent.asked()).to.equal(1);

    const strict = endpoints([silent.url, other.url], 2);
    await failure(strict);
    await failure(strict);
    expect(silent.asked()).to.equal(3);
  });

  it("has its url, and the key in it, kept from those who are told what went wrong", async function () {
    const { url } = await serve((response, id) => {
      response.end(JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32_000, message: "x".repeat(9_999) } }));
    });
    const refusing = await serve((response) => {
      response.writeHead(401).end();
    });
    const reasons = [await failure(endpoints([url])), await failure(endpoints([refusing.url]))];
    expect(reasons.join()).to.contain("xxx").and.contain("401").and.not.contain(KEY);
    for (const reason of reasons) expect(reason.length).to.be.lessThan(300);
  });
});

describe("An endpoint that hides a lane's only message", function () {
  let net: Net;

  before(async function () {
    net = await Net.start();
  });
  after(async function () {
    await net.stop();
  });

  it("keeps no aggregator from proposing it that has another endpoint", async function () {
    const { alpha, beta } = net.world;
    const [shown, liar] = [await net.serve(alpha), await net.serve(alpha)];
    liar.tamper = (method, _parameters, answer) => (method === "eth_getLogs" ? [] : answer);
    await alpha.send(beta, beta.addresses.gateway, "0x01");
    const operators = await net.operators([0, 1]);
    const rollups = net.rollups({ [String(alpha.chainId)]: [liar.url, shown.url] });
    const aggregator = await net.aggregator(
      operators.map(({ url }) => url),
      { rollups },
    );
    const { statements } = await eventually("a certificate", async () => (await certificatesOf(aggregator))[0]);
    expect(statements).to.have.length(1);
  });
});

function portOf(server: Server): number {
  const found: AddressInfo | string | null = server.address();
  if (found === null || typeof found === "string") throw new Error("the server has no port");
  return found.port;
}
