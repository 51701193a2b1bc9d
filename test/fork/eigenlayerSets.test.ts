import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import { address } from "#protocol/types.ts";
import { blockOf } from "#support/eigenlayer/eigenLayer.ts";
import { describeOnEach, offers } from "#support/eigenlayer/offers.ts";
import { Operator } from "#support/eigenlayer/operator.ts";
import { HALF, OWN_STAKE, RECIPIENT, scene, SET_ID, STAKE } from "#support/eigenlayer/scene.ts";
import { Service } from "#support/eigenlayer/service.ts";
import { Staker } from "#support/eigenlayer/staker.ts";
import { stagedOn } from "#support/stage.ts";

const BURN_ADDRESS = address("0x00000000000000000000000000000000000E16E4");
const NATIVE_STRATEGY = address("0xbeaC0eeEeeeeEEeEeEEEEeeEEeEeeeEeeEEBEaC0");

describeOnEach(offers, "EigenLayer's sets", function (start) {
  const stage = stagedOn(
    async () => {
      const all = await scene(await start());
      const others = [];
      for (const name of ["second", "third"]) {
        const other = await Operator.named(all.eigenLayer, name);
        await other.registerAsOperator();
        others.push(other);
      }
      return { ...all, second: elementAt(others, 0), third: elementAt(others, 1) };
    },
    ({ eigenLayer }) => [eigenLayer],
  );
  const am = () => stage().eigenLayer.allocationManager;
  const refused = async (attempt: Promise<unknown>, error: string) =>
    expect(attempt).to.be.revertedWithCustomError(am(), error);

  it("give a leaver's place to the last member", async function () {
    const { set, operator, second, third } = stage();
    await second.join(set);
    await third.join(set);
    expect(await am().getMembers(set)).to.deep.equal([operator, second, third].map((member) => member.address));
    await operator.leave(set);
    expect(await am().getMembers(set)).to.deep.equal([third, second].map((member) => member.address));
    expect(await am().getMemberCount(set)).to.equal(2n);
  });

  it("are left by the operator's own will or the service's, and by nobody else's", async function () {
    const { eigenLayer, service, set, operator, second } = stage();
    await second.join(set);
    const params = { operator: operator.address, avs: service.address, operatorSetIds: [SET_ID] };
    await refused(am().connect(second.signer).deregisterFromOperatorSets(params), "InvalidCaller");
    const block = await blockOf(await service.eject(SET_ID, operator));
    expect(await am().getMembers(set)).to.deep.equal([second.address]);
    await refused(operator.leave(set), "NotMemberOfSet");

    await eigenLayer.passUntilNextIs(block + eigenLayer.delays.deallocation);
    const { shares } = await service.slash(SET_ID, operator, [elementAt(eigenLayer.assets, 0), HALF]);
    expect(shares).to.deep.equal([STAKE / 4n]);
  });

  it("ask the service's registrar, and tell it", async function () {
    const { service, set, second } = stage();
    await expect(second.join(set, "0x1234"))
      .to.emit(service.contract, "Joined")
      .withArgs(second.address, [SET_ID], "0x1234");
    await expect(second.leave(set)).to.emit(service.contract, "Left").withArgs(second.address, [SET_ID]);
  });

  it("are joined by operators only, each for itself, once", async function () {
    const { set, operator, staker } = stage();
    const params = { avs: set.avs, operatorSetIds: [SET_ID], data: "0x" };
    await refused(am().connect(staker.signer).registerForOperatorSets(staker.address, params), "InvalidOperator");
    await refused(am().connect(staker.signer).registerForOperatorSets(operator.address, params), "InvalidPermissions");
    await refused(operator.join(set), "AlreadyMemberOfSet");
    await refused(operator.join({ ...set, id: 99 }), "InvalidOperatorSet");
  });

  it("are made once, by services that published metadata, for a recipient that is not the burn address", async function () {
    const { eigenLayer, service } = stage();
    await refused(service.createSet(SET_ID, eigenLayer.assets, RECIPIENT), "InvalidOperatorSet");
    await refused(service.createSet(1, eigenLayer.assets, BURN_ADDRESS), "InvalidRedistributionRecipient");
    await refused(service.createSet(1, eigenLayer.assets, address(ZeroAddress)), "InputAddressZero");
    const native = { strategy: NATIVE_STRATEGY, token: NATIVE_STRATEGY };
    await refused(service.createSet(1, [native], RECIPIENT), "InvalidStrategy");
    const unknown = await Service.deploy(eigenLayer);
    await refused(unknown.createSet(1, eigenLayer.assets, RECIPIENT), "NonexistentAVSMetadata");
    expect(await am().isOperatorSet(service.set(1))).to.equal(false);
    expect(await am().isRedistributingOperatorSet(service.set(1))).to.equal(false);
    expect(await am().getRedistributionRecipient(service.set(1))).to.equal(BURN_ADDRESS);
  });

  it("belong to a service that is its own registrar until it names one that agrees", async function () {
    const { eigenLayer, service } = stage();
    const other = await Service.deploy(eigenLayer);
    expect(await am().getAVSRegistrar(other.address)).to.equal(other.address);
    await refused(service.setRegistrar(other.address), "InvalidAVSRegistrar");
    await refused(am().setAVSRegistrar(service.address, service.address), "InvalidPermissions");
  });

  it("count a strategy once, and the last takes a removed one's place", async function () {
    const { eigenLayer, service, set } = stage();
    const [first, second] = [elementAt(eigenLayer.assets, 0), elementAt(eigenLayer.assets, 1)];
    const third = { ...first, strategy: RECIPIENT };
    await service.addStrategy(SET_ID, third);
    await service.removeStrategy(SET_ID, first);
    expect(await am().getStrategiesInOperatorSet(set)).to.deep.equal([third.strategy, second.strategy]);
    await refused(service.removeStrategy(SET_ID, first), "StrategyNotInOperatorSet");
    await expect(service.addStrategy(SET_ID, second)).to.revert(eigenLayer.chain.ethers);
  });

  it("know operators that delegate to themselves, for ever, and stakers that choose one", async function () {
    const { eigenLayer, asset, operator, second, staker } = stage();
    const { delegationManager } = eigenLayer;
    const refusedThere = async (attempt: Promise<unknown>, error: string) =>
      expect(attempt).to.be.revertedWithCustomError(delegationManager, error);
    expect(await delegationManager.isOperator(operator.address)).to.equal(true);
    expect(await delegationManager.isOperator(staker.address)).to.equal(false);
    expect(await delegationManager.delegatedTo(operator.address)).to.equal(operator.address);
    expect(await delegationManager.delegatedTo(staker.address)).to.equal(operator.address);
    await refusedThere(second.registerAsOperator(), "ActivelyDelegated");
    await refusedThere(staker.delegateTo(second), "ActivelyDelegated");
    await expect(second.undelegate()).to.revert(eigenLayer.chain.ethers);
    const newcomer = await Staker.named(eigenLayer, "newcomer");
    await refusedThere(newcomer.delegateTo(staker), "OperatorNotRegistered");
    await staker.undelegate();
    expect(await delegationManager.delegatedTo(staker.address)).to.equal(ZeroAddress);
    expect(await operator.shares(asset)).to.equal(OWN_STAKE);
  });
});
