import { expect } from "chai";

import { address } from "#protocol/types.ts";
import { absentChain, bringEntryNews, DAY } from "#support/brakes.ts";
import { valuesOfEntry } from "#support/entries.ts";
import { bringEntry } from "#support/facts.ts";
import { PAPER, paperPage, paperWorld, speech } from "#support/paper.ts";
import { staged } from "#support/stage.ts";
import { entryOf, Status } from "#support/world.ts";

const LOOSENING = 8n * DAY;
const NEXT = address("0x000000000000000000000000000000000000beef");

describe("News of a chain", function () {
  const stage = staged(async () => paperWorld({}, 129_600n, true));
  const directory = () => stage().here.directory;
  const news = (hubTime: bigint, changes: Parameters<typeof entryOf>[2] = {}) => ({
    sequence: 1n,
    hubTime,
    entry: entryOf(PAPER.strong, PAPER.gateway, changes),
  });
  const entry = async () => directory().entry(PAPER.strong);

  /** A page of the strong source through a gateway, now. */
  async function said(sourceGateway = PAPER.gateway) {
    const { here, strong } = stage();
    return speech(strong, paperPage(stage(), { sourceGateway }), { issuedAt: await here.now() });
  }

  it("come from the end of the slow road alone", async function () {
    const { here } = stage();
    const road = await here.gateway.canonicalReceiver();
    for (const stranger of [here.deployer, await here.actAs(here.addresses.policy)]) {
      await expect(directory().connect(stranger).bring(news(1n)))
        .to.be.revertedWithCustomError(directory(), "NotTheBringer")
        .withArgs(stranger.address, road);
    }
  });

  it("bring another gateway at once, and the one before drains", async function () {
    const { here } = stage();
    const at = (await here.now()) + 5n;
    const next = news(await here.now(), { gateway: NEXT, version: 2n });
    await here.actAs(await here.gateway.canonicalReceiver());
    await here.helpers.time.setNextBlockTimestamp(at);
    await bringEntryNews(here, next);
    expect(await entry()).to.deep.equal(valuesOfEntry(next.entry));
    expect((await here.gateway.source(PAPER.strong)).gateway).to.equal(NEXT);
    expect(await directory().drainingUntil(PAPER.strong, PAPER.gateway)).to.equal(at + 90n * DAY);
    for (const gateway of [PAPER.gateway, NEXT]) {
      const { certified, run } = await said(gateway);
      await expect(here.gateway.deliver(certified.certificate, [run])).to.emit(here.gateway, "MessageDelivered");
    }
  });

  it("lower a version that was made up, whose gateway is not heard on, and no certificate says it again", async function () {
    const { here, strong } = stage();
    const issuedAt = await here.now();
    const captured = entryOf(PAPER.strong, NEXT, { version: 9n });
    await bringEntry(here, strong, captured, { issuedAt });
    await here.helpers.time.increase(DAY);
    await directory().applyAnnounced(PAPER.strong);
    const { certified, run } = await said(NEXT);
    await bringEntryNews(here, news(issuedAt));
    expect(await entry()).to.deep.equal(valuesOfEntry(news(issuedAt).entry));
    await expect(here.gateway.deliver(certified.certificate, [run]))
      .to.be.revertedWithCustomError(here.gateway, "SourceGatewayNotAccepted")
      .withArgs(PAPER.strong, NEXT);
    expect(await directory().drainingUntil(PAPER.strong, NEXT)).to.equal(0n);
  });

  it("are not undone by the certificate that they have overridden", async function () {
    const { here, strong } = stage();
    const issuedAt = await here.now();
    const lie = entryOf(PAPER.strong, PAPER.gateway, { version: 9n, status: Status.Retired });
    await bringEntry(here, strong, lie, { issuedAt });
    await bringEntryNews(here, news(issuedAt));
    expect((await here.gateway.source(PAPER.strong)).gateway).to.equal(PAPER.gateway);
    await expect(bringEntry(here, strong, lie, { issuedAt }))
      .to.be.revertedWithCustomError(directory(), "OlderThanNews")
      .withArgs(PAPER.strong, issuedAt, issuedAt);
    await bringEntry(here, strong, { ...lie, status: Status.Draining }, { issuedAt: issuedAt + 1n });
    expect((await entry()).status).to.equal(BigInt(Status.Draining));
  });

  it("let no gateway drain whose lies nobody can prove, when its successor's can be proven", async function () {
    const { here, strong } = stage();
    const entryNow = entryOf(PAPER.irrefutable, NEXT, { version: 2n });
    await bringEntryNews(here, { sequence: 1n, hubTime: await here.now(), entry: entryNow });
    expect(await directory().drainingUntil(PAPER.irrefutable, PAPER.gateway)).to.equal(0n);
    const page = paperPage(stage(), { sourceChainId: PAPER.irrefutable, sourceGateway: PAPER.gateway });
    const { certified, run } = await speech(strong, page, { issuedAt: await here.now() });
    await expect(here.gateway.deliver(certified.certificate, [run]))
      .to.be.revertedWithCustomError(here.gateway, "SourceGatewayNotAccepted")
      .withArgs(PAPER.irrefutable, PAPER.gateway);
  });

  it("from before the deployment change nothing that came with it", async function () {
    const { here, validFrom } = stage();
    const before = await entry();
    await bringEntryNews(here, absentChain(PAPER.strong, validFrom - 1n));
    expect(await entry()).to.deep.equal(before);
  });

  it("drop a change that was announced before, however often it was said again", async function () {
    const { here, strong } = stage();
    const issuedAt = await here.now();
    await bringEntry(here, strong, entryOf(PAPER.strong, NEXT, { version: 2n }), { issuedAt });
    await bringEntry(here, strong, entryOf(PAPER.strong, NEXT, { version: 3n }), { issuedAt: issuedAt + 9n });
    const kept = await here.helpers.takeSnapshot();
    await bringEntryNews(here, news(issuedAt - 1n));
    expect((await directory().announcedEntry(PAPER.strong)).announced.version).to.equal(3n);
    await kept.restore();
    await bringEntryNews(here, news(issuedAt));
    expect((await directory().announcedEntry(PAPER.strong)).effectiveAt).to.equal(0n);
    await here.helpers.time.increase(2n * DAY);
    await expect(directory().applyAnnounced(PAPER.strong))
      .to.be.revertedWithCustomError(directory(), "NothingAnnounced")
      .withArgs(PAPER.strong);
  });

  it("leave what was certified later, and older news change nothing", async function () {
    const { here, strong } = stage();
    const now = await here.now();
    const later = entryOf(PAPER.strong, PAPER.gateway, { version: 3n, status: Status.Draining });
    await bringEntry(here, strong, later, { issuedAt: now });
    await bringEntryNews(here, news(now - 1n, { version: 2n }));
    expect(await entry()).to.deep.equal(valuesOfEntry(later));
    expect(await directory().newsAt(PAPER.strong)).to.equal(now - 1n);
    await bringEntryNews(here, news(now + 5n, { version: 4n }));
    expect((await entry()).version).to.equal(4n);
    await bringEntryNews(here, news(now + 4n, { version: 1n }));
    expect((await entry()).version).to.equal(4n);
    expect(await directory().newsAt(PAPER.strong)).to.equal(now + 5n);
  });

  it("retire a chain that was made up, until the hub has it", async function () {
    const { here, strong } = stage();
    const now = await here.now();
    const [fake, truth] = [entryOf(PAPER.unknown, NEXT, { version: 77n }), entryOf(PAPER.unknown, PAPER.gateway)];
    await bringEntry(here, strong, fake, { issuedAt: now });
    await bringEntryNews(here, absentChain(PAPER.unknown, now));
    const { status, version } = await directory().entry(PAPER.unknown);
    expect([status, version]).to.deep.equal([BigInt(Status.Retired), 0n]);
    const page = paperPage(stage(), { sourceChainId: PAPER.unknown, sourceGateway: NEXT });
    const { certified, run } = await speech(strong, page, { issuedAt: await here.now() });
    const refused = async (error: string, ...args: unknown[]) =>
      expect(here.gateway.deliver(certified.certificate, [run]))
        .to.be.revertedWithCustomError(here.gateway, error)
        .withArgs(...args);
    await refused("SourceNotAccepted", PAPER.unknown);
    await expect(bringEntry(here, strong, fake, { issuedAt: now })).to.be.revertedWithCustomError(
      directory(),
      "OlderThanNews",
    );
    await bringEntry(here, strong, truth, { issuedAt: now + 1n });
    expect(await directory().entry(PAPER.unknown)).to.deep.equal(valuesOfEntry(truth));
    await refused("SourceGatewayNotAccepted", PAPER.unknown, NEXT);
  });

  it("of a chain that nobody knows change nothing when the hub does not have it either", async function () {
    const { here } = stage();
    const before = await directory().chainIds();
    await bringEntryNews(here, absentChain(PAPER.unknown, 5n));
    expect(await directory().chainIds()).to.deep.equal(before);
  });

  it("of a shape that no registry has are refused", async function () {
    const { here } = stage();
    await expect(bringEntryNews(here, news(5n, { finality: 4 }))).to.be.revertedWithCustomError(
      directory(),
      "EntryMalformed",
    );
  });
});

