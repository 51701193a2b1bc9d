import { expect } from "chai";

import type { Table } from "#protocol/statements.ts";
import { absentEpoch, bringEpochNews, DAY, EpochStatus, HOUR, newsOf, roadWorld } from "#support/brakes.ts";
import { Committee } from "#support/committee.ts";
import { bringTable, tableFact, type TableFact } from "#support/facts.ts";
import { PAPER, paperPage, paperWorld, speech } from "#support/paper.ts";
import { staged } from "#support/stage.ts";
import { TEST_DOMAIN } from "#support/world.ts";

const LOOSENING = 8n * DAY;
const TOLERANCE = 900n;

function committeeOf(epoch: number, seed = 40n): Committee {
  return Committee.of(TEST_DOMAIN, [9n, 1n], { epoch, seed });
}

describe("News of an epoch", function () {
  const stage = staged(roadWorld);
  const tables = () => stage().here.operatorTables;

  function fact(epoch: number, seed = 40n, changes: Partial<Table> = {}): TableFact {
    const { validFrom, validUntil } = stage();
    return tableFact(committeeOf(epoch, seed), validFrom, validUntil, changes);
  }

  const status = async (epoch: number) => (await stage().here.gateway.epoch(1, epoch)).status;

  it("come from the end of the slow road alone, where there is one", async function () {
    const { here } = stage();
    const road = await here.gateway.canonicalReceiver();
    const news = newsOf(fact(2).table, 1n);
    for (const stranger of [here.deployer, await here.actAs(here.addresses.policy)]) {
      await expect(tables().connect(stranger).bring(news))
        .to.be.revertedWithCustomError(tables(), "NotTheBringer")
        .withArgs(stranger.address, road);
    }
    await here.policy.announceEpoch(news);
    await here.helpers.time.increase(LOOSENING);
    await expect(here.policy.bringEpoch(news))
      .to.be.revertedWithCustomError(tables(), "NotTheBringer")
      .withArgs(here.addresses.policy, road);
    await expect(bringEpochNews(here, news))
      .to.emit(tables(), "NewsBrought")
      .withArgs(1, 2, news.table.tableHash, false, 1n);
    expect((await tables().newsOf(1, 2)).hubTime).to.equal(1n);
  });

  it("silence a revoked epoch at once, its stored roots too, and for ever", async function () {
    const { here, strong, validFrom, validUntil } = stage();
    const said = await speech(strong, paperPage(stage()), { issuedAt: await here.now() });
    await here.gateway.confirm(said.certified.certificate);
    const { table, rows } = tableFact(strong, validFrom, validUntil);
    const news = newsOf(table, await here.now(), { isRevoked: true });
    await expect(bringEpochNews(here, news))
      .to.emit(tables(), "EpochStatusChanged")
      .withArgs(1, 1, EpochStatus.Revoked);
    for (const act of [
      async () => here.gateway.deliver(said.certified.certificate, [said.run]),
      async () => here.gateway.deliverConfirmed([said.run]),
    ]) {
      await expect(act())
        .to.be.revertedWithCustomError(here.gateway, "EpochSilenced")
        .withArgs(1, 1, EpochStatus.Revoked);
    }
    await expect(tables().installBrought(1, 1, rows)).to.be.revertedWithCustomError(tables(), "NothingBrought");
    await bringEpochNews(here, newsOf(table, news.hubTime - 1n));
    expect(await status(1), "older news change nothing").to.equal(EpochStatus.Revoked);
  });

  it("keep an epoch that was revoked before it came from ever being installed", async function () {
    const { here, strong } = stage();
    const next = fact(2);
    await bringEpochNews(here, newsOf(next.table, await here.now(), { isRevoked: true }));
    await expect(bringTable(here, strong, next))
      .to.be.revertedWithCustomError(tables(), "EpochSilenced")
      .withArgs(1, 2, EpochStatus.Revoked);
    await expect(tables().installBrought(1, 2, next.rows)).to.be.revertedWithCustomError(tables(), "NothingBrought");
  });

  it("silence what was made up above the hub's newest, and whatever may stand on it", async function () {
    const { here, strong, validFrom, validUntil } = stage();
    const before = await here.now();
    await bringTable(here, strong, fact(2), { issuedAt: before - 10n });
    await bringTable(here, strong, fact(3), { issuedAt: before - 5n });
    await bringTable(here, strong, fact(9), { issuedAt: before + 5n });
    const truth = tableFact(strong, validFrom, validUntil).table;
    await bringEpochNews(here, newsOf(truth, before));
    expect([await status(1), await status(2), await status(3), await status(9)]).to.deep.equal([
      EpochStatus.Speaking,
      EpochStatus.Revoked,
      EpochStatus.Revoked,
      EpochStatus.Revoked,
    ]);
    expect(await tables().newestEpoch(1)).to.equal(1n);
  });

  it("silence a chain of lies of which each is issued ahead of the clock to certify the next one", async function () {
    const { here, strong } = stage();
    const liar = (epoch: number) => Committee.of(TEST_DOMAIN, [7n], { epoch, seed: 77n });
    const lie = async (speaker: Committee, epoch: number) => {
      const now = await here.now();
      await bringTable(here, speaker, tableFact(liar(epoch), now, now + HOUR), { issuedAt: now + 840n });
    };
    await lie(strong, 2);
    await lie(liar(2), 3);
    await here.helpers.time.increase(800n);
    await lie(liar(3), 4);
    await here.helpers.time.increase(100n);
    // The first is behind the hub's time by now, the last one ahead of it.
    await bringEpochNews(here, absentEpoch(1, 4, await here.now(), 1));
    expect(await Promise.all([2, 3, 4].map(status))).to.deep.equal(Array(3).fill(EpochStatus.Revoked));
    await expect(lie(liar(4), 5)).to.be.revertedWithCustomError(tables(), "EpochSilenced");
  });

  it("from before the deployment silence nothing that came with it", async function () {
    const { here, validFrom } = stage();
    const { table } = tableFact(stage().strong, validFrom, stage().validUntil);
    await bringEpochNews(here, absentEpoch(table.operatorSetId, 9, validFrom - 1n, 0));
    expect(await status(1)).to.equal(EpochStatus.Speaking);
    expect(await tables().newestEpoch(1)).to.equal(1n);
  });

  it("are not undone by the certificate that they have overridden", async function () {
    const { here, strong, validFrom, validUntil } = stage();
    const issuedAt = await here.now();
    const lie = fact(2);
    await bringTable(here, strong, lie, { issuedAt });
    await bringEpochNews(here, newsOf(tableFact(strong, validFrom, validUntil).table, issuedAt));
    expect(await status(2)).to.equal(EpochStatus.Revoked);
    for (const epoch of [2, 3]) {
      await expect(bringTable(here, strong, fact(epoch), { issuedAt }))
        .to.be.revertedWithCustomError(tables(), "OlderThanNews")
        .withArgs(1, epoch, issuedAt, issuedAt);
    }
    // What is said a second later the hub may have by then.
    await bringTable(here, strong, fact(2, 41n), { issuedAt: issuedAt + 1n });
    expect(await status(2)).to.equal(EpochStatus.Speaking);
  });

  it("that are older than others of the same epoch change nothing, and the same again nothing more", async function () {
    const { here } = stage();
    const { table } = fact(2);
    await bringEpochNews(here, newsOf(table, 100n, { isRevoked: true }));
    await bringEpochNews(here, newsOf(table, 99n));
    expect((await tables().newsOf(1, 2)).isRevoked).to.equal(true);
    const again = newsOf(table, 100n, { isRevoked: true });
    await bringEpochNews(here, again);
    await bringEpochNews(here, again);
    expect((await tables().newsOf(1, 2)).hubTime).to.equal(100n);
  });

  it("of an epoch that the hub does not have let it be certified later, and not before", async function () {
    const { here, strong } = stage();
    const now = await here.now();
    await bringEpochNews(here, absentEpoch(1, 2, now, 1));
    await expect(tables().installBrought(1, 2, fact(2).rows)).to.be.revertedWithCustomError(tables(), "NothingBrought");
    await expect(bringTable(here, strong, fact(2), { issuedAt: now }))
      .to.be.revertedWithCustomError(tables(), "OlderThanNews")
      .withArgs(1, 2, now, now);
    await bringTable(here, strong, fact(2), { issuedAt: now + 1n });
    // The old news again do not reach what was said since.
    await bringEpochNews(here, absentEpoch(1, 2, now, 1));
    expect(await status(2)).to.equal(EpochStatus.Speaking);
    await bringEpochNews(here, absentEpoch(1, 2, now + 1n, 1));
    expect(await status(2)).to.equal(EpochStatus.Revoked);
    // And the hub has it after all.
    await bringEpochNews(here, newsOf(fact(2).table, now + 2n));
    expect(await status(2)).to.equal(EpochStatus.Speaking);
  });

  it("let no other table be certified", async function () {
    const { here, strong } = stage();
    await bringEpochNews(here, newsOf(fact(2).table, await here.now()));
    for (const [field, value] of [
      ["validFrom", stage().validFrom + 1n],
      ["validUntil", stage().validUntil - 1n],
    ] as const) {
      await expect(bringTable(here, strong, fact(2, 40n, { [field]: value }))).to.be.revertedWithCustomError(
        tables(),
        "ContradictsNews",
      );
    }
    await expect(bringTable(here, strong, fact(2, 41n))).to.be.revertedWithCustomError(tables(), "ContradictsNews");
    await expect(bringTable(here, strong, fact(2))).to.emit(tables(), "TableInstalled");
  });

  it("install an epoch that nobody carried, by anybody who has the right rows", async function () {
    const { here } = stage();
    const { table, rows } = fact(2);
    await bringEpochNews(here, newsOf(table, await here.now()));
    await expect(tables().connect(here.user).installBrought(1, 2, fact(2, 41n).rows)).to.be.revertedWithCustomError(
      tables(),
      "TableHashMismatch",
    );
    await tables().connect(here.user).installBrought(1, 2, rows);
    const said = await speech(committeeOf(2), paperPage(stage()), { issuedAt: await here.now() });
    await expect(here.gateway.deliver(said.certified.certificate, [said.run])).to.emit(
      here.gateway,
      "MessageDelivered",
    );
    await expect(tables().installBrought(1, 2, rows))
      .to.be.revertedWithCustomError(tables(), "InstalledAlready")
      .withArgs(1, 2);
  });

  it("replace an epoch of other content, and no root confirmed under that one ever delivers again", async function () {
    const { here, strong } = stage();
    const [lie, truth] = [fact(2, 41n), fact(2, 40n)];
    await bringTable(here, strong, lie);
    // As far ahead as clocks may be.
    const issuedAt = (await here.now()) + TOLERANCE;
    const said = await speech(committeeOf(2, 41n), paperPage(stage()), { issuedAt });
    await here.gateway.confirm(said.certified.certificate);
    await bringEpochNews(here, newsOf(truth.table, await here.now()));
    expect(await status(2)).to.equal(EpochStatus.Revoked);
    const second = (await here.now()) + 2n;
    await here.helpers.time.setNextBlockTimestamp(second);
    await tables().installBrought(1, 2, truth.rows);
    const { validFrom, validitySeconds } = await here.gateway.epoch(1, 2);
    expect(validFrom).to.equal(second + TOLERANCE + 1n);
    expect(validFrom + validitySeconds).to.equal(truth.table.validUntil);
    const refused = async () => here.gateway.deliverConfirmed([said.run]);
    await expect(refused()).to.be.revertedWithCustomError(here.gateway, "IssuedOutsideEpoch");
    await here.helpers.time.increase(HOUR);
    await expect(refused())
      .to.be.revertedWithCustomError(here.gateway, "IssuedOutsideEpoch")
      .withArgs(issuedAt, validFrom, truth.table.validUntil);
    await expect(here.gateway.deliver(said.certified.certificate, [said.run])).to.be.revertedWithCustomError(
      here.gateway,
      "IssuedOutsideEpoch",
    );
    // Nor does it stand in the way of the truth, which fewer sign: the root is dead.
    const again = await speech(committeeOf(2), paperPage(stage()), { issuedAt: await here.now(), absent: [1] });
    await here.gateway.confirm(again.certified.certificate);
    await expect(here.gateway.deliverConfirmed([again.run])).to.emit(here.gateway, "MessageDelivered");
  });

  it("replace no epoch of which less than the tolerance of clocks is left", async function () {
    const { here, strong } = stage();
    const now = await here.now();
    const validUntil = now + HOUR;
    const [lie, truth] = [fact(2, 41n, { validUntil }), fact(2, 40n, { validUntil })];
    await bringTable(here, strong, lie);
    await bringEpochNews(here, newsOf(truth.table, now));
    await here.helpers.time.setNextBlockTimestamp(validUntil - TOLERANCE);
    await expect(tables().installBrought(1, 2, truth.rows))
      .to.be.revertedWithCustomError(tables(), "EpochAlmostOver")
      .withArgs(1, 2, validUntil, validUntil + 1n);
  });
});

