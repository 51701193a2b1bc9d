import { expect } from "chai";
import { ZeroHash } from "ethers";

import {
  accuse,
  anyList,
  chargeOf,
  court,
  culprit,
  Fault,
  LANE,
  oneCharge,
  opened,
  pageFaultKey,
  SECOND_STAKE,
  STAKES,
  type Court,
  type PageCharge,
} from "#support/court.ts";
import type { EigenLayer } from "#support/eigenlayer/eigenLayer.ts";
import { describeOnEach, hubOffers } from "#support/eigenlayer/offers.ts";
import { WAD } from "#support/hub.ts";
import { toldPage } from "#support/speeches.ts";
import { stagedOn } from "#support/stage.ts";

const UNKNOWN_CASE = 77n;

interface Scene extends Court {
  readonly charge: PageCharge;
}

async function scene(eigenLayer: EigenLayer): Promise<Scene> {
  const before = await court(eigenLayer);
  return { ...before, charge: await oneCharge(before) };
}

describeOnEach(hubOffers, "Slasher: a case", function (start) {
  const stage = stagedOn(
    async () => scene(await start()),
    ({ hub }) => [hub.eigenLayer],
  );

  it("is opened by anybody, and holds who signed what", async function () {
    const { hub, setId, charge } = stage();
    const { slasher, eigenLayer } = hub;
    const accuser = await eigenLayer.account("somebody");
    const key = pageFaultKey(setId, 1, charge.pageA);
    await expect(accuse(hub, charge, accuser))
      .to.emit(slasher, "CaseOpened")
      .withArgs(1n, setId, Fault.Equivocation, key, accuser.address);
    expect(await slasher.caseCount()).to.equal(1n);
    const openedAt = await hub.now();
    expect(await slasher.caseOf(1n)).to.deep.equal([
      Fault.Equivocation,
      BigInt(setId),
      1n,
      1n,
      openedAt,
      0n,
      0n,
      WAD,
      0n,
      false,
      false,
      key,
      ZeroHash,
      0b011n,
      0b110n,
    ]);
  });

  it("takes everything by every strategy, from exactly the operator that signed both", async function () {
    const { hub, setId, assets, operators, charge } = stage();
    const { slasher, vault, eigenLayer } = hub;
    const [first, second] = assets.map(({ strategy }) => strategy);
    const id = await opened(hub, charge);
    const execution = slasher.connect(await eigenLayer.account("somebody")).execute(id, [culprit(1)]);
    await expect(execution)
      .to.emit(slasher, "OperatorSlashed")
      .withArgs(id, operators[1].address, 1n, [first, second], [STAKES[1], SECOND_STAKE]);
    await expect(execution).to.emit(vault, "SharesTaken").withArgs(setId, 1n, first, STAKES[1]);
    await expect(execution).to.emit(vault, "SharesTaken").withArgs(setId, 1n, second, SECOND_STAKE);
    expect((await slasher.caseOf(id)).hasConvicted).to.equal(true);
    for (const asset of assets) {
      const [magnitude, taken] = await slasher.paidOf(
        pageFaultKey(setId, 1, charge.pageA),
        operators[1].address,
        asset.strategy,
      );
      expect([magnitude, taken]).to.deep.equal([WAD, WAD]);
      expect(await operators[1].slashableShares(hub.set(setId), asset)).to.equal(0n);
    }
    for (const at of [0, 2] as const) {
      expect(await operators[at].slashableShares(hub.set(setId), assets[0])).to.equal(STAKES[at]);
    }
  });

  it("reaches nobody who signed one of the two statements, or neither", async function () {
    const { hub, charge } = stage();
    const { slasher } = hub;
    const id = await opened(hub, charge);
    for (const [rowA, rowB] of [
      [0, 0],
      [2, 2],
      [0, 2],
      [2, 0],
      [1, 2],
      [0, 1],
      [3, 3],
      [255, 255],
    ] as const) {
      await expect(slasher.execute(id, [culprit(rowA, rowB)]))
        .to.be.revertedWithCustomError(slasher, "NotACulprit")
        .withArgs(rowA, rowB);
    }
  });

  it("is unknown until it is opened", async function () {
    const { hub } = stage();
    const { slasher, parameters, eigenLayer } = hub;
    const guardian = await eigenLayer.chain.ethers.getSigner(parameters.guardian);
    for (const id of [0n, UNKNOWN_CASE]) {
      await expect(slasher.execute(id, [culprit(1)]))
        .to.be.revertedWithCustomError(slasher, "CaseUnknown")
        .withArgs(id);
      await expect(slasher.connect(guardian).pause(id))
        .to.be.revertedWithCustomError(slasher, "CaseUnknown")
        .withArgs(id);
    }
    expect((await slasher.caseOf(UNKNOWN_CASE)).openedAt).to.equal(0n);
  });

  it("pays several culprits in any number of transactions, and each once", async function () {
    const { hub, committee, operators } = stage();
    const { slasher } = hub;
    const charge = await chargeOf(
      { committee, told: toldPage(LANE, ["one"]) },
      { committee, told: toldPage(LANE, ["other"]) },
      culprit(0),
    );
    const id = await opened(hub, charge);
    await expect(slasher.execute(id, [])).not.to.emit(slasher, "OperatorSlashed");
    expect((await slasher.caseOf(id)).hasConvicted).to.equal(false);

    const page = slasher.execute(id, [culprit(2), culprit(2), culprit(0)]);
    await expect(page).to.emit(slasher, "OperatorSlashed").withArgs(id, operators[2].address, 1n, anyList, [STAKES[2]]);
    await expect(page).to.emit(slasher, "NothingLeft").withArgs(id, operators[2].address);
    await expect(page).to.emit(slasher, "OperatorSlashed").withArgs(id, operators[0].address, 2n, anyList, [STAKES[0]]);

    const rest = slasher.execute(id, [culprit(0), culprit(1), culprit(2)]);
    await expect(rest).to.emit(slasher, "NothingLeft").withArgs(id, operators[0].address);
    await expect(rest)
      .to.emit(slasher, "OperatorSlashed")
      .withArgs(id, operators[1].address, 3n, anyList, [STAKES[1], SECOND_STAKE]);
    await expect(rest).to.emit(slasher, "NothingLeft").withArgs(id, operators[2].address);
  });

  it("has the next table begun at once for each that paid, and voids one that is being built, once", async function () {
    const { hub, setId, committee, operators } = stage();
    const { slasher, tableBuilder } = hub;
    const id = await opened(
      hub,
      await chargeOf(
        { committee, told: toldPage(LANE, ["one"]) },
        { committee, told: toldPage(LANE, ["other"]) },
        culprit(0),
      ),
    );
    await expect(tableBuilder.begin(setId)).to.be.revertedWithCustomError(tableBuilder, "BuildTooEarly");
    const [first, second, third] = operators.map(({ address }) => address);
    await expect(slasher.execute(id, [culprit(0)]))
      .to.emit(tableBuilder, "NextTableDue")
      .withArgs(setId, first);
    await tableBuilder.begin(setId);
    await expect(slasher.execute(id, [culprit(1)]))
      .to.emit(tableBuilder, "BuildVoided")
      .withArgs(setId, second);
    await tableBuilder.begin(setId);
    const last = await slasher.execute(id, [culprit(2), culprit(1)]);
    await expect(last).not.to.emit(tableBuilder, "BuildVoided");
    await expect(last).to.emit(tableBuilder, "NextTableDue").withArgs(setId, third);
    expect((await tableBuilder.build(setId)).members).to.equal(3n);
  });

  it("is held up by the guardian, once and no longer than the pause from its opening", async function () {
    const { hub, charge } = stage();
    const { slasher, parameters, eigenLayer, windows } = hub;
    const { ethers, helpers } = eigenLayer.chain;
    const guardian = await ethers.getSigner(parameters.guardian);
    const id = await opened(hub, charge);
    const until = (await hub.now()) + BigInt(windows.pause);
    const stranger = await eigenLayer.account("somebody");
    await expect(slasher.connect(stranger).pause(id))
      .to.be.revertedWithCustomError(slasher, "NotTheGuardian")
      .withArgs(stranger.address, guardian.address);

    await helpers.time.setNextBlockTimestamp(until - 2n);
    await expect(slasher.connect(guardian).pause(id)).to.emit(slasher, "CasePaused").withArgs(id, until);
    await helpers.time.setNextBlockTimestamp(until - 1n);
    await expect(slasher.execute(id, [culprit(1)]))
      .to.be.revertedWithCustomError(slasher, "CaseHeldUp")
      .withArgs(until - 1n, until);
    await expect(slasher.connect(guardian).pause(id))
      .to.be.revertedWithCustomError(slasher, "PauseOver")
      .withArgs(until - 1n, until);
    await helpers.time.setNextBlockTimestamp(until);
    await expect(slasher.execute(id, [culprit(1)])).to.emit(slasher, "OperatorSlashed");
  });

  it("cannot be held up when the pause would be over", async function () {
    const { hub, charge } = stage();
    const { slasher, parameters, eigenLayer, windows } = hub;
    const { ethers, helpers } = eigenLayer.chain;
    const id = await opened(hub, charge);
    const until = (await hub.now()) + BigInt(windows.pause);
    await helpers.time.setNextBlockTimestamp(until);
    await expect(slasher.connect(await ethers.getSigner(parameters.guardian)).pause(id))
      .to.be.revertedWithCustomError(slasher, "PauseOver")
      .withArgs(until, until);
  });
});
