import { expect } from "chai";

import { address } from "#protocol/types.ts";
import { CertificateServer } from "#support/certificateServer.ts";
import type { Certified } from "#support/committee.ts";
import { tableFact } from "#support/facts.ts";
import { nextEpoch } from "#support/court.ts";
import { ahead, forged } from "#support/lies.ts";
import { deliver } from "#support/relayer.ts";
import type { RoadWorld } from "#support/hubWorld.ts";
import { refutableWorld } from "#support/roads.ts";
import type { LanePage } from "#support/rollup.ts";
import { stagedOn } from "#support/stage.ts";
import { storyOf, Watch } from "#support/watchers.ts";
import { certifyPage, runOf } from "#support/world.ts";

const DAY = 86_400;
const COURT_SECONDS = 2 * DAY;
/** Longer than EigenLayer lets what was slashed lie. */
const CLEARING_SECONDS = 8 * DAY;

/** What becomes of a false page that four operators signed. */
const FALSE_PAGE_STORY = [
  ...["found", "refuted", "accused", "executed"],
  ...["collected", "collected", "collected", "collected"],
].map((step) => `FalsePage ${step}`);

function publishOn(server: CertificateServer, { certificate, statements }: Certified): void {
  server.publish({ certificate, statements: [...statements.statements] });
}

