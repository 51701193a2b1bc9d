import { expect } from "chai";

import { elementAt } from "#protocol/errors.ts";
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
import { describeOnEach, hubOffers } from "#support/eigenlayer/offers.ts";
import { WAD } from "#support/hub.ts";
import { toldPage } from "#support/speeches.ts";
import { stagedOn } from "#support/stage.ts";

const HALF = WAD / 2n;

interface Scene extends Court {
  readonly charge: PageCharge;
}

describeOnEach(hubOffers, "Slasher: one deed, one price", function (start) {
  const stage = stagedOn(
    async (): Promise<Scene> => {
      const before = await court(await start(), HALF);
      return { ...before, charge: await oneCharge(before) };
    },
    ({ hub }) => [hub.eigenLayer],
  );

  const paid = async ({ hub, operators, assets, setId, charge }: Scene) =>
    hub.slasher.paidOf(pageFaultKey(setId, 1, charge.pageA), operators[1].address, assets[0].strategy);

  async function expectNothingMore(before: Scene, ...charges: readonly PageCharge[]): Promise<void> {
    const { hub, setId, assets, operators } = before;
    for (const charge of charges) {
      const id = await opened(hub, charge);
      const execution = hub.slasher.execute(id, [charge.culprit]);
      await expect(execution).to.emit(hub.slasher, "NothingLeft").withArgs(id, operators[1].address);
      await expect(execution).not.to.emit(hub.slasher, "OperatorSlashed");
    }
    expect(await paid(before)).to.deep.equal([WAD, HALF]);
    expect(await hub.eigenLayer.allocationManager.getSlashCount(hub.set(setId))).to.equal(1n);
    expect(await operators[1].slashableShares(hub.set(setId), assets[0])).to.equal(STAKES[1] / 2n);
  }

  beforeEach(async function () {
    const { hub, operators, charge } = stage();
    const id = await opened(hub, charge);
    await expect(hub.slasher.execute(id, [culprit(1)]))
      .to.emit(hub.slasher, "OperatorSlashed")
      .withArgs(id, operators[1].address, 1n, anyList, [STAKES[1] / 2n, SECOND_STAKE / 2n]);
  });

  it("is paid once, however often the same case is told", async function () {
    const before = stage();
    const { hub, operators, charge } = before;
    await expect(hub.slasher.execute(1n, [culprit(1), culprit(1)]))
      .to.emit(hub.slasher, "NothingLeft")
      .withArgs(1n, operators[1].address);
    const { speechA, pageA, speechB, pageB } = charge;
    const turned = { ...charge, speechA: speechB, pageA: pageB, speechB: speechA, pageB: pageA };
    await expectNothingMore(before, charge, turned);
  });

  it("is paid once, whatever else proves it", async function () {
    const before = stage();
    const { committee } = before;
    const told = [
      ["first", "second"],
      ["third", "another"],
      ["something", "else"],
    ].map((names) => toldPage(LANE, names));
    const charges = [
      // A third version of the page, other signers, single signatures.
      await chargeOf({ committee, told: elementAt(told, 0) }, { committee, told: elementAt(told, 1) }, culprit(1)),
      await chargeOf({ committee, told: elementAt(told, 1) }, { committee, told: elementAt(told, 2) }, culprit(1)),
      await chargeOf(
        { committee, told: elementAt(told, 0), absent: [0, 2] },
        { committee, told: elementAt(told, 2), absent: [0, 2] },
        culprit(1),
        { issuedAt: 500n },
      ),
    ];
    await expectNothingMore(before, ...charges);
  });

  it("is paid again for another page, of what is left", async function () {
    const before = stage();
    const { hub, operators } = before;
    const id = await opened(hub, await oneCharge(before, { pageIndex: 1n }));
    await expect(hub.slasher.execute(id, [culprit(1)]))
      .to.emit(hub.slasher, "OperatorSlashed")
      .withArgs(id, operators[1].address, 2n, anyList, [STAKES[1] / 4n, SECOND_STAKE / 4n]);
  });

  it("has no part in what the operator allocates later, by whatever strategy", async function () {
    const before = stage();
    const { hub, setId, assets, operators, committee } = before;
    const charge = await chargeOf(
      { committee, told: toldPage(LANE, ["one"], { pageIndex: 5n }) },
      { committee, told: toldPage(LANE, ["other"], { pageIndex: 5n }) },
      culprit(2),
    );
    const id = await opened(hub, charge);
    await hub.slasher.execute(id, [culprit(2)]);
    await operators[2].deposit(assets[1], WAD);
    await operators[2].allocate(hub.set(setId), [assets[1], WAD]);
    await hub.eigenLayer.pass(1);
    expect(await operators[2].slashableShares(hub.set(setId), assets[1])).to.equal(WAD);
    await expect(hub.slasher.execute(id, [culprit(2)]))
      .to.emit(hub.slasher, "NothingLeft")
      .withArgs(id, operators[2].address);
    expect(await operators[2].slashableShares(hub.set(setId), assets[1])).to.equal(WAD);
  });
});

describeOnEach(hubOffers, "Slasher: an odd price", function (start) {
  const stage = stagedOn(
    async () => court(await start(), WAD / 3n),
    ({ hub }) => [hub.eigenLayer],
  );

  it("is exact to the last unit of magnitude, whatever was taken before", async function () {
    const { hub, setId, assets, operators, committee } = stage();
    const { slasher, eigenLayer } = hub;
    const { strategy } = assets[0];
    const second = operators[1].address;
    const magnitude = async () =>
      (await eigenLayer.allocationManager.getAllocation(second, hub.set(setId), strategy)).currentMagnitude;
    for (let pageIndex = 0n; pageIndex < 5n; pageIndex++) {
      const charge = await oneCharge({ committee }, { pageIndex });
      const present = await magnitude();
      await slasher.execute(await opened(hub, charge), [charge.culprit]);
      const price = (present * (WAD / 3n) + WAD - 1n) / WAD;
      expect(await slasher.paidOf(pageFaultKey(setId, 1, charge.pageA), second, strategy)).to.deep.equal([
        present,
        price,
      ]);
      expect(await magnitude()).to.equal(present - price);
    }
  });
});
