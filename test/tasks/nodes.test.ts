import { readFileSync, writeFileSync } from "node:fs";

import { expect } from "chai";
import type { z } from "zod";

import { aggregatorConfigSchema } from "#nodes/aggregator/config.ts";
import { operatorConfigSchema } from "#nodes/operator/config.ts";
import { relayerConfigSchema } from "#nodes/relayer/config.ts";
import { watcherConfigSchema } from "#nodes/watcher/config.ts";
import { publishedStage } from "#support/publishedStage.ts";

const SECRET = `0x${"1".padStart(64, "0")}`;
const ONE = { minAgreeing: 1 };

describe("The task nodes config", function () {
  const stage = publishedStage();

  const written = (file: string) => JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;

  const roles: [role: string, schema: z.ZodType, options: Record<string, unknown>, secrets: object][] = [
    ["operator", operatorConfigSchema, { keystore: "key.json", passwordFile: "password", newHistory: true }, {}],
    ["aggregator", aggregatorConfigSchema, {}, {}],
    ["relayer", relayerConfigSchema, { aggregator: "http://127.0.0.1:1", buildsTables: true }, { privateKey: SECRET }],
    ["watcher", watcherConfigSchema, { aggregator: "http://127.0.0.1:1" }, {}],
  ];
  for (const [role, schema, options, secrets] of roles) {
    it(`writes what ${role}s understand, with every gateway of the book, and no secret`, async function () {
      const { tasks, world } = stage();
      const out = tasks.file(`${role}.json`);
      const { exitCode, stdout, stderr } = await tasks.run("nodes config", { role, out, ...ONE, ...options });
      expect(exitCode, stderr).to.equal(0);
      expect(stdout).to.include(`npx node scripts/nodes/${role}/main.ts ${out}`);
      const config = written(out);
      expect(config).not.to.have.any.keys("secretKey", "privateKey");
      expect(schema.safeParse({ ...config, ...secrets }).error).to.equal(undefined);
      const { alpha, beta } = world;
      for (const [at, rollup] of [alpha, beta].entries()) {
        expect(config).to.have.nested.property(`rollups[${at}].chainId`, String(rollup.chainId));
        expect(config).to.have.nested.property(`rollups[${at}].gateway`, await rollup.gateway.getAddress());
      }
      expect(config).to.have.nested.property("hub.registry", world.hub.addresses.registry);
    });
  }

  it("demands two endpoints of each chain, unless somebody says that fewer are enough", async function () {
    const { tasks } = stage();
    const out = tasks.file("two.json");
    const order = { role: "aggregator", out };
    await tasks.expectFailed("nodes config", order, /^alpha has 1 endpoints, and 2 must agree|^hub has 1 endpoints/);
    const endpoints = tasks.file("endpoints.json");
    const urls = ["http://127.0.0.1:1", "http://127.0.0.1:2"];
    writeFileSync(endpoints, JSON.stringify({ hub: urls, alpha: urls, beta: urls }));
    expect((await tasks.run("nodes config", { ...order, endpoints })).exitCode).to.equal(0);
    expect(written(out)).to.have.nested.property("rollups[1].urls").that.deep.equals(urls);
    expect(written(out)).to.have.nested.property("rollups[1].minAgreeing", 2);
  });

  it("writes over no file unless it is told to", async function () {
    const { tasks } = stage();
    const out = tasks.file("mine.json");
    writeFileSync(out, "mine");
    const order = { role: "aggregator", out, ...ONE };
    await tasks.expectFailed("nodes config", order, /mine\.json is there already/);
    expect(readFileSync(out, "utf8")).to.equal("mine");
    expect((await tasks.run("nodes config", { ...order, replace: true })).exitCode).to.equal(0);
  });

  it("says what is missing of what a node needs", async function () {
    const { tasks } = stage();
    const out = tasks.file("none.json");
    const fail = (options: object, says: RegExp) =>
      tasks.expectFailed("nodes config", { out, ...ONE, ...options }, says);
    await fail({ role: "oracle" }, /^"oracle" is none of operator, aggregator, relayer, watcher/);
    await fail({ role: "operator" }, /^--keystore and --password-file/);
    await fail({ role: "relayer" }, /^--aggregator/);
    await fail({ role: "aggregator", port: 70_000 }, /^the aggregator would not start/);
    await tasks.expectFailed("nodes config", { role: "aggregator" }, /^--out/);
  });
});
