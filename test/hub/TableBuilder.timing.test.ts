import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { FickleHub, operatorNamed, SET, STAKE } from "#support/fickle.ts";
import { stagedOn } from "#support/stage.ts";

const BUILD_BLOCKS = 16;

describe("TableBuilder: when tables may be begun and built", function () {
  const stage = stagedOn(
    () => FickleHub.withMembers(3, 1, { buildBlocks: BUILD_BLOCKS }),
    ({ chain }) => [chain],
  );
  const newest = async () => stage().tableBuilder.newestEpoch(SET);

  it("begins a first table at any time, for a set with somebody in it", async function () {
    const { asShaper, serviceManager, tableBuilder } = stage();
    await expect(tableBuilder.begin(2)).to.be.revertedWithCustomError(tableBuilder, "SetUnknown").withArgs(2);
    await asShaper.createSet(await serviceManager.parametersOf(SET).then(plain), 1n);
    await expect(tableBuilder.begin(2)).to.be.revertedWithCustomError(tableBuilder, "NoSeats").withArgs(2);
    await expect(tableBuilder.begin(SET)).to.emit(tableBuilder, "BuildBegun");
  });

  it("tells who is asked, for which block, and until when the build may last", async function () {
    const { chain, tableBuilder } = stage();
    const block = BigInt((await chain.ethers.provider.getBlockNumber()) + 1);
    const begun = await tableBuilder.begin(SET);
    const { deadlineBlock, done, lastPart, members: count, plan, readBlock } = await tableBuilder.build(SET);
    await expect(begun)
      .to.emit(tableBuilder, "BuildBegun")
      .withArgs(SET, block, block + 99_000n, block + BigInt(BUILD_BLOCKS), plan);
    expect([readBlock, deadlineBlock, done, count]).to.deep.equal([block, block + BigInt(BUILD_BLOCKS), 0n, 3n]);
    expect(lastPart).to.equal(ZeroAddress);
    const members = [0, 1, 2].map((member) => operatorNamed(member).slice(2).toLowerCase());
    expect((await chain.ethers.provider.getCode(plan)).startsWith(`0x00${members.join("")}`)).to.equal(true);
  });

  it("begins no second build while one runs, up to the deadline's block", async function () {
    const { chain, tableBuilder } = stage();
    await tableBuilder.begin(SET);
    const { deadlineBlock } = await tableBuilder.build(SET);
    await chain.helpers.mine(BUILD_BLOCKS - 1);
    await expect(tableBuilder.begin(SET))
      .to.be.revertedWithCustomError(tableBuilder, "BuildRunning")
      .withArgs(deadlineBlock, deadlineBlock);
    await chain.helpers.mine(1);
    await expect(tableBuilder.begin(SET)).to.emit(tableBuilder, "BuildBegun");
  });

  it("completes a build in the deadline's block", async function () {
    const { chain, tableBuilder } = stage();
    await tableBuilder.begin(SET);
    await chain.helpers.mine(BUILD_BLOCKS - 1);
    await expect(tableBuilder.proceed(SET, 256)).to.emit(tableBuilder, "TableBuilt");
  });

  it("completes no build a block later: it is void, and what was asked is forgotten", async function () {
    const { chain, tableBuilder } = stage();
    await tableBuilder.begin(SET);
    await tableBuilder.proceed(SET, 2);
    await chain.helpers.mine(BUILD_BLOCKS - 1);
    await expect(tableBuilder.proceed(SET, 256)).to.be.revertedWithCustomError(tableBuilder, "NoBuild").withArgs(SET);
    await tableBuilder.begin(SET);
    const { done, lastPart } = await tableBuilder.build(SET);
    expect([done, lastPart]).to.deep.equal([0n, ZeroAddress]);
  });

  it("proceeds with nothing where nothing was begun, and after completion", async function () {
    const { tableBuilder } = stage();
    const refused = async () =>
      expect(tableBuilder.proceed(SET, 1)).to.be.revertedWithCustomError(tableBuilder, "NoBuild").withArgs(SET);
    await refused();
    await stage().build();
    await refused();
  });

  it("gives an epoch the time at which its build began, and its number at completion", async function () {
    const { chain, tableBuilder, windows } = stage();
    await tableBuilder.begin(SET);
    const { readAt, readBlock } = await tableBuilder.build(SET);
    expect(readAt).to.equal(BigInt(await chain.helpers.time.latest()));
    await chain.helpers.time.increase(600);
    expect(await newest()).to.equal(0n);
    await tableBuilder.proceed(SET, 256);
    expect(await newest()).to.equal(1n);
    const { lookAheadBlock, validFrom, validUntil, readBlock: kept } = await tableBuilder.epoch(SET, 1);
    expect(validFrom).to.equal(readAt);
    expect(validUntil).to.equal(readAt + BigInt(windows.lead + windows.validity));
    expect([kept, lookAheadBlock]).to.deep.equal([readBlock, readBlock + 99_000n]);
    expect(await tableBuilder.evidenceUntil(SET, 1)).to.equal(validUntil + BigInt(windows.grace + windows.evidence));
    expect(await tableBuilder.evidenceUntil(SET, 2)).to.equal(0n);
  });

  it("refuses to begin a second too early, and begins in the first second of the lead", async function () {
    const hub = stage();
    const { tableBuilder, windows } = hub;
    await hub.build();
    const { validUntil } = await tableBuilder.epoch(SET, 1);
    const earliest = validUntil - BigInt(windows.lead);
    await hub.at(earliest - 1n);
    await expect(tableBuilder.begin(SET))
      .to.be.revertedWithCustomError(tableBuilder, "BuildTooEarly")
      .withArgs(earliest - 1n, earliest);
    await hub.at(earliest);
    await expect(tableBuilder.begin(SET)).to.emit(tableBuilder, "BuildBegun");
  });

  it("begins long after an epoch ended as well", async function () {
    const hub = stage();
    await hub.build();
    await hub.chain.helpers.time.increase(365 * 86_400);
    await hub.build();
    expect(await newest()).to.equal(2n);
  });

  describe("after a conviction", function () {
    const [convict, other] = [operatorNamed(0), operatorNamed(1)];

    it("hears of it from the slasher alone", async function () {
      const { addresses, stranger, tableBuilder } = stage();
      await expect(tableBuilder.connect(stranger).convicted(SET, convict))
        .to.be.revertedWithCustomError(tableBuilder, "NotTheSlasher")
        .withArgs(stranger.address, addresses.slasher);
    });

    it("begins the next table at once, and only that one", async function () {
      const hub = stage();
      const { asSlasher, tableBuilder } = hub;
      await hub.build();
      await expect(asSlasher.convicted(SET, convict)).to.emit(tableBuilder, "NextTableDue").withArgs(SET, convict);
      await hub.build();
      expect(await newest()).to.equal(2n);
      await expect(tableBuilder.begin(SET)).to.be.revertedWithCustomError(tableBuilder, "BuildTooEarly");
    });

    it("begins only that one in the conviction's own block as well", async function () {
      const hub = stage();
      const { asSlasher, chain, tableBuilder } = hub;
      await hub.build();
      const { provider } = chain.ethers;
      await provider.send("evm_setAutomine", [false]);
      const gasLimit = 3_000_000n;
      await asSlasher.convicted(SET, convict, { gasLimit });
      await tableBuilder.begin(SET, { gasLimit });
      await tableBuilder.proceed(SET, 256, { gasLimit: 9_000_000n });
      const second = await tableBuilder.begin(SET, { gasLimit });
      await provider.send("evm_mine", []);
      await provider.send("evm_setAutomine", [true]);
      expect(await newest()).to.equal(2n);
      expect((await provider.getTransactionReceipt(second.hash))?.status).to.equal(0);
    });

    it("counts an operator once in each epoch, and who has no weight not at all", async function () {
      const hub = stage();
      const { asSlasher, tableBuilder } = hub;
      await hub.build();
      await expect(asSlasher.convicted(SET, operatorNamed(77))).not.to.emit(tableBuilder, "NextTableDue");
      await expect(tableBuilder.begin(SET)).to.be.revertedWithCustomError(tableBuilder, "BuildTooEarly");
      await asSlasher.convicted(SET, convict);
      await tableBuilder.begin(SET);
      await tableBuilder.proceed(SET, 1);
      // Once more for the build that runs.
      await expect(asSlasher.convicted(SET, convict)).to.emit(tableBuilder, "NextTableDue");
      await hub.build();
      expect(await newest()).to.equal(2n);
      await expect(asSlasher.convicted(SET, convict)).not.to.emit(tableBuilder, "NextTableDue");
      await expect(tableBuilder.begin(SET)).to.be.revertedWithCustomError(tableBuilder, "BuildTooEarly");
    });

    it("is due for each operator of a case, though another's was used up by a build", async function () {
      const hub = stage();
      const { asSlasher } = hub;
      await hub.build();
      await asSlasher.convicted(SET, convict);
      await hub.build();
      await hub.stake(other, 0n);
      await asSlasher.convicted(SET, other);
      await hub.build();
      expect(await newest()).to.equal(3n);
      expect(await hub.tableBuilder.weightOf(SET, 3, other)).to.equal(0n);
    });

    it("is still due when that build ran out", async function () {
      const hub = stage();
      const { asSlasher, chain, tableBuilder } = hub;
      await hub.build();
      await asSlasher.convicted(SET, convict);
      await tableBuilder.begin(SET);
      await chain.helpers.mine(BUILD_BLOCKS);
      await hub.build();
      expect(await newest()).to.equal(2n);
      await expect(tableBuilder.begin(SET)).to.be.revertedWithCustomError(tableBuilder, "BuildTooEarly");
    });

    it("voids a running build that asks the convict, and no other", async function () {
      const hub = stage();
      const { asSlasher, tableBuilder } = hub;
      await tableBuilder.begin(SET);
      await tableBuilder.proceed(SET, 1);
      await expect(asSlasher.convicted(SET, operatorNamed(77))).not.to.emit(tableBuilder, "BuildVoided");
      await expect(asSlasher.convicted(SET, convict)).to.emit(tableBuilder, "BuildVoided").withArgs(SET, convict);
      await expect(tableBuilder.proceed(SET, 2)).to.be.revertedWithCustomError(tableBuilder, "NoBuild").withArgs(SET);
      await hub.build();
      expect(await newest()).to.equal(1n);
    });

    it("voids one build between two epochs, so that convicts one by one do not stop the tables", async function () {
      const hub = stage();
      const { asSlasher, tableBuilder } = hub;
      await hub.build();
      await asSlasher.convicted(SET, other);
      await tableBuilder.begin(SET);
      await asSlasher.convicted(SET, other);
      await tableBuilder.begin(SET);
      await tableBuilder.proceed(SET, 1);
      await hub.stake(convict, 0n);
      await expect(asSlasher.convicted(SET, convict)).not.to.emit(tableBuilder, "BuildVoided");
      await tableBuilder.proceed(SET, 256);
      expect(await newest()).to.equal(2n);
      // Read before the conviction; so the next is due at once, and does without the convict.
      expect(await tableBuilder.weightOf(SET, 2, convict)).to.equal(STAKE);
      await hub.build();
      expect(await tableBuilder.weightOf(SET, 3, convict)).to.equal(0n);
    });

    it("may void again when an epoch is between", async function () {
      const hub = stage();
      const { asSlasher, tableBuilder } = hub;
      for (let epoch = 0; epoch < 2; ++epoch) {
        await tableBuilder.begin(SET);
        await expect(asSlasher.convicted(SET, convict)).to.emit(tableBuilder, "BuildVoided").withArgs(SET, convict);
        await hub.build();
        await asSlasher.convicted(SET, other);
      }
      expect(await newest()).to.equal(2n);
    });
  });

  describe("until when something can be taken", function () {
    it("says nothing of a set without epochs", async function () {
      expect(await stage().tableBuilder.slashableUntil(SET)).to.equal(0n);
    });

    it("names the last second of the newest epoch's evidence, pause and margin", async function () {
      const { tableBuilder, windows } = stage();
      await stage().build();
      const last = (await tableBuilder.evidenceUntil(SET, 1)) + BigInt(windows.pause + windows.margin);
      expect(await tableBuilder.slashableUntil(SET)).to.equal(last);
      const { lookAheadBlock, readBlock, validFrom } = await tableBuilder.epoch(SET, 1);
      expect(last - validFrom).to.equal((lookAheadBlock - readBlock) * BigInt(windows.secondsPerBlock));
    });

    it("names a running build's, until it is void", async function () {
      const hub = stage();
      const { chain, tableBuilder, windows } = hub;
      await hub.build();
      const first = await tableBuilder.slashableUntil(SET);
      await hub.passUntilDue();
      await tableBuilder.begin(SET);
      const { validFrom } = await tableBuilder.epoch(SET, 1);
      const { readAt } = await tableBuilder.build(SET);
      expect((await tableBuilder.slashableUntil(SET)) - readAt).to.equal(first - validFrom);
      await chain.helpers.mine(windows.buildBlocks + 1);
      expect(await tableBuilder.slashableUntil(SET)).to.equal(first);
    });
  });
});

/** What a call answered, as an argument of another. */
function plain(parameters: Awaited<ReturnType<FickleHub["serviceManager"]["parametersOf"]>>) {
  const { strategies, minimumWeight, hasAllowList } = parameters;
  return {
    strategies: strategies.map(({ strategy, multiplier }) => ({ strategy, multiplier })),
    minimumWeight,
    hasAllowList,
  };
}
