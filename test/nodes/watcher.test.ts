import { expect } from "chai";

import { nextEpoch } from "#support/court.ts";
import { tableFact } from "#support/facts.ts";
import { ahead, forged } from "#support/lies.ts";
import { storyOf, type Watch, watchedStage } from "#support/watchers.ts";

const DAY = 86_400;
const COURT_SECONDS = 2 * DAY;
/** Longer than EigenLayer lets what was slashed lie. */
const CLEARING_SECONDS = 8 * DAY;
const TOKEN = 10n ** 18n;

/** What becomes of a false page that four operators signed. */
const FALSE_PAGE_STORY = [
  ...["found", "refuted", "accused", "executed"],
  ...["collected", "collected", "collected", "collected"],
].map((step) => `FalsePage ${step}`);

describe("A watcher, of a lie", function () {
  const { stage, watched } = watchedStage();
  let watch: Watch;

  beforeEach(function () {
    watch = watched();
  });

  it("takes a false page from its landing to the vault, all by itself", async function () {
    const { hub, asset } = stage();
    await watch.land(forged(await watch.sent()));
    const open = await watch.open();
    await watch.rounds(open, 3);
    await watch.pass(COURT_SECONDS);
    await watch.rounds(open, 1);
    await watch.pass(CLEARING_SECONDS);
    await watch.rounds(open, 2);
    expect(open.watcher.problems).to.deep.equal([]);
    expect(await storyOf(open)).to.deep.equal(FALSE_PAGE_STORY);
    // A tenth of four stakes of a hundred.
    expect(await hub.vault.bookedOf(asset.token)).to.equal(40n * TOKEN);
  });

  it("repeats nothing, though it forgets everything after every round", async function () {
    await watch.land(forged(await watch.sent()));
    const story = new Set<string>();
    let pending = 0;
    const rounds = async (times: number) => {
      for (let round = 0; round < times; round++) {
        const open = await watch.open();
        await watch.rounds(open, 1);
        for (const step of await storyOf(open)) story.add(step);
        pending = (await open.docket.pending()).length;
        await open.close();
      }
    };
    await rounds(3);
    await watch.pass(COURT_SECONDS);
    await rounds(2);
    await watch.pass(CLEARING_SECONDS);
    await rounds(2);
    expect([...story]).to.deep.equal([...new Set(FALSE_PAGE_STORY)]);
    expect(pending).to.equal(0);
    // Pinned, refuted, accused, executed, and collected from four.
    expect(await watch.paid()).to.equal(8);
  });

  it("sends nothing while what it sent before a restart is in no block", async function () {
    const { alpha } = stage();
    await watch.land(forged(await watch.sent()));
    await alpha.ethers.provider.send("evm_setAutomine", [false]);
    const before = await watch.open({ confirmTimeoutMs: 100 });
    await before.watcher.round();
    expect(before.watcher.problems.join()).to.contain("no receipt");
    await before.close();
    const open = await watch.open();
    await open.watcher.round();
    expect(open.watcher.problems.join()).to.contain("from before the start is in no block yet");
    await alpha.helpers.mine();
    expect(await watch.paid()).to.equal(1);
    await alpha.ethers.provider.send("evm_setAutomine", [true]);
    await watch.rounds(open, 2);
    expect(await storyOf(open)).to.deep.equal(FALSE_PAGE_STORY.slice(0, 2));
  });

  it("has a source say of a page that is ahead of it that it was not sent yet", async function () {
    await watch.land(ahead(await watch.sent()));
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
    const honest = await watch.sent();
    // Both are false too, but what contradicts itself needs no source to say so.
    await watch.land(forged(honest, 1), [3]);
    const aggregator = await watch.aggregator();
    await aggregator.sayPage(forged(honest, 2), { absent: [0] });
    const open = await watch.open({ aggregators: [aggregator.url] });
    await watch.rounds(open, 4);
    const story = (await storyOf(open)).filter((step) => !step.startsWith("FalsePage"));
    expect(story).to.deep.equal([
      ...["found", "frozen", "frozen", "accused", "executed"].map((step) => `Equivocation ${step}`),
      ...["found", "found", "revoked", "revoked"].map((step) => `Revocation ${step}`),
    ]);
    for (const { operatorTables } of rollups) {
      expect(await operatorTables.frozenAt(setId)).to.not.equal(0n);
      expect((await operatorTables.epoch(setId, 2)).status).to.equal(2n);
    }
    await watch.pass(CLEARING_SECONDS);
    await watch.rounds(open, 1);
    expect(await hub.vault.bookedOf(asset.token)).to.equal(200n * TOKEN);
    expect(open.watcher.problems).to.deep.equal([]);
  });

  it("holds a false page against a true one of another count, by a message of both", async function () {
    const aggregator = await watch.aggregator();
    await watch.land(forged(await watch.sent(2)));
    await aggregator.sayPage(await watch.sent());
    const open = await watch.open({ aggregators: [aggregator.url] });
    await watch.rounds(open, 1);
    const story = (await storyOf(open)).filter((step) => step.startsWith("Equivocation"));
    expect(story.slice(0, 4)).to.deep.equal(
      ["found", "frozen", "frozen", "accused"].map((step) => `Equivocation ${step}`),
    );
  });

  it("accuses of a table that the hub does not have once the hub may say so", async function () {
    const { committee, members, hub, setId } = stage();
    const next = await nextEpoch({ hub, setId, operators: members });
    const { validFrom, validUntil } = next.epoch.statement;
    const { table } = tableFact(next.committee, validFrom, validUntil + 1n);
    const aggregator = await watch.aggregator();
    aggregator.say(await committee.certify([{ kind: "Table", content: table }], { issuedAt: await hub.now() }));
    const open = await watch.open({ aggregators: [aggregator.url] });
    await watch.rounds(open, 2);
    expect(await storyOf(open)).to.deep.equal(["FalseTable found"]);
    await watch.pass(hub.windows.hubFact + 1);
    await watch.rounds(open, 2);
    expect(await storyOf(open)).to.include.members(["accused", "executed"].map((step) => `FalseTable ${step}`));
  });
});
