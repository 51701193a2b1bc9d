import { readFileSync, writeFileSync } from "node:fs";

import { expect } from "chai";
import { z } from "zod";

import { elementAt } from "#protocol/errors.ts";
import { bringHalt, freeze, pageConflict } from "#support/brakes.ts";
import { runTask } from "#support/devnet.ts";
import { bringEntry } from "#support/facts.ts";
import { publishedStage } from "#support/publishedStage.ts";
import { pageStatement } from "#support/publisher.ts";
import { relay } from "#support/relay.ts";
import { certifyPage, entryOf, Status } from "#support/world.ts";

const attentionSchema = z.array(z.object({ rollup: z.string(), text: z.string() }));
const checksSchema = z.array(z.object({ name: z.string(), ok: z.boolean(), found: z.string() }));
const newsSchema = z.object({ rollup: z.string(), kind: z.string(), args: z.record(z.string(), z.string()) });
const bookSchema = z.object({ hub: z.looseObject({}), rollups: z.array(z.looseObject({ name: z.string() })) });

describe("The tasks status, watch, doctor and message list", function () {
  const stage = publishedStage();

  /** A book like the served one, with changes. */
  function bookWith(name: string, change: (book: z.output<typeof bookSchema>) => object): string {
    const { tasks } = stage();
    const file = tasks.file(name);
    writeFileSync(file, JSON.stringify(change(bookSchema.parse(JSON.parse(readFileSync(tasks.deployment, "utf8"))))));
    return file;
  }

  it("tell heads, tables with their head-room and what a lie costs, while nothing needs attention", async function () {
    const { world, tasks, aggregator, recipient } = stage();
    const { alpha, beta, setId, epoch } = world;
    await alpha.send(beta, recipient, "0x01");
    await relay(world, alpha, beta);
    await alpha.send(beta, recipient, "0x02");
    await alpha.send(beta, recipient, "0x03");
    const page = await alpha.page(alpha.laneTo(beta));
    const { certificate } = await certifyPage(world, beta, page);
    aggregator.publish({ certificate, statements: [pageStatement({ ...page.page, count: 2 })] });
    const found = await tasks.json("status", { aggregator: aggregator.url });
    const [, lane] = found.lanes as unknown[];
    expect(lane).to.include({ source: "alpha", local: "3", certified: "2", delivered: "1", waiting: "2" });
    const left = epoch.statement.validUntil - (await beta.now());
    expect(found).to.have.nested.property("rollups[1].tables[0].headroomSeconds", String(left));
    expect(found).to.have.nested.property("rollups[1].tables[0].operatorSetId", setId);
    const { quorumWeight } = await world.hub.registry.costOfLie(beta.chainId);
    expect(quorumWeight).to.be.greaterThan(0n);
    expect(found).to.have.nested.property("rollups[1].cost.quorumWeight", String(quorumWeight));
    const { stdout } = await tasks.run("status");
    expect(stdout).to.match(
      /from alpha: 3 sent, \? certified, delivered up to 1, 2 waiting\n[^]*nothing needs attention\n$/,
    );
  });

  it("name what needs attention: frozen, halted, draining, waiting, short of time, not answering", async function () {
    const { world, tasks, recipient } = stage();
    const { alpha, beta, committee, setId, validUntil } = world;
    const attention = async (args: Record<string, unknown> = {}) =>
      attentionSchema
        .parse((await tasks.json("status", args, 2)).attention)
        .map(({ rollup, text }) => `${rollup}: ${text}`);
    await alpha.send(beta, recipient, "0x01");
    expect(await attention({ lag: 0 })).to.deep.equal(["beta: 1 messages from alpha are not delivered"]);
    await bringHalt(beta, committee, { chainId: alpha.chainId, gateway: alpha.addresses.gateway });
    const draining = entryOf(alpha.chainId, alpha.addresses.gateway, {
      operatorSetId: setId,
      version: 3n,
      status: Status.Draining,
    });
    await bringEntry(beta, committee, draining);
    const told = await attention();
    expect(told).to.have.length(2);
    expect(told[0]).to.equal("beta: chain 1001 is Draining here");
    expect(told[1]).to.match(/^beta: chain 1001 is halted here until second \d+$/);
    await freeze(alpha, await pageConflict(committee, { issuedAt: await alpha.now() }));
    expect((await attention()).join()).to.match(
      /alpha: set \d+ is frozen since second \d+,alpha: set \d+: no epoch speaks/,
    );
    await beta.helpers.time.increaseTo(validUntil - 100n);
    expect((await attention()).join()).to.match(/beta: set \d+: epoch \d+ speaks for \d+ seconds more/);
    const deployment = bookWith("dark.json", ({ hub, rollups }) => ({
      hub,
      rollups: rollups.map((one) => (one.name === "beta" ? { ...one, url: "http://127.0.0.1:9" } : one)),
    }));
    expect((await attention({ deployment })).join()).to.include('beta: nobody answers for network "beta"');
  });

  it("list messages, the newest first, by where they go, since when, and whether they wait", async function () {
    const { world, tasks, recipient } = stage();
    const { alpha, beta } = world;
    const first = await alpha.send(beta, recipient, "0x01");
    await relay(world, alpha, beta);
    await alpha.helpers.time.increase(1_000);
    const second = await alpha.send(beta, recipient, "0x02");
    const back = await beta.send(alpha, recipient, "0x03");
    const idsOf = async (args: Record<string, unknown>) => {
      const { messages, isCut } = await tasks.json("message list", args);
      return [
        ...z
          .array(z.object({ messageId: z.string() }))
          .parse(messages)
          .map(({ messageId }) => messageId),
        isCut,
      ];
    };
    expect(await idsOf({})).to.deep.equal([second, back, first, false]);
    expect(await idsOf({ from: "alpha" })).to.deep.equal([second, first, false]);
    expect(await idsOf({ to: "alpha" })).to.deep.equal([back, false]);
    expect(await idsOf({ from: "alpha", undelivered: true })).to.deep.equal([second, false]);
    expect(await idsOf({ from: "1001", since: String((await alpha.now()) - 500n) })).to.deep.equal([second, false]);
    expect(await idsOf({ from: "alpha", most: 1 })).to.deep.equal([second, true]);
    await tasks.expectFailed("message list", { from: "delta" }, /^--from: "delta" is no rollup of the book/);
    await tasks.expectFailed("message list", { since: "soon" }, /^--since: "soon" is no time/);
    await tasks.expectFailed("message list", { most: 1_001 }, /^--most is 1 to 1000\n$/);
  });

  it("watch what happens, one document a line, until they are told to stop", async function () {
    const { world, tasks, aggregator, recipient } = stage();
    const { alpha, beta, committee } = world;
    const { deployment } = tasks;
    const running = runTask(["watch"], { deployment, json: true, every: 1, aggregator: aggregator.url });
    await new Promise((resolve) => setTimeout(resolve, 800));
    const id = await alpha.send(beta, recipient, "0x01");
    const page = await alpha.page(alpha.laneTo(beta));
    const { certificate } = await certifyPage(world, beta, page);
    aggregator.publish({ certificate, statements: [pageStatement(page.page)] });
    await relay(world, alpha, beta);
    await freeze(beta, await pageConflict(committee, { issuedAt: await beta.now() }));
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    process.emit("SIGINT");
    const { exitCode, stdout } = await running;
    expect(exitCode).to.equal(0);
    const news = stdout
      .trim()
      .split("\n")
      .map((line) => newsSchema.parse(JSON.parse(line)));
    const kinds = news.map(({ rollup, kind }) => `${rollup} ${kind}`);
    expect(kinds).to.include.members(["alpha sent", `${aggregator.url} certified`, "beta delivered", "beta frozen"]);
    expect(news.find(({ kind }) => kind === "delivered")?.args).to.deep.equal({ messageId: id });
    const twice = stdout
      .trim()
      .split("\n")
      .map((line) => line.replace(/^\{"at":"[^"]*",/, ""));
    expect(new Set(twice).size).to.equal(twice.length);
  });

  it("find nothing wrong with what is well, and name what is not: code, wiring, clocks, chains", async function () {
    const { tasks, world } = stage();
    const wrongIn = async (deployment: string) => {
      const { checks } = await tasks.json("doctor", { deployment }, 2);
      return checksSchema.parse(checks).filter(({ ok }) => !ok);
    };
    // Time has passed on these chains that did not pass here.
    const clocks = await wrongIn(tasks.deployment);
    expect(clocks.map(({ name }) => name)).to.deep.equal(["clock of hub", "clock of alpha", "clock of beta"]);
    expect(elementAt(clocks, 0).found).to.match(/ahead of this machine's$/);
    const swapped = bookWith("swapped.json", ({ hub, rollups }) => ({
      hub: { ...hub, records: { gateway: recordOf(world.hub.addresses.registry) } },
      rollups: rollups.map((one) => {
        if (one.name !== "beta") return { ...one, chainId: 77 };
        const { contracts } = one as unknown as { contracts: Record<string, string> };
        return { ...one, contracts: { ...contracts, policy: "0x00000000000000000000000000000000000000aa" } };
      }),
    }));
    const wrong = await wrongIn(swapped);
    const said = wrong.map(({ name, found }) => `${name}: ${found}`).join("\n");
    expect(said).to.match(/chain alpha: network "alpha" is chain 1001, not 77/);
    expect(said).to.match(/code on hub: other code at registry 0x/);
    expect(said).to.match(/code on beta: no code at policy 0x0{38}aa/i);
    expect(said).to.match(/wiring of beta: the gateway's policy is 0x/);
  });

  it("never show a key that a network names, only whether it is there", async function () {
    const { tasks } = stage();
    const { stdout } = await tasks.run("doctor");
    expect(stdout).to.match(/✓ hardhat: \d+\.\d+\.\d+\n/);
    expect(stdout).to.match(/✓ accounts of beta: 0 0x[0-9a-fA-F]{40} \d/);
    expect(stdout).to.not.match(/0x[0-9a-f]{64}/i);
  });
});

function recordOf(at: string) {
  const hash = `0x${"11".repeat(32)}`;
  return {
    contract: "Gateway",
    address: at,
    block: 1,
    transactionHash: hash,
    codeHash: hash,
    constructorArguments: "0x",
    args: {},
  };
}