describe("A watcher", function () {
  this.timeout(120_000);
  const stage = stagedOn(refutableWorld, (world: RoadWorld) => [world.hub.eigenLayer, ...world.rollups]);
  let watch: Watch;

  beforeEach(async function () {
    await stage().clock.follow();
    watch = await Watch.over(stage());
  });
  afterEach(async function () {
    await watch.close();
  });

  /** Has alpha send to beta, and returns the page as it is. */
  async function sent(times = 1): Promise<LanePage> {
    const { alpha, beta } = stage();
    for (let time = 0; time < times; time++) await alpha.send(beta, beta.addresses.gateway, "0x01");
    return alpha.page(alpha.laneTo(beta));
  }
  /** Has the committee certify a page, true or not, and delivers its last message. */
  async function land(page: LanePage, absent: readonly number[] = []): Promise<void> {
    const { beta, committee } = stage();
    const certified = await certifyPage({ committee }, beta, page, { absent });
    await deliver(beta, certified.certificate, [runOf(page, certified, { first: page.page.count - 1 })]);
  }

  it("takes a false page from its landing to the vault, all by itself", async function () {
    const { hub, asset } = stage();
    await land(forged(await sent()));
    const open = await watch.open();
    await watch.rounds(open, 3);
    await watch.pass(COURT_SECONDS);
    await watch.rounds(open, 1);
    await watch.pass(CLEARING_SECONDS);
    await watch.rounds(open, 2);
    expect(open.watcher.problems).to.deep.equal([]);
    expect(await storyOf(open)).to.deep.equal(FALSE_PAGE_STORY);
    // A tenth of four stakes of a hundred.
    expect(await hub.vault.bookedOf(asset.token)).to.equal(40n * 10n ** 18n);
  });

  it("repeats nothing, though it forgets everything after every round", async function () {
    await land(forged(await sent()));
    const story: string[] = [];
    const round = async () => {
      const open = await watch.open();
      await watch.rounds(open, 1);
      story.push(...(await storyOf(open)));
      await open.close();
    };
    for (let times = 0; times < 3; times++) await round();
    await watch.pass(COURT_SECONDS);
    for (let times = 0; times < 2; times++) await round();
    await watch.pass(CLEARING_SECONDS);
    for (let times = 0; times < 2; times++) await round();
    expect([...new Set(story)]).to.deep.equal([...new Set(FALSE_PAGE_STORY)]);
    // Pinned, refuted, accused, executed, and collected from four.
    expect(await watch.paid()).to.equal(8);
  });

  it("says of a page that is ahead of its source that it was not sent yet", async function () {
    await land(ahead(await sent()));
    // Its time must be over before anybody can say so.
    await watch.pass(60);
    await stage().alpha.helpers.mine();
    const open = await watch.open();
    await watch.rounds(open, 3);
    const [, refuted] = await open.docket.findings(0);
    expect(refuted?.detail).to.match(/^chain 1001 tells the hub: by [0-9]+ the page held 1 messages$/);
    expect(await storyOf(open)).to.deep.equal(FALSE_PAGE_STORY.slice(0, 3));
  });

  it("stops a set that contradicts itself on every rollup, and takes everything from who signed both", async function () {
    const { hub, asset, setId, rollups } = stage();
    const honest = await sent();
    // Both are false too, but what contradicts itself needs no source to say so.
    await land(forged(honest, 1), [3]);
    const second = forged(honest, 2);
    const { beta, committee } = stage();
    const certified = await certifyPage({ committee }, beta, second, { absent: [0] });
    const server = await CertificateServer.start();
    publishOn(server, certified);
    const open = await watch.open({ aggregators: [server.url] });
    await watch.rounds(open, 2);
    await server.close();
    const story = (await storyOf(open)).filter((step) => step.startsWith("Equivocation"));
    expect(story).to.deep.equal(
      ["found", "frozen", "frozen", "accused", "executed"].map((step) => `Equivocation ${step}`),
    );
    for (const { operatorTables } of rollups) expect(await operatorTables.frozenAt(setId)).to.not.equal(0n);
    await watch.pass(CLEARING_SECONDS);
    await watch.rounds(open, 1);
    // Two signed both, and a tenth of the others' stakes rests on their source's word.
    expect(await hub.vault.bookedOf(asset.token)).to.be.within(200n * 10n ** 18n, 220n * 10n ** 18n);
  });

  it("accuses of a table that the hub does not have once the hub may say so", async function () {
    const { committee, members, hub, setId } = stage();
    const next = await nextEpoch({ hub, setId, operators: members });
    const { validFrom, validUntil } = next.epoch.statement;
    const fact = tableFact(next.committee, validFrom, validUntil + 1n);
    const issuedAt = await hub.now();
    const certified = await committee.certify([{ kind: "Table", content: fact.table }], { issuedAt });
    const server = await CertificateServer.start();
    publishOn(server, certified);
    const open = await watch.open({ aggregators: [server.url] });
    await watch.rounds(open, 2);
    expect(await storyOf(open)).to.deep.equal(["FalseTable found"]);
    await watch.pass(hub.windows.hubFact + 1);
    await watch.rounds(open, 2);
    await server.close();
    expect(await storyOf(open)).to.include.members(["accused", "executed"].map((step) => `FalseTable ${step}`));
  });

  it("finds nothing, and pays for nothing, in honest traffic of every order", async function () {
    const { alpha, beta, committee, hub, setId, members } = stage();
    const server = await CertificateServer.start();
    const publish = async (page: LanePage, by = committee, changes: { finality?: number } = {}) => {
      const told = { ...page, page: { ...page.page, ...changes } };
      // No two at one second: what is said again, is said later.
      const issuedAt = (await beta.now()) + BigInt(server.published.length + 1);
      publishOn(server, await certifyPage({ committee: by }, beta, told, { issuedAt }));
    };
    const open = await watch.open({ aggregators: [server.url] });
    // A page grows, and is attested again from a later block.
    const first = await sent();
    await land(first);
    await publish(await sent(2));
    await watch.rounds(open, 1);
    await alpha.helpers.mine();
    await publish(first);
    await publish(await alpha.page(alpha.laneTo(beta)));
    // What was not final is reorganised.
    const snapshot = await alpha.helpers.takeSnapshot();
    await alpha.send(beta, address(`0x${"55".repeat(20)}`), "0x02");
    await publish(await alpha.page(alpha.laneTo(beta)), committee, { finality: 1 });
    await snapshot.restore();
    await publish(await sent());
    await watch.rounds(open, 1);
    // The next epoch's table, its entries and its pages.
    const next = await nextEpoch({ hub, setId, operators: members });
    await stage().clock.follow();
    const { statement } = next.epoch;
    const facts = await committee.certify([{ kind: "Table", content: statement }], { issuedAt: await hub.now() });
    publishOn(server, facts);
    await alpha.helpers.mine();
    await publish(await sent(), next.committee);
    await publish(first, next.committee);
    await watch.rounds(open, 2);
    await server.close();
    expect([await storyOf(open), open.watcher.problems, await watch.paid()]).to.deep.equal([[], [], 0]);
    // Two of them brought the present table.
    expect(open.counters().certificates).to.equal(11);
  });

  it("waits while an endpoint of the source hides a message, instead of accusing", async function () {
    const { alpha } = stage();
    await land(await sent());
    const endpoints = [await watch.net.serve(alpha), await watch.net.serve(alpha)];
    for (const endpoint of endpoints) {
      endpoint.tamper = (method, _parameters, answer) => (method === "eth_getLogs" ? [] : answer);
    }
    const open = await watch.open({}, { [String(alpha.chainId)]: endpoints.map(({ url }) => url) });
    await watch.rounds(open, 2);
    expect(open.watcher.problems.join()).to.contain("do not lead to its head");
    const [first] = endpoints;
    if (first !== undefined) first.tamper = (_method, _parameters, answer) => answer;
    await watch.rounds(open, 1);
    expect([await storyOf(open), open.watcher.problems, await watch.paid()]).to.deep.equal([[], [], 0]);
  });
});
