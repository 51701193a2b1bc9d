import { expect } from "chai";

import { elementAt } from "#protocol/errors.ts";
import { blockOf } from "#support/eigenlayer/eigenLayer.ts";
import { describeOnEach, offers } from "#support/eigenlayer/offers.ts";
import { Operator } from "#support/eigenlayer/operator.ts";
import { DELEGATED_STAKE, HALF, OWN_STAKE, scene, SET_ID, STAKE, WAD } from "#support/eigenlayer/scene.ts";
import { Staker } from "#support/eigenlayer/staker.ts";
import { stagedOn } from "#support/stage.ts";

const THIRD = WAD / 3n;

describeOnEach(offers, "EigenLayer's slashes", function (start) {
  const stage = stagedOn(
    async () => scene(await start()),
    ({ eigenLayer }) => [eigenLayer],
  );
  const am = () => stage().eigenLayer.allocationManager;

  it("take what is on its way out as long as the withdrawal delay lasts, though nothing counts it", async function () {
    const { eigenLayer, asset, service, set, operator, staker } = stage();
    const { delegationManager, delays } = eigenLayer;
    const block = await blockOf(await staker.queueWithdrawal(asset, DELEGATED_STAKE));
    expect(await operator.slashableShares(set, asset)).to.equal(OWN_STAKE / 2n);
    expect(await operator.shares(asset)).to.equal(OWN_STAKE);
    expect(await delegationManager.getSlashableSharesInQueue(operator.address, asset.strategy)).to.equal(
      DELEGATED_STAKE,
    );

    await eigenLayer.passUntilNextIs(block + delays.withdrawal);
    const slash = await service.slash(SET_ID, operator, [asset, HALF]);
    expect(slash.block).to.equal(block + delays.withdrawal);
    expect(slash.shares).to.deep.equal([STAKE / 4n]);
    expect(await operator.shares(asset)).to.equal((OWN_STAKE * 3n) / 4n);
  });

  it("leave alone what is on its way out a block later", async function () {
    const { eigenLayer, asset, service, operator, staker } = stage();
    const block = await blockOf(await staker.queueWithdrawal(asset, DELEGATED_STAKE));
    await eigenLayer.passUntilNextIs(block + eigenLayer.delays.withdrawal + 1);
    const { shares } = await service.slash(SET_ID, operator, [asset, HALF]);
    expect(shares).to.deep.equal([OWN_STAKE / 4n]);
  });

  it("take of those who end their delegation, too", async function () {
    const { asset, service, operator, staker } = stage();
    await staker.undelegate();
    const { shares } = await service.slash(SET_ID, operator, [asset, HALF]);
    expect(shares).to.deep.equal([STAKE / 4n]);
  });

  it("take of a withdrawal what its staker had left of earlier slashes", async function () {
    const { asset, service, operator, staker } = stage();
    await service.slash(SET_ID, operator, [asset, HALF]);
    await staker.queueWithdrawal(asset, DELEGATED_STAKE);
    expect(await operator.shares(asset)).to.equal((OWN_STAKE * 3n) / 4n);
    const { shares } = await service.slash(SET_ID, operator, [asset, HALF]);
    expect(shares).to.deep.equal([STAKE / 8n]);
  });

  it("do not take from a deposit what they took before it came", async function () {
    const { asset, service, operator, staker } = stage();
    const amount = 10n ** 20n + 7n;
    await service.slash(SET_ID, operator, [asset, THIRD]);
    const before = await operator.shares(asset);
    await staker.deposit(asset, amount);
    expect(await operator.shares(asset)).to.equal(before + amount);

    // Its earlier deposit lost what was allocated and slashed; with rounding, down each time, the new one lost next to nothing.
    const max = WAD - (HALF * THIRD + WAD - 1n) / WAD;
    const deposits = DELEGATED_STAKE + amount;
    const factor = ((((DELEGATED_STAKE * max) / WAD + amount) * WAD) / deposits) * WAD;
    const withdrawn = (((deposits * (factor / max)) / WAD) * max) / WAD;
    await staker.queueWithdrawal(asset, deposits);
    expect(await operator.shares(asset)).to.equal(before + amount - withdrawn);
  });

  it("round what they take of the magnitude up, and of the shares down", async function () {
    const { asset, service, set, operator, staker } = stage();
    await staker.deposit(asset, 7n);
    const magnitude = (HALF * THIRD + WAD - 1n) / WAD;
    const left = ((STAKE + 7n) * (WAD - magnitude) + WAD - 1n) / WAD;
    const { shares } = await service.slash(SET_ID, operator, [asset, THIRD]);
    expect(await operator.allocation(set, asset)).to.deep.equal({
      current: HALF - magnitude,
      pending: 0n,
      effectBlock: 0,
    });
    expect(shares).to.deep.equal([STAKE + 7n - left]);
  });

  it("promise what the view says, which rounds the allocated part down to 18 digits", async function () {
    const { asset, service, set, operator } = stage();
    await service.slash(SET_ID, operator, [asset, THIRD]);
    const { current } = await operator.allocation(set, asset);
    const max = await am().getMaxMagnitude(operator.address, asset.strategy);
    const promised = ((await operator.shares(asset)) * ((current * WAD) / max)) / WAD;
    expect(await operator.slashableShares(set, asset)).to.equal(promised);
    const { shares } = await service.slash(SET_ID, operator, [asset, WAD]);
    expect(elementAt(shares, 0) - promised).to.be.within(1n, STAKE / WAD);
  });

  it("by a wad of 1 take magnitude, also where that is worth no share", async function () {
    const { eigenLayer, service, set, operator } = stage();
    const poor = elementAt(eigenLayer.assets, 1);
    await operator.deposit(poor, WAD - 1n);
    await operator.allocate(set, [poor, HALF]);
    const { shares } = await service.slash(SET_ID, operator, [poor, 1n]);
    expect(shares).to.deep.equal([0n]);
    expect(await am().getMaxMagnitude(operator.address, poor.strategy)).to.equal(WAD - 1n);
  });

  it("take nothing of a strategy that has no allocation, and go on", async function () {
    const { eigenLayer, asset, service, set, operator } = stage();
    const other = elementAt(eigenLayer.assets, 1);
    const slash = await service.slash(SET_ID, operator, [asset, HALF], [other, HALF]);
    expect(slash.shares).to.deep.equal([STAKE / 4n, 0n]);
    const waiting = eigenLayer.strategyManager["getBurnOrRedistributableShares((address,uint32),uint256)"];
    expect(await waiting(set, slash.id)).to.deep.equal([[asset.strategy], [STAKE / 4n]]);
  });

  it("are refused as a whole where one strategy is out of order, not the set's, or its wad no fraction", async function () {
    const { eigenLayer, asset, service, operator } = stage();
    const other = elementAt(eigenLayer.assets, 1);
    const refused = async (error: string, ...parts: Parameters<typeof service.sendSlash>[2][]) =>
      expect(service.sendSlash(SET_ID, operator, ...parts)).to.be.revertedWithCustomError(am(), error);
    await refused("StrategiesMustBeInAscendingOrder", [other, HALF], [asset, HALF]);
    await refused("StrategiesMustBeInAscendingOrder", [asset, HALF], [asset, HALF]);
    await refused("InvalidWadToSlash", [asset, 0n]);
    await refused("InvalidWadToSlash", [asset, WAD + 1n]);
    await service.removeStrategy(SET_ID, other);
    await refused("StrategyNotInOperatorSet", [asset, HALF], [other, HALF]);
  });

  it("take of what is on its way out of a set pro rata", async function () {
    const { eigenLayer, asset, service, set, operator } = stage();
    const left = WAD / 5n;
    const block = await blockOf(await operator.allocate(set, [asset, left]));
    await service.slash(SET_ID, operator, [asset, THIRD]);
    const afterSlash = (magnitude: bigint) => magnitude - (magnitude * THIRD + WAD - 1n) / WAD;
    expect(await operator.allocation(set, asset)).to.deep.equal({
      current: afterSlash(HALF),
      pending: -afterSlash(HALF - left),
      effectBlock: block + eigenLayer.delays.deallocation + 1,
    });
  });

  it("are told with the fraction of all that the operator has", async function () {
    const { eigenLayer, asset, service, set, operator } = stage();
    await expect(service.sendSlash(SET_ID, operator, [asset, HALF]))
      .to.emit(eigenLayer.allocationManager, "OperatorSlashed")
      .withArgs(operator.address, [set.avs, set.id], [asset.strategy], [WAD / 4n], "");
  });

  describe("of everything", function () {
    it("leave nothing to slash, without a word", async function () {
      const { asset, service, set, operator } = stage();
      await operator.allocate(set, [asset, WAD]);
      const { shares } = await service.slash(SET_ID, operator, [asset, WAD]);
      expect(shares).to.deep.equal([STAKE]);
      expect(await operator.shares(asset)).to.equal(0n);
      expect(await am().getMaxMagnitude(operator.address, asset.strategy)).to.equal(0n);
      expect(await operator.slashableShares(set, asset)).to.equal(0n);
      expect(await service.slash(SET_ID, operator, [asset, WAD])).to.deep.include({ id: 2n, shares: [0n] });
    });

    it("leave an operator that can never have stake by this strategy again", async function () {
      const { eigenLayer, asset, service, set, operator, staker } = stage();
      await operator.allocate(set, [asset, WAD]);
      await service.slash(SET_ID, operator, [asset, WAD]);
      const { delegationManager } = eigenLayer;
      await expect(staker.deposit(asset, 1n)).to.be.revertedWithCustomError(delegationManager, "FullySlashed");
      const newcomer = await Staker.named(eigenLayer, "newcomer");
      await newcomer.deposit(asset, 1n);
      await expect(newcomer.delegateTo(operator)).to.be.revertedWithCustomError(delegationManager, "FullySlashed");
      await expect(operator.allocate(set, [asset, 1n])).to.be.revertedWithCustomError(am(), "InsufficientMagnitude");
    });

    it("leave others as they are", async function () {
      const { eigenLayer, asset, service, set, operator } = stage();
      const other = await Operator.named(eigenLayer, "other");
      await other.deposit(asset, OWN_STAKE);
      await other.registerAsOperator();
      await operator.allocate(set, [asset, WAD]);
      await service.slash(SET_ID, operator, [asset, WAD]);
      expect(await other.shares(asset)).to.equal(OWN_STAKE);
    });
  });
});
