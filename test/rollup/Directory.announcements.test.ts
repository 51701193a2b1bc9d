import { expect } from "chai";

import type { Rollup as Entry } from "#protocol/statements.ts";
import { address } from "#protocol/types.ts";
import { bringEntry, nextBlockAt } from "#support/facts.ts";
import { PAPER, paperPage, paperWorld, speech } from "#support/paper.ts";
import { staged } from "#support/stage.ts";
import { entryOf, Status } from "#support/world.ts";

const DAY = 86_400n;
/** Long enough for one epoch to see everything: 170 days. */
const VALIDITY = 170n * DAY;

describe("A change of a known chain's gateway or set", function () {
  const stage = staged(() => paperWorld({ maxValiditySeconds: Number(VALIDITY) }, VALIDITY));
  const next = (changes: Partial<Entry> = {}) => entryOf(PAPER.strong, PAPER.stranger, { version: 2n, ...changes });
  const bring = (entry: Entry, at?: bigint) =>
    bringEntry(stage().here, stage().strong, entry, at === undefined ? {} : { at, issuedAt: at });
  const apply = async (at?: bigint) => {
    const { here } = stage();
    await nextBlockAt(here, at);
    return here.directory.connect(here.user).applyAnnounced(PAPER.strong);
  };
  const announced = async () => {
    const [{ version }, effectiveAt] = await stage().here.directory.announcedEntry(PAPER.strong);
    return { version, effectiveAt };
  };
  const soon = async () => (await stage().here.now()) + 100n;
  const deliverFrom = async (sourceGateway: Entry["gateway"], at?: bigint) => {
    const { here, strong } = stage();
    const paper = paperPage(stage(), { sourceGateway });
    const { certified, run } = await speech(strong, paper, { issuedAt: at ?? (await here.now()) });
    await nextBlockAt(here, at);
    return here.gateway.deliver(certified.certificate, [run]);
  };
  const expectNotHeard = async (sourceGateway: Entry["gateway"], at?: bigint) => {
    await expect(deliverFrom(sourceGateway, at))
      .to.be.revertedWithCustomError(stage().here.gateway, "SourceGatewayNotAccepted")
      .withArgs(PAPER.strong, sourceGateway);
  };

  for (const [title, changes] of [
    ["a new gateway", {}],
    ["a new set", { gateway: PAPER.gateway, operatorSetId: 2 }],
    ["both", { operatorSetId: 2 }],
  ] as const) {
    it(`is announced with its day: ${title}`, async function () {
      const { here } = stage();
      const [at, entry] = [await soon(), next(changes)];
      await expect(bring(entry, at))
        .to.emit(here.directory, "EntryAnnounced")
        .withArgs(PAPER.strong, 2n, entry.gateway, entry.operatorSetId, at + DAY);
      expect(await announced()).to.deep.equal({ version: 2n, effectiveAt: at + DAY });
      expect((await here.directory.entry(PAPER.strong)).version).to.equal(1n);
      const { gateway, operatorSetId } = await here.gateway.source(PAPER.strong);
      expect([gateway, operatorSetId]).to.deep.equal([PAPER.gateway, 1n]);
    });
  }

  it("is applied by anyone after exactly a day, and by nobody a second before", async function () {
    const { here } = stage();
    const at = await soon();
    await bring(next({ finality: 2, operatorSetId: 2 }), at);
    await expect(apply(at + DAY - 1n))
      .to.be.revertedWithCustomError(here.directory, "NotEffectiveYet")
      .withArgs(at + DAY - 1n, at + DAY);
    await expect(apply(at + DAY))
      .to.emit(here.directory, "EntryApplied")
      .withArgs(PAPER.strong, 2n, PAPER.stranger, 2n, Status.Active, 2n, true);
    const { gateway, operatorSetId } = await here.gateway.source(PAPER.strong);
    expect([gateway, operatorSetId]).to.deep.equal([PAPER.stranger, 2n]);
  });

  it("is applied once: afterwards nothing is announced", async function () {
    const { here } = stage();
    await bring(next());
    await here.helpers.time.increase(DAY);
    await apply();
    expect(await announced()).to.deep.equal({ version: 0n, effectiveAt: 0n });
    await expect(apply()).to.be.revertedWithCustomError(here.directory, "NothingAnnounced").withArgs(PAPER.strong);
  });

  it("keeps its day in another version that announces the same", async function () {
    const { here } = stage();
    const at = await soon();
    await bring(next(), at);
    await expect(bring(next({ version: 3n, status: Status.Draining }), at + DAY - 10n))
      .to.emit(here.directory, "EntryAnnounced")
      .withArgs(PAPER.strong, 3n, PAPER.stranger, 1n, at + DAY);
    await apply(at + DAY);
    const { version, status } = await here.directory.entry(PAPER.strong);
    expect([version, status]).to.deep.equal([3n, BigInt(Status.Draining)]);
  });

  for (const [title, changes] of [
    ["gateway", { gateway: address("0x0000000000000000000000000000000000bad001") }],
    ["set", { operatorSetId: 2 }],
  ] as const) {
    it(`waits anew when its ${title} becomes another`, async function () {
      const { here } = stage();
      const at = await soon();
      await bring(next(), at);
      await bring(next({ version: 3n, ...changes }), at + DAY - 10n);
      await expect(apply(at + DAY))
        .to.be.revertedWithCustomError(here.directory, "NotEffectiveYet")
        .withArgs(at + DAY, at + 2n * DAY - 10n);
      await apply(at + 2n * DAY - 10n);
    });
  }

  it("is dropped by a later version that changes neither", async function () {
    const { here } = stage();
    await bring(next());
    await expect(bring(next({ gateway: PAPER.gateway, version: 3n }))).to.emit(here.directory, "EntryApplied");
    expect(await announced()).to.deep.equal({ version: 0n, effectiveAt: 0n });
    await here.helpers.time.increase(DAY);
    await expect(apply()).to.be.revertedWithCustomError(here.directory, "NothingAnnounced").withArgs(PAPER.strong);
  });

  for (const version of [5n, 70n]) {
    it(`is not replaced by version ${String(version)} when version 5 waits`, async function () {
      const { here } = stage();
      await bring(next({ version: 5n }));
      await expect(bring(next({ version, gateway: PAPER.gateway })))
        .to.be.revertedWithCustomError(here.directory, "VersionOutOfReach")
        .withArgs(version, 5n, 64n);
    });
  }

  it("can be replaced by the version 64 above the one that waits", async function () {
    await bring(next({ version: 5n }));
    await bring(next({ version: 69n }));
    expect((await announced()).version).to.equal(69n);
  });

  describe("drains the replaced gateway", function () {
    /** Announces the change and applies it in the returned second. */
    async function replaced(): Promise<bigint> {
      const at = await soon();
      await bring(next(), at);
      await apply(at + DAY);
      return at + DAY;
    }

    it("for 90 days from the day of its effect", async function () {
      const { here } = stage();
      expect(await here.directory.drainingUntil(PAPER.strong, PAPER.gateway)).to.equal(0n);
      const at = await soon();
      await bring(next(), at);
      await expect(apply(at + DAY))
        .to.emit(here.directory, "GatewayDraining")
        .withArgs(PAPER.strong, PAPER.gateway, at + 91n * DAY);
      expect(await here.directory.drainingUntil(PAPER.strong, PAPER.gateway)).to.equal(at + 91n * DAY);
    });

    it("which is heard beside its successor", async function () {
      const { here } = stage();
      await replaced();
      await expect(deliverFrom(PAPER.gateway)).to.emit(here.gateway, "MessageDelivered");
      await expect(deliverFrom(PAPER.stranger)).to.emit(here.gateway, "MessageDelivered");
    });

    it("whose successor is not heard before it takes effect", async function () {
      await bring(next());
      await expectNotHeard(PAPER.stranger);
    });

    it("which is heard in the last second", async function () {
      const lastSecond = (await replaced()) + 90n * DAY;
      await expect(deliverFrom(PAPER.gateway, lastSecond)).to.emit(stage().here.gateway, "MessageDelivered");
    });

    it("which is not heard a second later", async function () {
      const lastSecond = (await replaced()) + 90n * DAY;
      await expectNotHeard(PAPER.gateway, lastSecond + 1n);
    });

    it("until the owner refuses it, at once", async function () {
      const { here } = stage();
      await replaced();
      await here.policy.refuseGateway(PAPER.strong, PAPER.gateway);
      await expectNotHeard(PAPER.gateway);
      await expect(deliverFrom(PAPER.stranger)).to.emit(here.gateway, "MessageDelivered");
    });

    it("for that chain only", async function () {
      const { here } = stage();
      await replaced();
      expect(await here.directory.drainingUntil(PAPER.weak, PAPER.gateway)).to.equal(0n);
    });

    for (const [name, status] of [
      ["Retired", Status.Retired],
      ["Proposed", Status.Proposed],
    ] as const) {
      it(`not when it was ${name}: only what was heard goes on being heard`, async function () {
        const { here } = stage();
        await bring(entryOf(PAPER.strong, PAPER.gateway, { version: 2n, status }));
        const at = await soon();
        await bring(next({ version: 3n }), at);
        await expect(apply(at + DAY)).to.not.emit(here.directory, "GatewayDraining");
        await expectNotHeard(PAPER.gateway);
        await expect(deliverFrom(PAPER.stranger)).to.emit(here.gateway, "MessageDelivered");
      });
    }

    it("not for an earlier time, once it was named again and retired", async function () {
      let version = 1n;
      const move = async (gateway: Entry["gateway"]) => {
        const at = await soon();
        await bring(next({ gateway, version: ++version }), at);
        return apply(at + DAY);
      };
      await move(PAPER.stranger);
      await move(PAPER.gateway);
      await bring(entryOf(PAPER.strong, PAPER.gateway, { version: ++version, status: Status.Retired }));
      await expect(move(PAPER.stranger)).to.not.emit(stage().here.directory, "GatewayDraining");
      await expectNotHeard(PAPER.gateway);
    });

    it("not when only the set changes", async function () {
      const { here } = stage();
      const at = await soon();
      await bring(next({ gateway: PAPER.gateway, operatorSetId: 2 }), at);
      await expect(apply(at + DAY)).to.not.emit(here.directory, "GatewayDraining");
      expect(await here.directory.drainingUntil(PAPER.strong, PAPER.gateway)).to.equal(0n);
    });
  });

  it("of the set silences the old set the moment it takes effect, and lets the new one speak", async function () {
    const { here, strong, weak } = stage();
    const at = await soon();
    await bring(next({ gateway: PAPER.gateway, operatorSetId: 2 }), at);
    await apply(at + DAY);
    const issuedAt = await here.now();
    const [old, fresh] = [
      await speech(strong, paperPage(stage()), { issuedAt }),
      await speech(weak, paperPage(stage()), { issuedAt }),
    ];
    await expect(here.gateway.deliver(old.certified.certificate, [old.run]))
      .to.be.revertedWithCustomError(here.gateway, "WrongOperatorSet")
      .withArgs(1n, 2n);
    await expect(here.gateway.deliver(fresh.certified.certificate, [fresh.run])).to.emit(
      here.gateway,
      "MessageDelivered",
    );
  });
});
