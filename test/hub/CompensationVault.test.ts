import { expect } from "chai";
import { artifacts } from "hardhat";
import { ZeroAddress } from "ethers";

import { chargeOf, court, culprit, LANE, opened, SECOND_STAKE, STAKES, type Court } from "#support/court.ts";
import { describeOnEach, hubOffers } from "#support/eigenlayer/offers.ts";
import { passResolution } from "#support/eigenlayer/service.ts";
import { WAD } from "#support/hub.ts";
import { toldPage } from "#support/speeches.ts";
import { stagedOn } from "#support/stage.ts";

/** Operators 2 and 3 paid: slash 1 took by both strategies, slash 2 by the first. */
const [FIRST, SECOND] = [1n, 2n];
const GIFT = 7n;
const FIVE = 5n;

interface Scene extends Court {
  /** The case against all three. */
  readonly caseId: bigint;
}

describeOnEach(hubOffers, "CompensationVault", function (start) {
  const stage = stagedOn(
    async (): Promise<Scene> => {
      const before = await court(await start());
      const { hub, committee } = before;
      const charge = await chargeOf(
        { committee, told: toldPage(LANE, ["one"]) },
        { committee, told: toldPage(LANE, ["other"]) },
        culprit(1),
      );
      const caseId = await opened(hub, charge);
      await hub.slasher.execute(caseId, [culprit(1), culprit(2)]);
      return { ...before, caseId };
    },
    ({ hub }) => [hub.eigenLayer],
  );

  async function passResolutions(): Promise<void> {
    const { hub, setId } = stage();
    for (const id of [FIRST, SECOND]) await passResolution(hub.eigenLayer, hub.set(setId), id);
  }

  async function expectBooks(booked: bigint, pending: bigint, held = booked): Promise<void> {
    const { hub, assets } = stage();
    const token = await hub.eigenLayer.chain.ethers.getContractAt("FreeERC20", assets[0].token);
    expect(await hub.vault.bookedOf(token)).to.equal(booked);
    expect(await hub.vault.pendingOf(token)).to.equal(pending);
    expect(await token.balanceOf(hub.vault)).to.equal(held);
  }

  async function putCode(account: string, contract: string): Promise<() => Promise<void>> {
    const { helpers, chain } = stage().hub.eigenLayer;
    const before = await chain.ethers.provider.getCode(account);
    await helpers.setCode(account, (await artifacts.readArtifact(contract)).deployedBytecode);
    return async () => helpers.setCode(account, before);
  }

  it("is the recipient of the set, for ever", async function () {
    const { hub, setId } = stage();
    expect(await hub.eigenLayer.allocationManager.getRedistributionRecipient(hub.set(setId))).to.equal(
      hub.addresses.vault,
    );
  });

  it("records what was taken in the slash's transaction", async function () {
    const { hub, setId, assets } = stage();
    const [first, second] = assets;
    expect(await hub.vault.takenOf(setId, FIRST, first.strategy)).to.deep.equal([STAKES[1], 0n, first.token, false]);
    expect(await hub.vault.takenOf(setId, FIRST, second.strategy)).to.deep.equal([
      SECOND_STAKE,
      0n,
      second.token,
      false,
    ]);
    expect(await hub.vault.takenOf(setId, SECOND, first.strategy)).to.deep.equal([STAKES[2], 0n, first.token, false]);
    await expectBooks(0n, 2n);
    expect(await hub.vault.pendingOf(second.token)).to.equal(1n);
  });

  it("takes the slasher's word only, and a slash once", async function () {
    const { hub, setId, assets } = stage();
    const { vault, addresses, eigenLayer } = hub;
    const args = [[assets[0].strategy], [1n]] as const;
    const stranger = await eigenLayer.account("somebody");
    await expect(vault.connect(stranger).record(setId, 3n, [...args[0]], [...args[1]]))
      .to.be.revertedWithCustomError(vault, "NotTheSlasher")
      .withArgs(stranger.address, addresses.slasher);
    await eigenLayer.helpers.setBalance(addresses.slasher, WAD);
    const slasher = await eigenLayer.chain.ethers.getImpersonatedSigner(addresses.slasher);
    await expect(vault.connect(slasher).record(setId, FIRST, [...args[0]], [...args[1]]))
      .to.be.revertedWithCustomError(vault, "RecordedAlready")
      .withArgs(setId, FIRST);
    await vault.connect(slasher).record(setId + 1, FIRST, [...args[0]], [...args[1]]);
  });

  it("clears a slash for anybody, and books exactly what arrived", async function () {
    const { hub, setId, assets } = stage();
    const { vault, eigenLayer } = hub;
    await passResolutions();
    const stranger = await eigenLayer.account("somebody");
    await expect(vault.connect(stranger).collect(setId, FIRST, assets[0].strategy))
      .to.emit(vault, "TokensCollected")
      .withArgs(setId, FIRST, assets[0].strategy, assets[0].token, STAKES[1]);
    expect(await vault.takenOf(setId, FIRST, assets[0].strategy)).to.deep.equal([
      STAKES[1],
      STAKES[1],
      assets[0].token,
      true,
    ]);
    await expectBooks(STAKES[1], 1n);
    await expect(vault.collect(setId, FIRST, assets[0].strategy))
      .to.be.revertedWithCustomError(vault, "CollectedAlready")
      .withArgs(setId, FIRST, assets[0].strategy);
    await vault.collect(setId, FIRST, assets[1].strategy);
    expect(await vault.bookedOf(assets[1].token)).to.equal(SECOND_STAKE);
  });

  it("waits as long as EigenLayer does", async function () {
    const { hub, setId, assets } = stage();
    const { capabilities, strategyManagerDelayed } = hub.eigenLayer;
    const collection = hub.vault.collect(setId, FIRST, assets[0].strategy);
    if (capabilities.resolutionDelay) {
      await expect(collection).to.be.revertedWithCustomError(strategyManagerDelayed, "SlashResolutionDelayNotElapsed");
      await expectBooks(0n, 2n);
    } else {
      await collection;
      await expectBooks(STAKES[1], 1n);
    }
  });

  it("knows nothing of what was never taken", async function () {
    const { hub, setId, assets } = stage();
    const { vault } = hub;
    const [first, second] = [assets[0].strategy, assets[1].strategy];
    for (const [set, slash, strategy] of [
      [setId, 3n, first],
      [setId + 1, FIRST, first],
      [setId, SECOND, second],
      [setId, FIRST, ZeroAddress],
    ] as const) {
      await expect(vault.collect(set, slash, strategy))
        .to.be.revertedWithCustomError(vault, "NothingTaken")
        .withArgs(set, slash, strategy);
    }
  });

  for (const order of [
    [FIRST, SECOND],
    [SECOND, FIRST],
  ] as const) {
    for (const clearedBefore of [[FIRST], [SECOND], [FIRST, SECOND]]) {
      const title = `slashes ${order.join(", ")}, of which somebody cleared ${clearedBefore.join(" and ")}`;
      it(`books the same of ${title}`, async function () {
        const { hub, setId, assets } = stage();
        const { vault, eigenLayer } = hub;
        const { strategy, token } = assets[0];
        await passResolutions();
        await eigenLayer.mint(assets[0], hub.addresses.vault, GIFT);
        for (const id of clearedBefore) {
          await eigenLayer.strategyManager.clearBurnOrRedistributableShares(hub.set(setId), id);
        }
        for (const id of order) {
          const due = id === FIRST ? STAKES[1] : STAKES[2];
          await expect(vault.collect(setId, id, strategy))
            .to.emit(vault, "TokensCollected")
            .withArgs(setId, id, strategy, token, due);
        }
        const all = STAKES[1] + STAKES[2];
        await expectBooks(all, 0n, all + GIFT);
      });
    }
  }

  it("books a gift as surplus once nothing is pending, and once", async function () {
    const { hub, setId, assets } = stage();
    const { vault, eigenLayer } = hub;
    const { strategy, token } = assets[0];
    await passResolutions();
    await eigenLayer.mint(assets[0], hub.addresses.vault, GIFT);
    for (const [id, pending] of [
      [FIRST, 2n],
      [SECOND, 1n],
    ] as const) {
      await expect(vault.bookSurplus(token))
        .to.be.revertedWithCustomError(vault, "SharesPending")
        .withArgs(token, pending);
      await vault.collect(setId, id, strategy);
    }
    await expect(vault.bookSurplus(token)).to.emit(vault, "SurplusBooked").withArgs(token, GIFT);
    await expectBooks(STAKES[1] + STAKES[2] + GIFT, 0n);
    await expect(vault.bookSurplus(token)).to.emit(vault, "SurplusBooked").withArgs(token, 0n);
    await expectBooks(STAKES[1] + STAKES[2] + GIFT, 0n);
  });

  it("books what shares are worth when they are cleared", async function () {
    const { hub, setId, assets } = stage();
    const { vault, eigenLayer } = hub;
    const { strategy, token } = assets[0];
    await passResolutions();
    await eigenLayer.mint(assets[0], strategy, STAKES[0] + STAKES[1] + STAKES[2]);
    const tokens = await vault.collect.staticCall(setId, FIRST, strategy);
    expect(tokens > (STAKES[1] * 19n) / 10n && tokens <= 2n * STAKES[1]).to.equal(true);
    await expect(vault.collect(setId, FIRST, strategy))
      .to.emit(vault, "TokensCollected")
      .withArgs(setId, FIRST, strategy, token, tokens);
    await expectBooks(tokens, 1n);
  });

  it("never books more than it holds, whatever shares are said to be worth", async function () {
    const { hub, setId, assets } = stage();
    const { vault, eigenLayer } = hub;
    const { strategy, token } = assets[0];
    await passResolutions();
    for (const id of [FIRST, SECOND]) {
      await eigenLayer.strategyManager.clearBurnOrRedistributableShares(hub.set(setId), id);
    }
    const all = STAKES[1] + STAKES[2];
    await eigenLayer.mint(assets[0], strategy, 10n * all);
    await expect(vault.collect(setId, FIRST, strategy))
      .to.emit(vault, "TokensCollected")
      .withArgs(setId, FIRST, strategy, token, all);
    await expect(vault.collect(setId, SECOND, strategy))
      .to.emit(vault, "TokensCollected")
      .withArgs(setId, SECOND, strategy, token, 0n);
    await expectBooks(all, 0n);
  });

  it("lets no token call back into a collection", async function () {
    const { hub, setId, assets } = stage();
    const { vault, eigenLayer } = hub;
    const { strategy, token } = assets[0];
    await passResolutions();
    await putCode(token, "ReentrantERC20");
    const contract = await eigenLayer.chain.ethers.getContractAt("ReentrantERC20", token);
    for (const data of [
      vault.interface.encodeFunctionData("collect", [setId, SECOND, strategy]),
      vault.interface.encodeFunctionData("bookSurplus", [token]),
    ]) {
      await contract.arm(vault, data);
      await expect(vault.collect(setId, FIRST, strategy)).to.be.revertedWithCustomError(
        vault,
        "ReentrancyGuardReentrantCall",
      );
    }
    await contract.arm(ZeroAddress, "0x");
    await vault.collect(setId, FIRST, strategy);
    await expectBooks(STAKES[1], 1n);
  });

  it("books nothing that EigenLayer only says to have cleared", async function () {
    const { hub, setId, assets } = stage();
    const { vault, eigenLayer } = hub;
    const { strategy } = assets[0];
    await passResolutions();
    const restore = await putCode(await eigenLayer.strategyManager.getAddress(), "FiveAnswering");
    await expect(vault.collect(setId, FIRST, strategy))
      .to.be.revertedWithCustomError(vault, "NotCleared")
      .withArgs(setId, FIRST, strategy, FIVE);
    await restore();
    await vault.collect(setId, FIRST, strategy);
    await expectBooks(STAKES[1], 1n);
  });

  it("records also by a strategy that does not answer, which has no say in whether somebody is slashed", async function () {
    const { hub, setId, assets, operators, caseId } = stage();
    const { vault, slasher, eigenLayer } = hub;
    const { strategy, token } = assets[0];
    const third = 3n;
    const restore = await putCode(strategy, "ShutTarget");
    await expect(slasher.execute(caseId, [culprit(0)])).to.emit(slasher, "OperatorSlashed");
    expect(await operators[0].slashableShares(hub.set(setId), assets[0])).to.equal(0n);
    expect(await vault.takenOf(setId, third, strategy)).to.deep.equal([STAKES[0], 0n, ZeroAddress, false]);
    expect(await vault.pendingOf(ZeroAddress)).to.equal(1n);
    await restore();
    await passResolution(eigenLayer, hub.set(setId), third);
    await vault.collect(setId, third, strategy);
    expect(await vault.takenOf(setId, third, strategy)).to.deep.equal([STAKES[0], STAKES[0], token, true]);
    expect(await vault.pendingOf(ZeroAddress)).to.equal(0n);
    await expectBooks(STAKES[0], 2n);
  });

  for (const [title, code] of [
    ["has no code any more", "0x"],
    ["answers a byte less than a word", "0x601f5ff3"],
    ["answers two words", "0x60405ff3"],
    ["answers no address", "0x5f195f5260205ff3"],
    ["burns its gas", "0xfe"],
    ["reverts with a megabyte", "0x620f42405ffd"],
  ] as const) {
    it(`slashes also by a strategy that ${title}`, async function () {
      const { hub, setId, assets, caseId } = stage();
      const { vault, slasher, eigenLayer } = hub;
      const { strategy } = assets[0];
      await eigenLayer.helpers.setCode(strategy, code);
      await expect(slasher.execute(caseId, [culprit(0)])).to.emit(slasher, "OperatorSlashed");
      expect(await vault.takenOf(setId, 3n, strategy)).to.deep.equal([STAKES[0], 0n, ZeroAddress, false]);
    });
  }

  it("lets a strategy that cannot be asked keep nothing pending: what it was worth is surplus", async function () {
    const { hub, setId, assets } = stage();
    const { vault, eigenLayer } = hub;
    const { strategy, token } = assets[0];
    await passResolutions();
    for (const id of [FIRST, SECOND]) {
      await eigenLayer.strategyManager.clearBurnOrRedistributableShares(hub.set(setId), id);
    }
    await putCode(strategy, "ShutTarget");
    for (const id of [FIRST, SECOND]) {
      await expect(vault.collect(setId, id, strategy))
        .to.emit(vault, "TokensCollected")
        .withArgs(setId, id, strategy, token, 0n);
    }
    const all = STAKES[1] + STAKES[2];
    await expect(vault.bookSurplus(token)).to.emit(vault, "SurplusBooked").withArgs(token, all);
    await expectBooks(all, 0n);
  });

  it("lets nobody make a strategy look mute by giving little gas", async function () {
    const { hub, setId, assets } = stage();
    const { vault, eigenLayer } = hub;
    const { strategy } = assets[0];
    await passResolutions();
    await eigenLayer.strategyManager.clearBurnOrRedistributableShares(hub.set(setId), FIRST);
    await expect(vault.collect(setId, FIRST, strategy, { gasLimit: 700_000 })).to.be.revertedWithCustomError(
      vault,
      "InsufficientGas",
    );
    await vault.collect(setId, FIRST, strategy, { gasLimit: 1_000_000 });
    await expectBooks(STAKES[1], 1n, STAKES[1]);
  });

  it("keeps its books by the token that was recorded, whatever a strategy says later", async function () {
    const { hub, setId, assets } = stage();
    const { vault, eigenLayer } = hub;
    const { strategy, token } = assets[0];
    await passResolutions();
    for (const id of [FIRST, SECOND]) {
      await eigenLayer.strategyManager.clearBurnOrRedistributableShares(hub.set(setId), id);
    }
    const all = STAKES[1] + STAKES[2];
    await putCode(strategy, "FiveAnswering");
    for (const id of [FIRST, SECOND]) {
      await expect(vault.collect(setId, id, strategy))
        .to.emit(vault, "TokensCollected")
        .withArgs(setId, id, strategy, token, FIVE);
    }
    await expectBooks(2n * FIVE, 0n, all);
    await vault.bookSurplus(token);
    await expectBooks(all, 0n);
  });
});
