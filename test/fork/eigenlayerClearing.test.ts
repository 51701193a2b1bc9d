import { expect } from "chai";

import { elementAt } from "#protocol/errors.ts";
import { describeOnEach, offers } from "#support/eigenlayer/offers.ts";
import { HALF, RECIPIENT, scene, SET_ID, STAKE, WAD } from "#support/eigenlayer/scene.ts";
import type { Slash } from "#support/eigenlayer/service.ts";
import { stagedOn } from "#support/stage.ts";

describeOnEach(offers, "EigenLayer's second step of a slash", function (start) {
  const stage = stagedOn(
    async () => {
      const all = await scene(await start());
      const second = elementAt(all.eigenLayer.assets, 1);
      await all.operator.deposit(second, STAKE);
      await all.operator.allocate(all.set, [second, HALF]);
      return { ...all, second };
    },
    ({ eigenLayer }) => [eigenLayer],
  );
  const received = async (token: string) => {
    const contract = await stage().eigenLayer.chain.ethers.getContractAt("FreeERC20", token);
    return contract.balanceOf(RECIPIENT);
  };
  const pending = async () => stage().eigenLayer.strategyManager.getPendingSlashIds(stage().set);
  const waiting = async ({ id }: Slash, strategy: string) =>
    stage().eigenLayer.strategyManager["getBurnOrRedistributableShares((address,uint32),uint256,address)"](
      stage().set,
      id,
      strategy,
    );

  it("can be taken at once, or only after the resolution block where there is one", async function () {
    const { eigenLayer, asset, service, set, operator } = stage();
    const { capabilities, delays, strategyManager, strategyManagerDelayed } = eigenLayer;
    const slash = await service.slash(SET_ID, operator, [asset, HALF]);
    if (capabilities.resolutionDelay) {
      const resolution = slash.block + delays.slashResolution;
      expect(await strategyManagerDelayed.getSlashResolutionBlock(set, slash.id)).to.equal(resolution);
      const byStrategy = strategyManager.clearBurnOrRedistributableSharesByStrategy;
      await eigenLayer.passUntilNextIs(resolution);
      for (const attempt of [() => service.clear(slash), () => byStrategy(set, slash.id, asset.strategy)]) {
        await expect(attempt()).to.be.revertedWithCustomError(strategyManagerDelayed, "SlashResolutionDelayNotElapsed");
      }
      await eigenLayer.passUntilNextIs(resolution + 1);
    } else {
      await expect(strategyManagerDelayed.getSlashResolutionBlock(set, slash.id)).to.revert(eigenLayer.chain.ethers);
    }
    await service.clear(slash);
    expect(await received(asset.token)).to.equal(STAKE / 4n);
    expect(await pending()).to.deep.equal([]);
    if (!capabilities.resolutionDelay) return;
    expect(await strategyManagerDelayed.getSlashResolutionBlock(set, slash.id)).to.equal(0n);
  });

  it("is told when it can be taken, once for all strategies, where there is such a block", async function () {
    const { eigenLayer, asset, second, service, set, operator } = stage();
    const { capabilities, strategyManagerDelayed, delays } = eigenLayer;
    const sent = await service.sendSlash(SET_ID, operator, [asset, HALF], [second, HALF]);
    const receipt = await sent.wait();
    const topic = strategyManagerDelayed.interface.getEvent("SlashResolutionBlockSet").topicHash;
    const told = receipt?.logs.filter(({ topics }) => topics[0] === topic);
    expect(told?.length).to.equal(capabilities.resolutionDelay ? 1 : 0);
    if (!capabilities.resolutionDelay) return;
    await expect(sent)
      .to.emit(strategyManagerDelayed, "SlashResolutionBlockSet")
      .withArgs([set.avs, set.id], 1n, (receipt?.blockNumber ?? 0) + delays.slashResolution);
  });

  it("takes strategies one by one, or all that are left", async function () {
    const { eigenLayer, asset, second, service, set, operator } = stage();
    const slash = await service.slash(SET_ID, operator, [asset, HALF], [second, WAD]);
    await service.passResolution(slash);
    await eigenLayer.strategyManager.clearBurnOrRedistributableSharesByStrategy(set, slash.id, second.strategy);
    expect(await received(second.token)).to.equal(STAKE / 2n);
    expect(await received(asset.token)).to.equal(0n);
    expect(await waiting(slash, second.strategy)).to.equal(0n);
    expect(await waiting(slash, asset.strategy)).to.equal(STAKE / 4n);
    expect(await pending()).to.deep.equal([slash.id]);
    await service.clear(slash);
    expect(await received(second.token)).to.equal(STAKE / 2n);
    expect(await received(asset.token)).to.equal(STAKE / 4n);
    expect(await pending()).to.deep.equal([]);
  });

  it("does nothing for a slash that is not, or whose tokens are gone", async function () {
    const { eigenLayer, asset, service, set } = stage();
    const { clearBurnOrRedistributableShares, clearBurnOrRedistributableSharesByStrategy } = eigenLayer.strategyManager;
    expect(await clearBurnOrRedistributableShares.staticCall(set, 99n)).to.deep.equal([]);
    expect(await clearBurnOrRedistributableSharesByStrategy.staticCall(set, 99n, asset.strategy)).to.equal(0n);
    await service.clear({ set, id: 99n });
    expect(await pending()).to.deep.equal([]);
  });

  it("does not wait where nothing was allocated, and waits for nothing where that was worth no share", async function () {
    const { asset, second, service, operator, set } = stage();
    await service.slash(SET_ID, operator, [asset, WAD]);
    await service.clear(await service.slash(SET_ID, operator, [asset, WAD]));
    expect(await pending()).to.deep.equal([1n]);
    await operator.queueWithdrawal(second, STAKE);
    await stage().eigenLayer.pass(stage().eigenLayer.delays.withdrawal + 1);
    const empty = await service.slash(SET_ID, operator, [second, HALF]);
    expect(empty.shares).to.deep.equal([0n]);
    expect(await pending()).to.deep.equal([1n, empty.id]);
    await service.passResolution(empty);
    await service.clear(empty);
    expect(await pending()).to.deep.equal([1n]);
    expect(await operator.shares(second)).to.equal(0n);
    expect(await stage().eigenLayer.allocationManager.getSlashCount(set)).to.equal(3n);
  });

  it("pays what shares are worth then: tokens that somebody gave belong to all", async function () {
    const { eigenLayer, asset, service, operator } = stage();
    const gift = 10n ** 20n + 1n;
    await eigenLayer.mint(asset, asset.strategy, gift);
    const slash = await service.slash(SET_ID, operator, [asset, HALF]);
    await service.passResolution(slash);
    await service.clear(slash);
    // A thousand shares and tokens are nobody's.
    const worth = ((STAKE / 4n) * (STAKE + gift + 1_000n)) / (STAKE + 1_000n);
    expect(await received(asset.token)).to.equal(worth);
  });

  it("pays slashes apart from each other, in any order", async function () {
    const { asset, service, operator } = stage();
    const first = await service.slash(SET_ID, operator, [asset, HALF]);
    const second = await service.slash(SET_ID, operator, [asset, HALF]);
    await service.passResolution(second);
    await service.clear(second);
    expect(await received(asset.token)).to.equal(STAKE / 8n);
    expect(await pending()).to.deep.equal([first.id]);
    await service.clear(first);
    expect(await received(asset.token)).to.equal((STAKE * 3n) / 8n);
  });
});
