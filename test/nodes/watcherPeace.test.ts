import { expect } from "chai";
import { concat, dataLength, toBeHex } from "ethers";

import { convicts, type Refutation } from "#protocol/evidence/refutation.ts";
import { address, bytes32, type Address } from "#protocol/types.ts";
import { nextEpoch } from "#support/court.ts";
import { bringEntry, bringTable, tableFact } from "#support/facts.ts";
import { presentEntry } from "#support/hubWorld.ts";
import { forged } from "#support/lies.ts";
import type { Chain, LanePage } from "#support/rollup.ts";
import type { Endpoint } from "#support/rpc.ts";
import { storyOf, type Watch, watchedStage } from "#support/watchers.ts";
import { certifyPage, runOf } from "#support/world.ts";
import { elementAt } from "#protocol/errors.ts";

const SOME_BYTES = bytes32(`0x${"ab".repeat(32)}`);

describe("A watcher, without a lie to pursue", function () {
  const { stage, watched } = watchedStage();
  let watch: Watch;

  beforeEach(function () {
    watch = watched();
  });

  it("finds nothing, and pays for nothing, in honest traffic of every order", async function () {
    const { alpha, beta, committee, hub, setId, members } = stage();
    const aggregator = await watch.aggregator();
    const open = await watch.open({ aggregators: [aggregator.url] });
    const page = () => alpha.page(alpha.laneTo(beta));
    // A page grows, and is attested again from a later block.
    // What is final for those who signed need not be for the watcher yet, neither here nor on the hub.
    const [source] = watch.net.endpoints;
    const resume = await lag(source, alpha);
    const first = await watch.sent();
    await watch.land(first);
    await aggregator.sayPage(await watch.sent(2));
    await watch.rounds(open, 1);
    resume();
    await watch.rounds(open, 1);
    await alpha.helpers.mine();
    await aggregator.sayPage(first);
    await aggregator.sayPage(await page());
    // What was not final is reorganised.
    const snapshot = await alpha.helpers.takeSnapshot();
    await alpha.send(beta, address(`0x${"55".repeat(20)}`), "0x02");
    const soft = await page();
    await aggregator.sayPage({ ...soft, page: { ...soft.page, finality: 1 } });
    await snapshot.restore();
    await aggregator.sayPage(await watch.sent());
    await watch.rounds(open, 1);
    // The next epoch's table, and its pages.
    const resumeHub = await lag(watch.hubEndpoint, hub.eigenLayer.chain);
    const next = await nextEpoch({ hub, setId, operators: members });
    await stage().clock.follow();
    const { statement } = next.epoch;
    aggregator.say(await committee.certify([{ kind: "Table", content: statement }], { issuedAt: await hub.now() }));
    await watch.rounds(open, 1);
    resumeHub();
    await alpha.helpers.mine();
    await aggregator.sayPage(await watch.sent(), { committee: next.committee });
    await aggregator.sayPage(first, { committee: next.committee });
    await watch.rounds(open, 2);
    expect([await storyOf(open), open.watcher.problems, await watch.paid()]).to.deep.equal([[], [], 0]);
    // Two of them brought the present table.
    expect(open.counters().certificates).to.equal(11);
  });

  it("takes nobody's word for who signed", async function () {
    const { beta, committee } = stage();
    const aggregator = await watch.aggregator();
    const certified = await certifyPage({ committee }, beta, forged(await watch.sent()), { absent: [3] });
    aggregator.say({ ...certified, certificate: { ...certified.certificate, nonSigners: 0n } });
    const open = await watch.open({ aggregators: [aggregator.url] });
    await watch.rounds(open, 2);
    expect([await storyOf(open), open.counters().certificates]).to.deep.equal([[], 2]);
  });

  it("waits while every endpoint of a source hides a message, instead of accusing", async function () {
    const { alpha } = stage();
    await watch.land(await watch.sent());
    const endpoints = [await watch.net.serve(alpha), await watch.net.serve(alpha)];
    for (const endpoint of endpoints) {
      endpoint.tamper = (method, _parameters, answer) => (method === "eth_getLogs" ? [] : answer);
    }
    const open = await watch.open({}, { [String(alpha.chainId)]: endpoints.map(({ url }) => url) });
    await watch.rounds(open, 2);
    expect(open.watcher.problems.join()).to.contain("do not lead to its head");
    elementAt(endpoints, 0).tamper = (_method, _parameters, answer) => answer;
    await watch.rounds(open, 1);
    expect([await storyOf(open), open.watcher.problems, await watch.paid()]).to.deep.equal([[], [], 0]);
  });

  it("says loudly that a source denies what its own storage proves, and accuses nobody", async function () {
    const { alpha, roads } = stage();
    const deny = async ({ page }: LanePage) => {
      const { blockNumber: _, sourceTimestamp: __, finality: ___, ...lane } = page;
      const lie: Refutation = { ...lane, isNotYet: false, root: SOME_BYTES, timestamp: 0n };
      expect(convicts(lie, page)).to.equal(true);
      await elementAt(roads, 0).pretend(lie);
    };
    const open = await watch.open();
    // It is heard before the page can be recomputed...
    const resume = await lag(watch.net.endpoints[0], alpha);
    const first = await watch.sent();
    await watch.land(first);
    await deny(first);
    await watch.rounds(open, 1);
    expect(await storyOf(open)).to.deep.equal([]);
    resume();
    await watch.rounds(open, 1);
    expect(await storyOf(open)).to.deep.equal(["Framing found"]);
    // ... or after it was.
    const second = await watch.sent();
    await watch.land(second);
    await watch.rounds(open, 1);
    expect(await storyOf(open)).to.deep.equal(["Framing found"]);
    await deny(second);
    await watch.rounds(open, 1);
    expect(await storyOf(open)).to.deep.equal(["Framing found", "Framing found"]);
    expect(await watch.paid()).to.equal(0);
  });

  it("has the hub's word put right what a rollup was told otherwise", async function () {
    const { alpha, beta, committee, hub, setId, members, roads } = stage();
    const next = await nextEpoch({ hub, setId, operators: members });
    const { validFrom, validUntil } = next.epoch.statement;
    const stray = tableFact(next.committee, validFrom - 1n, validUntil);
    await beta.helpers.time.increaseTo((await hub.now()) + 1n);
    await bringTable(beta, committee, stray);
    const entry = await presentEntry(hub, alpha.chainId);
    await bringEntry(beta, committee, { ...entry, status: 4, version: entry.version + 1n });
    await watch.pass(901);
    const open = await watch.open();
    const letters = async () => elementAt(roads, 1).sent();
    // Sent once, however often it looks before they come.
    for (let round = 0; round < 3; round++) await open.watcher.round();
    expect(await letters()).to.equal(2);
    await watch.rounds(open, 2);
    expect(await letters()).to.equal(2);
    const story = (await storyOf(open)).filter((step) => step.startsWith("Stray"));
    expect(story.sort()).to.deep.equal(
      ["StrayEntry", "StrayEpoch"].flatMap((kind) => ["found", "healed"].map((step) => `${kind} ${step}`)),
    );
    expect((await beta.directory.entry(alpha.chainId)).status).to.equal(BigInt(entry.status));
    expect((await beta.operatorTables.epoch(setId, stray.table.epoch)).status).to.equal(2n);
  });

  it("tells who is silent, until it speaks again", async function () {
    const aggregator = await watch.aggregator();
    const page = await watch.sent();
    const open = await watch.open({ aggregators: [aggregator.url], silentAfter: 3 });
    for (let times = 0; times < 2; times++) await aggregator.sayPage(page, { absent: [3] });
    await watch.rounds(open, 1);
    expect([await storyOf(open), open.counters().silent]).to.deep.equal([[], 0]);
    await aggregator.sayPage(page, { absent: [3] });
    await watch.rounds(open, 1);
    expect([await storyOf(open), open.counters().silent]).to.deep.equal([["Silence found"], 1]);
    await aggregator.sayPage(page);
    await watch.rounds(open, 1);
    expect([await storyOf(open), open.counters().silent]).to.deep.equal([["Silence found", "Silence healed"], 0]);
  });

  it("reads a forwarded certificate where an endpoint traces, and else says whose calls it cannot read", async function () {
    const { alpha, beta, committee } = stage();
    const honest = await watch.sent();
    const certified = await certifyPage({ committee }, beta, honest);
    const call = [certified.certificate, [runOf(honest, certified)]] as const;
    const data = beta.gateway.interface.encodeFunctionData("deliver", [call[0], [...call[1]]]);
    await beta.relayer.sendTransaction({ data: forwarding(beta.addresses.gateway, data), gasLimit: 8_000_000 });
    const open = await watch.open();
    await watch.rounds(open, 1);
    expect([await storyOf(open), open.counters().certificates]).to.deep.equal([[], 3]);

    const endpoint = await watch.net.serve(beta);
    endpoint.tamper = (method, _parameters, answer) => {
      if (method.startsWith("debug_")) throw new Error("not here");
      return answer;
    };
    const [own] = watch.net.endpoints;
    const urls = { [String(beta.chainId)]: [endpoint.url], [String(alpha.chainId)]: [own?.url ?? ""] };
    const blind = await watch.open({}, urls);
    await watch.rounds(blind, 1);
    expect([await storyOf(blind), blind.counters().certificates]).to.deep.equal([["Unreadable found"], 2]);
    const [finding] = await blind.docket.findings(0);
    expect(finding?.detail).to.match(/^a constructor forwarded a certificate in 0x[0-9a-f]{64}, and no endpoint tells/);
  });
});

/** Has an endpoint call the present block final until it is told otherwise. */
async function lag(endpoint: Endpoint | undefined, { ethers }: Pick<Chain, "ethers">): Promise<() => void> {
  if (endpoint === undefined) throw new Error("no endpoint");
  const present: unknown = await ethers.provider.send("eth_getBlockByNumber", ["finalized", false]);
  endpoint.tamper = (method, parameters, answer) =>
    method === "eth_getBlockByNumber" && parameters[0] === "finalized" ? present : answer;
  return () => {
    endpoint.tamper = (_method, _parameters, answer) => answer;
  };
}

/** Code of a constructor that makes one call, with what stands behind it: codecopy, call, stop. */
function forwarding(to: Address, data: string): string {
  const size = toBeHex(dataLength(data), 2).slice(2);
  const tail = `0x5f395f5f61${size}5f5f73${to.slice(2)}5af100`;
  const head = `0x61${size}61`;
  return concat([head, toBeHex(dataLength(head) + 2 + dataLength(tail), 2), tail, data]);
}