describe("News of a chain without a slow road", function () {
  const stage = staged(paperWorld);

  it("are the owner's, after the loosening delay", async function () {
    const { here } = stage();
    const { policy, directory, user, deployer } = here;
    const hubTime = await here.now();
    const entry = entryOf(PAPER.strong, NEXT, { version: 2n });
    const news = { sequence: 1n, hubTime, entry };
    await expect(directory.bring(news))
      .to.be.revertedWithCustomError(directory, "NotTheBringer")
      .withArgs(deployer.address, here.addresses.policy);
    await expect(policy.announceEntry(news)).to.emit(policy, "EntryNewsAnnounced");
    const effectiveAt = (await here.now()) + LOOSENING;
    await here.helpers.time.setNextBlockTimestamp(effectiveAt - 1n);
    await expect(policy.connect(user).bringEntry(news))
      .to.be.revertedWithCustomError(policy, "NotEffectiveYet")
      .withArgs(effectiveAt - 1n, effectiveAt);
    await expect(policy.bringEntry({ ...news, hubTime: 9n })).to.be.revertedWithCustomError(policy, "NothingAnnounced");
    await here.helpers.time.setNextBlockTimestamp(effectiveAt);
    await expect(policy.connect(user).bringEntry(news)).to.emit(directory, "EntryApplied");
    expect(await directory.entry(PAPER.strong)).to.deep.equal(valuesOfEntry(entry));
  });
});
