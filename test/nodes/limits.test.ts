import { expect } from "chai";
import { z } from "zod";

import { MAX_STATEMENTS, signRequestSchema } from "#nodes/shared/api.ts";
import { fetchJson } from "#nodes/shared/client.ts";
import { json, openRoutes, serveHttp, type HttpServer } from "#nodes/shared/http.ts";
import { silentLog } from "#nodes/shared/log.ts";
import { parse, toJson } from "#protocol/schemas.ts";

const BODY_BYTES = 1_048_576;
const ANSWER_BYTES = 16_777_216;
const WORD = `0x${"ab".repeat(32)}`;
const HALT = {
  kind: "Halt",
  content: { chainId: "1", gateway: `0x${"11".repeat(20)}`, expiresAt: "1", reason: WORD },
};

/** A JSON text of exactly as many bytes. */
const textOf = (bytes: number) => JSON.stringify("x".repeat(bytes - 2));

describe("A node that is flooded", function () {
  let server: HttpServer;

  // One for each test: a request that was cut off leaves a connection behind that is about to close.
  beforeEach(async function () {
    const routes = openRoutes(silentLog);
    routes.post("/length", async (context) => json(200, (await context.req.text()).length));
    routes.get("/answer/:bytes", (context) => new Response(textOf(Number(context.req.param("bytes")))));
    routes.get("/never", () => new Promise<Response>(() => undefined));
    server = await serveHttp(routes, { host: "127.0.0.1", port: 0 });
  });
  afterEach(async function () {
    await server.close();
  });

  const post = (body: string) => fetch(`${server.url}/length`, { method: "POST", body });
  const get = (path: string, timeoutMs: number) => fetchJson({ url: `${server.url}${path}`, timeoutMs }, z.string());

  it("reads a request of 1 MiB, refuses one byte more and says so", async function () {
    expect(await (await post("x".repeat(BODY_BYTES))).json()).to.equal(BODY_BYTES);
    const refused = await post("x".repeat(BODY_BYTES + 1));
    expect(refused.status).to.equal(413);
    expect(await refused.json()).to.deep.equal({ error: "BodyTooLarge", reason: "at most 1048576 bytes" });
  });

  it("is asked to sign at most 256 statements at once", function () {
    const batch = { operatorSetId: 1, tableEpoch: 1, issuedAt: "1", statementsRoot: WORD };
    const requestOf = (count: number) => ({ batch, statements: Array.from({ length: count }, () => HALT) });
    const longest = parse(signRequestSchema, requestOf(MAX_STATEMENTS));
    expect(longest.statements).to.have.length(256);
    expect(toJson(longest).length).to.be.lessThan(BODY_BYTES);
    expect(() => parse(signRequestSchema, requestOf(MAX_STATEMENTS + 1))).to.throw("statements");
    expect(() => parse(signRequestSchema, requestOf(0))).to.throw("statements");
  });

  it("reads an answer of 16 MiB and not a byte more", async function () {
    expect(await get(`/answer/${String(ANSWER_BYTES)}`, 10_000)).to.have.length(ANSWER_BYTES - 2);
    const error = await get(`/answer/${String(ANSWER_BYTES + 1)}`, 10_000).catch(String);
    expect(error).to.match(/answered more than 16777216 bytes$/);
  });

  it("does not wait for an answer that does not come", async function () {
    expect(await get("/never", 100).catch(String)).to.match(/^TimeoutError/);
  });
});
