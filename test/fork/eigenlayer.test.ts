import { expect } from "chai";

import { blockOf } from "#support/eigenlayer/eigenLayer.ts";
import { describeOnEach, offers } from "#support/eigenlayer/offers.ts";
import { HALF, RECIPIENT, scene, SET_ID, STAKE, WAD } from "#support/eigenlayer/scene.ts";
import { elementAt } from "#protocol/errors.ts";
import { stagedOn } from "#support/stage.ts";

describeOnEach(offers, "EigenLayer", function (start) {
  const stage = stagedOn(
    async () => scene(await start()),
    ({ eigenLayer }) => [eigenLayer],
  );
  const am = () => stage().eigenLayer.allocationManager;

  it("knows the set, its recipient and its registrar", async function () {
    const { eigenLayer, service, set, operator } = stage();
    expect(await am().isOperatorSet(set)).to.equal(true);
    expect(await am().isRedistributingOperatorSet(set)).to.equal(true);
    expect(await am().getRedistributionRecipient(set)).to.equal(RECIPIENT);
    expect(await am().getAVSRegistrar(service.address)).to.equal(service.address);
    expect(await am().getStrategiesInOperatorSet(set)).to.deep.equal(eigenLayer.assets.map(({ strategy }) => strategy));
    expect(await am().getMembers(set)).to.deep.equal([operator.address]);
    expect(await am().getMemberCount(set)).to.equal(1n);
  });

  it("gives back the key that the operator registered", async function () {
    const { eigenLayer, set, operator } = stage();
    const { keyRegistrar } = eigenLayer;
    const { g1, g2 } = operator.key;
    expect(await keyRegistrar.isRegistered(set, operator.address)).to.equal(true);
    expect(await keyRegistrar.getOperatorSetCurveType(set)).to.equal(2n);
    expect(await keyRegistrar.getBN254Key(set, operator.address)).to.deep.equal([
      [g1.x, g1.y],
      [g2.x, g2.y],
    ]);
  });

  it("takes half of half of the stake, and sends it to the recipient when it is cleared", async function () {
    const { eigenLayer, asset, service, set, operator } = stage();
    const { chain, delegationManager, strategyManager } = eigenLayer;
    const shares = async () =>
      elementAt(elementAt(await delegationManager.getOperatorsShares([operator.address], [asset.strategy]), 0), 0);
    expect(await shares()).to.equal(STAKE);
    expect(await operator.slashableShares(set, asset)).to.equal(STAKE / 2n);
    const { deallocation } = eigenLayer.delays;
    expect(await operator.slashableShares(set, asset, deallocation - 1)).to.equal(STAKE / 2n);

    const slash = await service.slash(SET_ID, operator, [asset, HALF]);
    expect(slash.id).to.equal(1n);
    expect(slash.shares).to.deep.equal([STAKE / 4n]);
    expect(await shares()).to.equal((STAKE * 3n) / 4n);
    expect(await am().getSlashCount(set)).to.equal(1n);
    expect(await am().getMaxMagnitude(operator.address, asset.strategy)).to.equal((HALF * 3n) / 2n);
    expect(await am().getAllocation(operator.address, set, asset.strategy)).to.deep.equal([HALF / 2n, 0n, 0n]);
    // Not quite a quarter: the view rounds the allocated part of the stake down to 18 digits first.
    const part = ((HALF / 2n) * WAD) / ((HALF * 3n) / 2n);
    expect(await operator.slashableShares(set, asset)).to.equal((((STAKE * 3n) / 4n) * part) / WAD);
    expect(await strategyManager.getPendingSlashIds(set)).to.deep.equal([slash.id]);

    const token = await chain.ethers.getContractAt("FreeERC20", asset.token);
    expect(await token.balanceOf(RECIPIENT)).to.equal(0n);
    await service.passResolution(slash);
    await expect(service.clear(slash))
      .to.emit(strategyManager, "BurnOrRedistributableSharesDecreased")
      .withArgs([set.avs, set.id], slash.id, asset.strategy, STAKE / 4n);
    expect(await token.balanceOf(RECIPIENT)).to.equal(STAKE / 4n);
    expect(await strategyManager.getPendingSlashIds(set)).to.deep.equal([]);
  });

  it("pays a cleared slash once", async function () {
    const { eigenLayer, asset, service, operator } = stage();
    const slash = await service.slash(SET_ID, operator, [asset, HALF]);
    await service.passResolution(slash);
    await service.clear(slash);
    await service.clear(slash);
    const token = await eigenLayer.chain.ethers.getContractAt("FreeERC20", asset.token);
    expect(await token.balanceOf(RECIPIENT)).to.equal(STAKE / 4n);
  });

  it("takes of what an earlier slash left", async function () {
    const { asset, service, operator } = stage();
    await service.slash(SET_ID, operator, [asset, HALF]);
    const { id, shares } = await service.slash(SET_ID, operator, [asset, HALF]);
    expect(id).to.equal(2n);
    expect(shares).to.deep.equal([STAKE / 8n]);
  });

  it("promises a deallocation's stake up to its last block, and none beyond", async function () {
    const { eigenLayer, asset, set, operator } = stage();
    const { deallocation } = eigenLayer.delays;
    const block = await blockOf(await operator.allocate(set, [asset, 0n]));
    await eigenLayer.pass(2);
    const now = block + 2;
    expect(await eigenLayer.blockNumber()).to.equal(now);
    expect(await operator.slashableShares(set, asset, block + deallocation - now)).to.equal(STAKE / 2n);
    expect(await operator.slashableShares(set, asset, block + deallocation + 1 - now)).to.equal(0n);
  });

  it("slashes a deallocation as long as the deallocation delay lasts", async function () {
    const { eigenLayer, asset, service, set, operator } = stage();
    const { deallocation } = eigenLayer.delays;
    const block = await blockOf(await operator.allocate(set, [asset, 0n]));
    const { effectBlock } = await am().getAllocation(operator.address, set, asset.strategy);
    expect(effectBlock).to.equal(BigInt(block + deallocation + 1));

    await eigenLayer.passUntilNextIs(block + deallocation);
    const slash = await service.slash(SET_ID, operator, [asset, HALF]);
    expect(slash.block).to.equal(block + deallocation);
    expect(slash.shares).to.deep.equal([STAKE / 4n]);
  });

  it("silently takes nothing of a deallocation a block later", async function () {
    const { eigenLayer, asset, service, set, operator } = stage();
    const block = await blockOf(await operator.allocate(set, [asset, 0n]));
    await eigenLayer.passUntilNextIs(block + eigenLayer.delays.deallocation + 1);
    const slash = await service.slash(SET_ID, operator, [asset, HALF]);
    expect(slash.block).to.equal(block + eigenLayer.delays.deallocation + 1);
    expect(slash.id).to.equal(1n);
    expect(slash.shares).to.deep.equal([0n]);
    expect(await am().isOperatorSlashable(operator.address, set)).to.equal(true);
  });

  it("slashes an operator that left as long as the deallocation delay lasts", async function () {
    const { eigenLayer, asset, service, set, operator } = stage();
    const block = await blockOf(await operator.leave(set));
    expect(await am().isMemberOfOperatorSet(operator.address, set)).to.equal(false);
    expect(await am().getMembers(set)).to.deep.equal([]);

    await eigenLayer.passUntilNextIs(block + eigenLayer.delays.deallocation);
    const slash = await service.slash(SET_ID, operator, [asset, HALF]);
    expect(slash.block).to.equal(block + eigenLayer.delays.deallocation);
    expect(slash.shares).to.deep.equal([STAKE / 4n]);
  });

  it("refuses to slash an operator that left a block later", async function () {
    const { eigenLayer, asset, service, set, operator } = stage();
    const block = await blockOf(await operator.leave(set));
    await eigenLayer.passUntilNextIs(block + eigenLayer.delays.deallocation + 1);
    await expect(service.sendSlash(SET_ID, operator, [asset, HALF])).to.be.revertedWithCustomError(
      am(),
      "OperatorNotSlashable",
    );
  });

  it("lets an operator that left join again only when it is not slashable any more", async function () {
    const { eigenLayer, set, operator } = stage();
    const block = await blockOf(await operator.leave(set));
    await eigenLayer.passUntilNextIs(block + eigenLayer.delays.deallocation);
    await expect(operator.join(set)).to.be.revertedWithCustomError(am(), "AlreadyMemberOfSet");
    await eigenLayer.passUntilNextIs(block + eigenLayer.delays.deallocation + 1);
    await operator.join(set);
    expect(await am().getMembers(set)).to.deep.equal([operator.address]);
  });
});
