import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { z } from "zod";

import { serveHttp, type HttpServer } from "#nodes/shared/http.ts";
import { silentLog } from "#nodes/shared/log.ts";
import { watcherRoutes } from "#nodes/watcher/routes.ts";
import { mclVerifier } from "#protocol/blsMcl.ts";
import { evidenceSchema } from "#protocol/evidence/evidence.ts";
import { judge, type Verdict } from "#protocol/evidence/verdict.ts";
import { parse } from "#protocol/schemas.ts";
import { runTask } from "#support/devnet.ts";
import { forged } from "#support/lies.ts";
import { type Watch, watchedStage } from "#support/watchers.ts";

const foundSchema = z.object({
  found: z.array(
    z.object({
      number: z.number(),
      kind: z.string(),
      files: z.array(z.string()),
      steps: z.array(z.object({ stage: z.string() })),
    }),
  ),
});

describe("The task fault find", function () {
  const { watched } = watchedStage();
  const folder = mkdtempSync(join(tmpdir(), "parley-find-"));
  const nowhere = join(folder, "no-address-book.json");
  let watch: Watch;
  let server: HttpServer;

  beforeEach(function () {
    watch = watched();
  });
  afterEach(async function () {
    await server.close();
  });
  after(function () {
    rmSync(folder, { recursive: true, force: true });
  });

  const find = async (out: string) => {
    const done = await runTask(["fault", "find"], { watcher: `${server.url}/`, out, json: true, deployment: nowhere });
    return { ...done, found: done.exitCode === 0 ? foundSchema.parse(JSON.parse(done.stdout)).found : [] };
  };
  const verdictOf = async (file: string): Promise<Verdict> => {
    const evidence = parse(evidenceSchema, JSON.parse(readFileSync(file, "utf8")));
    return judge(evidence, await mclVerifier());
  };

  it("writes what a watcher can show, which anybody judges offline, and never over a file", async function () {
    const honest = await watch.sent();
    await watch.land(forged(honest, 1), [3]);
    const aggregator = await watch.aggregator();
    await aggregator.sayPage(forged(honest, 2), { absent: [0] });
    const open = await watch.open({ aggregators: [aggregator.url] });
    server = await serveHttp(watcherRoutes(open, silentLog), { host: "127.0.0.1", port: 0 });
    expect((await find("")).found).to.deep.equal([]);

    await watch.rounds(open, 4);
    const { found } = await find(join(folder, "evidence"));
    const shown = new Map<string, Verdict["fault"][]>();
    for (const { kind, files } of found) {
      const faults = await Promise.all(files.map(async (file) => (await verdictOf(file)).fault));
      shown.set(kind, [...(shown.get(kind) ?? []), ...faults]);
    }
    // Whoever signed both, both pages apart, and what is nobody's deed.
    expect(Object.fromEntries(shown)).to.deep.equal({
      Equivocation: ["Equivocation"],
      FalsePage: ["FalsePage", "FalsePage"],
      Revocation: [],
    });

    const [file] = found.flatMap(({ files }) => files);
    const again = await find(join(folder, "evidence"));
    expect([again.exitCode, again.stderr]).to.deep.equal([
      1,
      `--out: ${file} cannot be written: Error: EEXIST: file already exists, open '${file}'\n`,
    ]);
  });

  it("says what is no watcher, and which number nothing has", async function () {
    const open = await watch.open();
    const routes = watcherRoutes(open, silentLog);
    server = await serveHttp(routes, { host: "127.0.0.1", port: 0 });
    expect((await routes.request("/evidence/1")).status).to.equal(404);
    expect((await routes.request("/evidence/one")).status).to.equal(400);
    const { url } = server;
    const lost = await runTask(["fault", "find"], { watcher: `${url}/health`, deployment: nowhere });
    expect([lost.exitCode, lost.stderr]).to.deep.equal([
      1,
      `${url}/health does not answer as a watcher: Error: ${url}/health/?after=0 answered 404\n`,
    ]);
    const none = await runTask(["fault", "find"], { deployment: nowhere });
    expect([none.exitCode, none.stderr]).to.deep.equal([1, "--watcher: which one? No devnet is running\n"]);
  });
});
