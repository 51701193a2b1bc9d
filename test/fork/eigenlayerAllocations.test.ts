import { expect } from "chai";

import { elementAt } from "#protocol/errors.ts";
import { blockOf, type Asset, type EigenLayer } from "#support/eigenlayer/eigenLayer.ts";
import { describeOnEach, offers } from "#support/eigenlayer/offers.ts";
import { Operator, passAllocationConfiguration } from "#support/eigenlayer/operator.ts";
import { HALF, OWN_STAKE, RECIPIENT, scene, SET_ID, STAKE, WAD } from "#support/eigenlayer/scene.ts";
import { stagedOn } from "#support/stage.ts";

const OTHER_ID = SET_ID + 1;
const DELAY = 10;

/** An operator whose allocations wait. */
async function slowOperator(eigenLayer: EigenLayer, asset: Asset): Promise<Operator> {
  const operator = await Operator.named(eigenLayer, "slow operator");
  await operator.deposit(asset, OWN_STAKE);
  await operator.registerAsOperator(DELAY);
  await passAllocationConfiguration(eigenLayer);
  return operator;
}

describeOnEach(offers, "EigenLayer's allocations", function (start) {
  const stage = stagedOn(
    async () => {
      const all = await scene(await start());
      await all.service.createSet(OTHER_ID, all.eigenLayer.assets, RECIPIENT);
      return { ...all, other: all.service.set(OTHER_ID) };
    },
    ({ eigenLayer }) => [eigenLayer],
  );
  const am = () => stage().eigenLayer.allocationManager;
  const refused = async (attempt: Promise<unknown>, error: string) =>
    expect(attempt).to.be.revertedWithCustomError(am(), error);

  it("change one at a time", async function () {
    const { eigenLayer, asset, set, operator } = stage();
    const block = await blockOf(await operator.allocate(set, [asset, 0n]));
    await eigenLayer.passUntilNextIs(block + eigenLayer.delays.deallocation);
    await refused(operator.allocate(set, [asset, WAD]), "ModificationAlreadyPending");
    await eigenLayer.passUntilNextIs(block + eigenLayer.delays.deallocation + 1);
    await operator.allocate(set, [asset, WAD]);
    expect(await operator.allocation(set, asset)).to.deep.equal({ current: WAD, pending: 0n, effectBlock: 0 });
  });

  it("are no more than all in all sets, and each change is one", async function () {
    const { asset, set, other, operator } = stage();
    await refused(operator.allocate(set, [asset, HALF]), "SameMagnitude");
    await refused(operator.allocate(set, [asset, WAD + 1n]), "InsufficientMagnitude");
    await refused(operator.allocate(other, [asset, HALF + 1n]), "InsufficientMagnitude");
    await operator.allocate(other, [asset, HALF]);
    expect(await operator.allocatable(asset)).to.equal(0n);
    await refused(operator.allocate({ ...set, id: 99 }, [asset, 1n]), "InvalidOperatorSet");
  });

  it("are freed for other sets only when their stake is not slashable any more", async function () {
    const { eigenLayer, asset, set, other, operator } = stage();
    const block = await blockOf(await operator.allocate(set, [asset, 0n]));
    expect(await operator.allocatable(asset)).to.equal(HALF);
    await eigenLayer.passUntilNextIs(block + eigenLayer.delays.deallocation);
    await refused(operator.allocate(other, [asset, WAD]), "InsufficientMagnitude");
    await eigenLayer.passUntilNextIs(block + eigenLayer.delays.deallocation + 1);
    await operator.allocate(other, [asset, WAD]);
    expect(await operator.allocatable(asset)).to.equal(0n);
  });

  it("are freed in the view, too, and by anyone, when a decrease is over", async function () {
    const { eigenLayer, asset, set, operator } = stage();
    const block = await blockOf(await operator.allocate(set, [asset, 0n]));
    await eigenLayer.passUntilNextIs(block + eigenLayer.delays.deallocation + 2);
    expect(await operator.allocatable(asset)).to.equal(WAD);
    await am().clearDeallocationQueue(operator.address, [asset.strategy], [1n]);
    expect(await operator.allocatable(asset)).to.equal(WAD);
  });

  it("grow after the operator's delay, and are reserved at once", async function () {
    const { eigenLayer, asset, service, set } = stage();
    const operator = await slowOperator(eigenLayer, asset);
    await operator.registerKey(set);
    await operator.join(set);
    const block = await blockOf(await operator.allocate(set, [asset, HALF]));
    expect(await operator.allocation(set, asset)).to.deep.equal({
      current: 0n,
      pending: HALF,
      effectBlock: block + DELAY,
    });
    expect(await operator.allocatable(asset)).to.equal(HALF);
    expect(await operator.slashableShares(set, asset, DELAY + 5)).to.equal(0n);
    await refused(operator.allocate(set, [asset, WAD]), "ModificationAlreadyPending");

    await eigenLayer.passUntilNextIs(block + DELAY - 1);
    expect((await service.slash(SET_ID, operator, [asset, HALF])).shares).to.deep.equal([0n]);
    const slash = await service.slash(SET_ID, operator, [asset, HALF]);
    expect(slash.block).to.equal(block + DELAY);
    expect(slash.shares).to.deep.equal([OWN_STAKE / 4n]);
  });

  it("wait as the operator said at first: at once, or after the configuration delay", async function () {
    const { eigenLayer, asset, set } = stage();
    const { capabilities, delays } = eigenLayer;
    const operator = await Operator.named(eigenLayer, "new operator");
    await operator.deposit(asset, OWN_STAKE);
    const block = await blockOf(await operator.registerAsOperator(DELAY));
    if (!capabilities.instantAllocationDelay) {
      await eigenLayer.passUntilNextIs(block + delays.allocationConfiguration);
      await refused(operator.allocate(set, [asset, HALF]), "UninitializedAllocationDelay");
      await eigenLayer.passUntilNextIs(block + delays.allocationConfiguration + 1);
    }
    await operator.allocate(set, [asset, HALF]);
    expect(await am().getAllocationDelay(operator.address)).to.deep.equal([true, BigInt(DELAY)]);
  });

  it("wait as the operator said later only after the configuration delay", async function () {
    const { eigenLayer, asset, set, operator } = stage();
    const block = await blockOf(await operator.setAllocationDelay(DELAY));
    expect(await am().getAllocationDelay(operator.address)).to.deep.equal([true, 0n]);
    await eigenLayer.passUntilNextIs(block + eigenLayer.delays.allocationConfiguration);
    await operator.allocate(set, [asset, HALF + 1n]);
    expect((await operator.allocation(set, asset)).effectBlock).to.equal(0);
    await operator.allocate(set, [asset, HALF + 2n]);
    expect(await operator.allocation(set, asset)).to.deep.equal({
      current: HALF + 1n,
      pending: 1n,
      effectBlock: block + eigenLayer.delays.allocationConfiguration + 1 + DELAY,
    });
  });

  it("fall at once where the operator is not slashable", async function () {
    const { eigenLayer, asset, set, other, operator } = stage();
    await operator.allocate(other, [asset, HALF]);
    await operator.allocate(other, [asset, 1n]);
    expect(await operator.allocation(other, asset)).to.deep.equal({ current: 1n, pending: 0n, effectBlock: 0 });

    const block = await blockOf(await operator.leave(set));
    await eigenLayer.passUntilNextIs(block + eigenLayer.delays.deallocation + 1);
    await operator.allocate(set, [asset, 0n]);
    expect(await operator.allocation(set, asset)).to.deep.equal({ current: 0n, pending: 0n, effectBlock: 0 });
    expect(await operator.allocatable(asset)).to.equal(WAD - 1n);
  });

  it("fall slowly for one that left and is slashable", async function () {
    const { eigenLayer, asset, set, operator } = stage();
    const left = await blockOf(await operator.leave(set));
    await eigenLayer.passUntilNextIs(left + eigenLayer.delays.deallocation);
    const block = await blockOf(await operator.allocate(set, [asset, 0n]));
    expect(await operator.allocation(set, asset)).to.deep.equal({
      current: HALF,
      pending: -HALF,
      effectBlock: block + eigenLayer.delays.deallocation + 1,
    });
  });

  it("grow where a slash came before a decrease and took more", async function () {
    const { asset, service, set, operator } = stage();
    await service.slash(SET_ID, operator, [asset, HALF]);
    await operator.allocate(set, [asset, (HALF * 3n) / 4n]);
    expect(await operator.allocation(set, asset)).to.deep.include({ current: (HALF * 3n) / 4n, pending: 0n });
  });

  it("leave a set's allocation in shares what it was, when another set slashes", async function () {
    const { asset, service, set, other, operator } = stage();
    await operator.allocate(other, [asset, HALF]);
    await operator.join(other);
    await service.slash(OTHER_ID, operator, [asset, WAD]);
    expect(await operator.shares(asset)).to.equal(STAKE / 2n);
    expect(await operator.slashableShares(set, asset)).to.equal(STAKE / 2n);
  });

  describe("of a strategy that was removed from the set", function () {
    it("are not slashable, though the view says so", async function () {
      const { asset, service, set, operator } = stage();
      await service.removeStrategy(SET_ID, asset);
      expect(await operator.slashableShares(set, asset)).to.equal(STAKE / 2n);
      await refused(service.sendSlash(SET_ID, operator, [asset, HALF]), "StrategyNotInOperatorSet");
    });

    it("fall at once, and those that were falling go on slowly", async function () {
      const { eigenLayer, service, set, operator } = stage();
      const [asset, second] = [elementAt(eigenLayer.assets, 0), elementAt(eigenLayer.assets, 1)];
      await operator.allocate(set, [second, HALF]);
      const block = await blockOf(await operator.allocate(set, [asset, 0n]));
      await service.removeStrategy(SET_ID, asset);
      await service.removeStrategy(SET_ID, second);
      await operator.allocate(set, [second, 0n]);
      expect(await operator.allocation(set, second)).to.deep.equal({ current: 0n, pending: 0n, effectBlock: 0 });
      expect(await operator.allocation(set, asset)).to.deep.equal({
        current: HALF,
        pending: -HALF,
        effectBlock: block + eigenLayer.delays.deallocation + 1,
      });
    });

    it("are slashable again at once when it is added again", async function () {
      const { asset, service, operator } = stage();
      await service.removeStrategy(SET_ID, asset);
      await service.addStrategy(SET_ID, asset);
      expect((await service.slash(SET_ID, operator, [asset, HALF])).shares).to.deep.equal([STAKE / 4n]);
    });
  });

  it("are told for any block, also one that is over", async function () {
    const { eigenLayer, asset, set, operator } = stage();
    await operator.allocate(set, [asset, 0n]);
    const now = await eigenLayer.blockNumber();
    expect(await operator.slashableShares(set, asset, -now)).to.equal(STAKE / 2n);
    expect(await operator.slashableShares(set, asset, 0)).to.equal(STAKE / 2n);
    expect(await operator.slashableShares(set, asset, 2 * eigenLayer.delays.deallocation)).to.equal(0n);
  });

  it("count for operators that left in one view, and not in the other", async function () {
    const { eigenLayer, asset, set, operator } = stage();
    const block = await blockOf(await operator.leave(set));
    await eigenLayer.passUntilNextIs(block + eigenLayer.delays.deallocation + 2);
    expect(await operator.slashableShares(set, asset)).to.equal(0n);
    expect(await am().getAllocatedStake(set, [operator.address], [asset.strategy])).to.deep.equal([[STAKE / 2n]]);
  });
});