describe("News of an epoch without a slow road", function () {
  const stage = staged(paperWorld);

  it("are the owner's, after the loosening delay, told in full, and lapse or are dropped", async function () {
    const { here } = stage();
    const { policy, operatorTables, user, deployer } = here;
    const news = absentEpoch(1, 9, await here.now(), 1);
    await expect(operatorTables.bring(news))
      .to.be.revertedWithCustomError(operatorTables, "NotTheBringer")
      .withArgs(deployer.address, here.addresses.policy);
    const soon = (await here.now()) + 100n;
    await here.helpers.time.setNextBlockTimestamp(soon);
    const early = { ...news, hubTime: soon + LOOSENING + 1n };
    await expect(policy.announceEpoch(early))
      .to.be.revertedWithCustomError(policy, "NewsFromFuture")
      .withArgs(early.hubTime, soon + LOOSENING);
    await expect(policy.announceEpoch(news)).to.emit(policy, "EpochNewsAnnounced");
    const effectiveAt = (await here.now()) + LOOSENING;
    await here.helpers.time.setNextBlockTimestamp(effectiveAt - 1n);
    await expect(policy.connect(user).bringEpoch(news))
      .to.be.revertedWithCustomError(policy, "NotEffectiveYet")
      .withArgs(effectiveAt - 1n, effectiveAt);
    const other = { ...news, isRevoked: true };
    await expect(policy.bringEpoch(other)).to.be.revertedWithCustomError(policy, "NothingAnnounced");
    const snapshot = await here.helpers.takeSnapshot();
    await here.helpers.time.setNextBlockTimestamp(effectiveAt + LOOSENING + 1n);
    await expect(policy.bringEpoch(news)).to.be.revertedWithCustomError(policy, "LooseningLapsed");
    await snapshot.restore();
    const kept = await here.helpers.takeSnapshot();
    await policy.cancelEpoch(news);
    await expect(policy.bringEpoch(news)).to.be.revertedWithCustomError(policy, "NothingAnnounced");
    await kept.restore();
    await here.helpers.time.setNextBlockTimestamp(effectiveAt);
    await expect(policy.connect(user).bringEpoch(news)).to.emit(operatorTables, "NewsBrought");
    await expect(policy.bringEpoch(news)).to.be.revertedWithCustomError(policy, "NothingAnnounced");
  });

  it("are not taken for news of a chain of the same words, nor for a policy", async function () {
    const { here } = stage();
    const { policy } = here;
    // Word by word what `absentChain` of chain 2 001 would be.
    const news = absentEpoch(0, 0, 5n, Number(PAPER.strong));
    await policy.announceEpoch(news);
    await here.helpers.time.increase(LOOSENING);
    const twin = {
      sequence: news.sequence,
      hubTime: news.hubTime,
      entry: {
        chainId: PAPER.strong,
        gateway: `0x${"00".repeat(20)}`,
        operatorSetId: 0,
        status: 0,
        finality: 0,
        refutable: false,
        version: 0n,
      },
    };
    await expect(policy.bringEntry(twin)).to.be.revertedWithCustomError(policy, "NothingAnnounced");
    await expect(policy.applyLoosening(PAPER.strong)).to.be.revertedWithCustomError(policy, "NothingAnnounced");
    expect((await here.gateway.source(PAPER.strong)).quorumBps).to.equal(6_667n);
  });
});
