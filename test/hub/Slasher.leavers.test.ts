import { expect } from "chai";

import {
  anyList,
  chargeOf,
  court,
  culprit,
  LANE,
  oneCharge,
  opened,
  pageFaultKey,
  SECOND_STAKE,
  STAKES,
  type Court,
  type PageCharge,
} from "#support/court.ts";
import { blockOf } from "#support/eigenlayer/eigenLayer.ts";
import { describeOnEach, hubOffers } from "#support/eigenlayer/offers.ts";
import { WAD } from "#support/hub.ts";
import { toldPage } from "#support/speeches.ts";
import { stagedOn } from "#support/stage.ts";

interface Scene extends Court {
  readonly charge: PageCharge;
}

describeOnEach(hubOffers, "Slasher: whoever left", function (start) {
  const stage = stagedOn(
    async (): Promise<Scene> => {
      const before = await court(await start());
      return { ...before, charge: await oneCharge(before) };
    },
    ({ hub }) => [hub.eigenLayer],
  );

  it("is reached up to the last block in which EigenLayer can", async function () {
    const { hub, setId, operators, charge } = stage();
    const { slasher, eigenLayer } = hub;
    const left = await blockOf(await operators[1].leave(hub.set(setId)));
    const id = await opened(hub, charge);
    await eigenLayer.passUntilNextIs(left + eigenLayer.delays.deallocation);
    await expect(slasher.execute(id, [culprit(1)]))
      .to.emit(slasher, "OperatorSlashed")
      .withArgs(id, operators[1].address, 1n, anyList, [STAKES[1], SECOND_STAKE]);
  });

  it("is skipped a block later, when EigenLayer cannot slash it any more, and the others pay", async function () {
    const { hub, setId, committee, operators } = stage();
    const { slasher, eigenLayer } = hub;
    const charge = await chargeOf(
      { committee, told: toldPage(LANE, ["one"]) },
      { committee, told: toldPage(LANE, ["other"]) },
      culprit(0),
    );
    const left = await blockOf(await operators[1].leave(hub.set(setId)));
    const id = await opened(hub, charge);
    await eigenLayer.passUntilNextIs(left + eigenLayer.delays.deallocation + 1);
    const execution = slasher.execute(id, [culprit(1), culprit(2)]);
    await expect(execution).to.emit(slasher, "NothingLeft").withArgs(id, operators[1].address);
    await expect(execution)
      .to.emit(slasher, "OperatorSlashed")
      .withArgs(id, operators[2].address, 1n, anyList, [STAKES[2]]);
  });

  it("is skipped with nothing allocated", async function () {
    const { hub, setId, assets, operators, charge } = stage();
    const { slasher, eigenLayer } = hub;
    const set = hub.set(setId);
    const block = await blockOf(await operators[1].allocate(set, [assets[0], 0n], [assets[1], 0n]));
    const id = await opened(hub, charge);
    await eigenLayer.passUntilNextIs(block + eigenLayer.delays.deallocation + 1);
    await expect(slasher.execute(id, [culprit(1)]))
      .to.emit(slasher, "NothingLeft")
      .withArgs(id, operators[1].address);
    expect((await slasher.caseOf(id)).hasConvicted).to.equal(false);
    expect(await eigenLayer.allocationManager.getSlashCount(set)).to.equal(0n);
  });

  it("has not paid when no shares were taken, and spoils nobody else's execution", async function () {
    const { hub, setId, assets, operators, charge } = stage();
    const { slasher, eigenLayer } = hub;
    const id = await opened(hub, charge);
    await operators[1].queueWithdrawal(assets[0], STAKES[1]);
    await operators[1].queueWithdrawal(assets[1], SECOND_STAKE);
    await eigenLayer.pass(eigenLayer.delays.withdrawal + 1);
    await expect(slasher.execute(id, [culprit(1)]))
      .to.emit(slasher, "NothingLeft")
      .withArgs(id, operators[1].address);
    expect((await slasher.caseOf(id)).hasConvicted).to.equal(false);
    expect(await eigenLayer.allocationManager.getSlashCount(hub.set(setId))).to.equal(0n);
    expect(
      await slasher.paidOf(pageFaultKey(setId, 1, charge.pageA), operators[1].address, assets[0].strategy),
    ).to.deep.equal([0n, 0n]);

    // New stake under the old allocation is taken.
    await operators[1].deposit(assets[0], WAD);
    await expect(slasher.execute(id, [culprit(1)]))
      .to.emit(slasher, "OperatorSlashed")
      .withArgs(id, operators[1].address, 1n, anyList, [WAD, 0n]);
  });

  it("or lost everything for another deed is skipped, and the others pay", async function () {
    const { hub, setId, committee, operators, charge } = stage();
    const { slasher, eigenLayer } = hub;
    await slasher.execute(await opened(hub, charge), [culprit(1)]);
    const other = await chargeOf(
      { committee, told: toldPage(LANE, ["one"], { pageIndex: 1n }) },
      { committee, told: toldPage(LANE, ["other"], { pageIndex: 1n }) },
      culprit(0),
    );
    const id = await opened(hub, other);
    const execution = slasher.execute(id, [culprit(1), culprit(2)]);
    await expect(execution).to.emit(slasher, "NothingLeft").withArgs(id, operators[1].address);
    await expect(execution)
      .to.emit(slasher, "OperatorSlashed")
      .withArgs(id, operators[2].address, 2n, anyList, [STAKES[2]]);
    expect(await eigenLayer.allocationManager.getSlashCount(hub.set(setId))).to.equal(2n);
  });

  it("takes from one operator in calls of its own only", async function () {
    const { hub, operators, charge } = stage();
    const id = await opened(hub, charge);
    const stranger = await hub.eigenLayer.account("somebody");
    await expect(hub.slasher.connect(stranger).takeFrom(id, operators[1].address))
      .to.be.revertedWithCustomError(hub.slasher, "NotSelf")
      .withArgs(stranger.address);
  });
});
