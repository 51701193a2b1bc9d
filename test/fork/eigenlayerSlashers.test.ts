import { expect } from "chai";

import { blockOf } from "#support/eigenlayer/eigenLayer.ts";
import { describeOnEach, offers } from "#support/eigenlayer/offers.ts";
import { HALF, scene, SET_ID } from "#support/eigenlayer/scene.ts";
import { Staker } from "#support/eigenlayer/staker.ts";
import { stagedOn } from "#support/stage.ts";

describeOnEach(offers, "EigenLayer's slashers", function (start) {
  const stage = stagedOn(
    async () => {
      const all = await scene(await start());
      return {
        ...all,
        slasher: await Staker.named(all.eigenLayer, "slasher"),
        another: await Staker.named(all.eigenLayer, "another slasher"),
      };
    },
    ({ eigenLayer }) => [eigenLayer],
  );
  const v2 = () => stage().eigenLayer.allocationManagerV2;
  const slashAs = async ({ signer }: Staker) => {
    const { eigenLayer, asset, service, operator } = stage();
    const strategies = [asset.strategy];
    const params = { operator: operator.address, operatorSetId: SET_ID, strategies, wadsToSlash: [HALF] };
    return eigenLayer.allocationManager.connect(signer).slashOperator(service.address, { ...params, description: "" });
  };
  const slashRefusedTo = async (caller: Staker) => {
    const { capabilities, allocationManager } = stage().eigenLayer;
    const error = capabilities.slasherPerSet ? "InvalidCaller" : "InvalidPermissions";
    await expect(slashAs(caller)).to.be.revertedWithCustomError(allocationManager, error);
  };

  it("are not just anybody, nor the operator, nor its stakers", async function () {
    const { slasher, operator, staker } = stage();
    await slashRefusedTo(slasher);
    await slashRefusedTo(operator);
    await slashRefusedTo(staker);
  });

  it("are one for each set, or the service itself where sets have none", async function () {
    const { eigenLayer, asset, service, set, operator, slasher } = stage();
    if (eigenLayer.capabilities.slasherPerSet) {
      expect(await v2().getSlasher(set)).to.equal(service.address);
      expect(await v2().getPendingSlasher(set)).to.deep.equal(["0x0000000000000000000000000000000000000000", 0n]);
    } else {
      await expect(v2().getSlasher(set)).to.revert(eigenLayer.chain.ethers);
      await expect(v2().getPendingSlasher(set)).to.revert(eigenLayer.chain.ethers);
      await expect(service.updateSlasher(SET_ID, slasher.address)).to.revert(eigenLayer.chain.ethers);
    }
    expect((await service.slash(SET_ID, operator, [asset, HALF])).id).to.equal(1n);
  });

  it("are replaced after the configuration delay, where a set has one", async function () {
    const { eigenLayer, asset, service, set, operator, slasher } = stage();
    const { capabilities, delays } = eigenLayer;
    if (!capabilities.slasherPerSet) {
      expect(delays.slasherConfiguration).to.equal(0);
      return;
    }
    const block = await blockOf(await service.updateSlasher(SET_ID, slasher.address));
    const effectBlock = block + delays.slasherConfiguration + 1;
    expect(await v2().getPendingSlasher(set)).to.deep.equal([slasher.address, BigInt(effectBlock)]);
    await eigenLayer.passUntilNextIs(effectBlock - 1);
    await slashRefusedTo(slasher);
    await service.slash(SET_ID, operator, [asset, HALF]);
    expect(await blockOf(await slashAs(slasher))).to.equal(effectBlock);
    await expect(service.sendSlash(SET_ID, operator, [asset, HALF])).to.be.revertedWithCustomError(
      eigenLayer.allocationManager,
      "InvalidCaller",
    );
    expect(await v2().getSlasher(set)).to.equal(slasher.address);
    expect(await v2().getPendingSlasher(set)).to.deep.equal(["0x0000000000000000000000000000000000000000", 0n]);
  });

  it("that are to come are replaced by others, who wait anew, but do not wait anew themselves", async function () {
    const { eigenLayer, service, set, slasher, another } = stage();
    const { capabilities, delays } = eigenLayer;
    if (!capabilities.slasherPerSet) {
      await expect(service.updateSlasher(SET_ID, another.address)).to.revert(eigenLayer.chain.ethers);
      return;
    }
    const block = await blockOf(await service.updateSlasher(SET_ID, slasher.address));
    await service.updateSlasher(SET_ID, slasher.address);
    const pending = (at: number) => BigInt(at + delays.slasherConfiguration + 1);
    expect(await v2().getPendingSlasher(set)).to.deep.equal([slasher.address, pending(block)]);
    await eigenLayer.pass(5);
    const replaced = await blockOf(await service.updateSlasher(SET_ID, another.address));
    expect(await v2().getPendingSlasher(set)).to.deep.equal([another.address, pending(replaced)]);
    await eigenLayer.passUntilNextIs(block + delays.slasherConfiguration + 1);
    await slashRefusedTo(slasher);
    await eigenLayer.passUntilNextIs(replaced + delays.slasherConfiguration + 1);
    await slashAs(another);
    expect(await v2().getSlasher(set)).to.equal(another.address);
  });
});
