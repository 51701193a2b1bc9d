import { expect } from "chai";

import type { Committee } from "#support/committee.ts";
import {
  accuse,
  anyList,
  chargeOf,
  court,
  culprit,
  LANE,
  nextEpoch,
  opened,
  pageFaultKey,
  SECOND_STAKE,
  STAKES,
  type Court,
  type PageCharge,
} from "#support/court.ts";
import { describeOnEach, hubOffers } from "#support/eigenlayer/offers.ts";
import type { HubEpoch } from "#support/hub.ts";
import { divergenceAt, NO_DIVERGENCE, sayPage, toldPage, type Speech, type ToldPage } from "#support/speeches.ts";
import { stagedOn } from "#support/stage.ts";

/** Two epochs. In the second one operator 1 is gone, so that operators 3 and 2 have rows 0 and 1. */
interface Scene extends Court {
  readonly later: { readonly epoch: HubEpoch; readonly committee: Committee };
  /** Operators 2 and 3 tell one thing in the first epoch, and 3 another in the second one. */
  readonly crossing: PageCharge;
}

describeOnEach(hubOffers, "Slasher: windows", function (start) {
  const stage = stagedOn(
    async (): Promise<Scene> => {
      const before = await court(await start());
      const { hub, setId, operators, committee } = before;
      await operators[0].leave(hub.set(setId));
      const later = await nextEpoch(before);
      const crossing = await chargeOf(
        { committee, told: toldPage(LANE, ["one"]), absent: [0] },
        { committee: later.committee, told: toldPage(LANE, ["other"]), absent: [1] },
        culprit(2, 0),
      );
      return { ...before, later, crossing };
    },
    ({ hub }) => [hub.eigenLayer],
  );

  it("end where the windows of an epoch say", async function () {
    const { hub, setId, epoch, later } = stage();
    const { grace, evidence } = hub.windows;
    for (const [number, { statement }] of [epoch, later.epoch].entries()) {
      const last = statement.validUntil + BigInt(grace + evidence);
      expect(await hub.tableBuilder.evidenceUntil(setId, number + 1)).to.equal(last);
    }
  });

  it("count a lie across epochs for the later one, whichever half is told first", async function () {
    const { hub, setId, operators, crossing } = stage();
    const { slasher } = hub;
    const { speechA, pageA, speechB, pageB } = crossing;
    const turned = {
      ...crossing,
      speechA: speechB,
      pageA: pageB,
      speechB: speechA,
      pageB: pageA,
      culprit: culprit(0, 2),
    };
    const first = await opened(hub, crossing);
    const second = await opened(hub, turned);
    for (const id of [first, second]) {
      expect((await slasher.caseOf(id)).faultKey).to.equal(pageFaultKey(setId, 2, pageA));
    }
    await expect(slasher.execute(first, [culprit(2, 0)]))
      .to.emit(slasher, "OperatorSlashed")
      .withArgs(first, operators[2].address, 1n, anyList, [STAKES[2]]);
    await expect(slasher.execute(second, [culprit(0, 2)]))
      .to.emit(slasher, "NothingLeft")
      .withArgs(second, operators[2].address);
  });

  it("find an operator by its address, not by its row", async function () {
    const { hub, crossing } = stage();
    for (const [rowA, rowB] of [
      [0, 0],
      [1, 0],
      [1, 1],
      [2, 1],
      [2, 2],
    ] as const) {
      await expect(accuse(hub, { ...crossing, culprit: culprit(rowA, rowB) }))
        .to.be.revertedWithCustomError(hub.slasher, "NotACulprit")
        .withArgs(rowA, rowB);
    }
  });

  it("admit evidence in their last second, and none a second later", async function () {
    const { hub, setId, epoch, committee } = stage();
    const { helpers } = hub.eigenLayer;
    const charge = await chargeOf(
      { committee, told: toldPage(LANE, ["one"]) },
      { committee, told: toldPage(LANE, ["other"]) },
      culprit(1),
    );
    const last = await hub.tableBuilder.evidenceUntil(setId, epoch.statement.epoch);
    await helpers.time.setNextBlockTimestamp(last);
    await accuse(hub, charge);
    await helpers.time.setNextBlockTimestamp(last + 1n);
    await expect(accuse(hub, charge))
      .to.be.revertedWithCustomError(hub.slasher, "EvidenceTooLate")
      .withArgs(last + 1n, last);
  });

  it("admit what was said in an epoch that is over, as long as the later one's last", async function () {
    const { hub, setId, crossing } = stage();
    const { helpers } = hub.eigenLayer;
    const [first, last] = [
      await hub.tableBuilder.evidenceUntil(setId, 1),
      await hub.tableBuilder.evidenceUntil(setId, 2),
    ];
    expect(last > first).to.equal(true);
    await helpers.time.setNextBlockTimestamp(last);
    await accuse(hub, crossing);
    await helpers.time.setNextBlockTimestamp(last + 1n);
    await expect(accuse(hub, crossing))
      .to.be.revertedWithCustomError(hub.slasher, "EvidenceTooLate")
      .withArgs(last + 1n, last);
  });

  it("leave time to take stake that began to leave right after it was read, even if the guardian pauses", async function () {
    const { hub, setId, operators, later, assets } = stage();
    const { slasher, parameters, eigenLayer, tableBuilder, windows } = hub;
    const charge = await chargeOf(
      { committee: later.committee, told: toldPage(LANE, ["one"]) },
      { committee: later.committee, told: toldPage(LANE, ["other"]) },
      culprit(1),
    );
    const { readBlock, validFrom } = await tableBuilder.epoch(setId, 2);
    await operators[1].allocate(hub.set(setId), [assets[0], 0n], [assets[1], 0n]);

    // The last evidence, held up for as long as can be, in blocks that come as fast as they may.
    const last = await tableBuilder.evidenceUntil(setId, 2);
    await eigenLayer.passUntilNextIs(
      Number(readBlock) + Math.floor(Number(last - validFrom) / windows.secondsPerBlock),
    );
    expect((await hub.now()) < last).to.equal(true);
    const id = await opened(hub, charge);
    const guardian = await eigenLayer.chain.ethers.getSigner(parameters.guardian);
    await slasher.connect(guardian).pause(id);
    const { pausedUntil } = await slasher.caseOf(id);
    await eigenLayer.pass(Math.ceil(Number(pausedUntil - (await hub.now())) / windows.secondsPerBlock));
    await eigenLayer.pass(windows.margin / windows.secondsPerBlock - 10);
    await expect(slasher.execute(id, [culprit(1)]))
      .to.emit(slasher, "OperatorSlashed")
      .withArgs(id, operators[1].address, 1n, anyList, [STAKES[1], SECOND_STAKE]);
  });

  it("never catch anybody who only repeated the truth, in whatever batch, epoch and count", async function () {
    const { hub, committee, later } = stage();
    const names = ["a", "b", "c", "d"];
    const truths: { readonly speech: Speech; readonly told: ToldPage; readonly rows: readonly number[] }[] = [];
    for (const [at, { speaker, rows }] of [
      { speaker: committee, rows: [0, 1, 2] },
      { speaker: later.committee, rows: [1, 0] },
    ].entries()) {
      for (const count of [1, 3, 3, 4]) {
        const issuedAt = BigInt(10 * at + truths.length);
        const told = toldPage(LANE, names.slice(0, count), { blockNumber: issuedAt, sourceTimestamp: issuedAt });
        truths.push({ told, speech: await sayPage(speaker, told, { issuedAt }), rows });
      }
    }
    for (const a of truths) {
      for (const b of truths) {
        const least = Math.min(a.told.page.count, b.told.page.count);
        const divergences = Array.from({ length: least }, (_, at) => divergenceAt(at, a.told, b.told));
        for (const divergence of [NO_DIVERGENCE, ...divergences]) {
          const rowsOfTwo = culprit(1, 1);
          await expect(
            hub.slasher.accusePages.staticCall(a.speech, a.told.page, b.speech, b.told.page, divergence, rowsOfTwo),
          ).to.be.revertedWithCustomError(hub.slasher, "NoContradiction");
        }
      }
    }
  });
});
