import { expect } from "chai";
import { toBeHex, ZeroAddress } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import { FickleHub, operatorNamed, SET, shapeOf, STRATEGIES, WAD } from "#support/fickle.ts";
import { stagedOn } from "#support/stage.ts";

describe("ServiceManager: sets", function () {
  const stage = stagedOn(
    () => FickleHub.deploy(),
    ({ chain }) => [chain],
  );

  it("is introduced to EigenLayer by its proxy's constructor, and never again", async function () {
    const { addresses, chain, owner, restaking, serviceManager, stranger } = stage();
    const told = await restaking.queryFilter(restaking.filters.MetadataUpdated());
    expect(told.map(({ args }) => [...args])).to.deep.equal([
      [addresses.serviceManager, "https://example.org/parley.json"],
    ]);
    expect(await serviceManager.owner()).to.equal(owner.address);
    expect(await serviceManager.supportsAVS(addresses.serviceManager)).to.equal(true);
    expect(await serviceManager.supportsAVS(addresses.serviceManagerImplementation)).to.equal(false);
    const implementation = await chain.ethers.getContractAt("ServiceManager", addresses.serviceManagerImplementation);
    for (const contract of [serviceManager, implementation]) {
      await expect(contract.connect(stranger).initialize(stranger.address, "")).to.be.revertedWithCustomError(
        serviceManager,
        "InvalidInitialization",
      );
    }
  });

  for (const isV2 of [false, true]) {
    it(`creates a redistributing set on EigenLayer ${isV2 ? "1.9, with itself as slasher" : "1.5"}`, async function () {
      const { addresses, asShaper, restaking, serviceManager } = stage();
      await restaking.upgrade(100_800, isV2);
      const shape = shapeOf(2, 5n, true);
      const sent = await asShaper.createSet(shape, WAD / 2n);
      const strategies = STRATEGIES.slice(0, 2);
      await expect(sent)
        .to.emit(restaking, "SetMade")
        .withArgs(1, strategies, isV2 ? addresses.serviceManager : ZeroAddress, addresses.vault);
      await expect(sent).to.emit(restaking, "KeysConfigured").withArgs(1, 2);
      await expect(sent)
        .to.emit(serviceManager, "SetCreated")
        .withArgs(1, WAD / 2n);
      const told = [strategies.map((strategy) => [strategy, WAD]), 5n, true];
      await expect(sent).to.emit(serviceManager, "SetShaped").withArgs(1, told);
      expect(await serviceManager.parametersOf(1)).to.deep.equal(told);
      expect(await serviceManager.fullFractionOf(1)).to.equal(WAD / 2n);
      expect(await serviceManager.setCount()).to.equal(1n);
      await asShaper.createSet(shapeOf(1), WAD);
      expect(await serviceManager.setCount()).to.equal(2n);
    });
  }

  it("refuses a shape that makes no sense, at creation and later", async function () {
    const { asShaper, serviceManager } = stage();
    await asShaper.createSet(shapeOf(1), WAD);
    const shape = shapeOf(3);
    const [a, b] = [elementAt(shape.strategies, 0), elementAt(shape.strategies, 1)];
    const nine = Array.from({ length: 9 }, (_, at) => ({
      strategy: toBeHex(at + 1, 20),
      multiplier: WAD,
    }));
    const cases = [
      [{ ...shape, strategies: [] }, "StrategyCount", [0, 8]],
      [{ ...shape, strategies: nine }, "StrategyCount", [9, 8]],
      [{ ...shape, strategies: [b, a] }, "StrategiesNotAscending", [a.strategy, b.strategy]],
      [{ ...shape, strategies: [a, a] }, "StrategiesNotAscending", [a.strategy, a.strategy]],
      [
        { ...shape, strategies: [{ strategy: ZeroAddress, multiplier: 1n }] },
        "StrategiesNotAscending",
        [ZeroAddress, ZeroAddress],
      ],
      [{ ...shape, strategies: [a, { ...b, multiplier: 0n }] }, "MultiplierZero", [b.strategy]],
      [{ ...shape, minimumWeight: 0n }, "MinimumWeightZero", []],
    ] as const;
    for (const [bad, error, args] of cases) {
      const wrong = { ...bad, strategies: [...bad.strategies] };
      for (const attempt of [() => asShaper.createSet(wrong, WAD), () => asShaper.shapeSet(SET, wrong)]) {
        await expect(attempt())
          .to.be.revertedWithCustomError(serviceManager, error)
          .withArgs(...args);
      }
    }
    await asShaper.shapeSet(SET, { ...shape, strategies: nine.slice(0, 8) });
  });

  it("refuses a full fraction of nothing or of more than all", async function () {
    const { asShaper, serviceManager } = stage();
    for (const fraction of [0n, WAD + 1n]) {
      await expect(asShaper.createSet(shapeOf(1), fraction))
        .to.be.revertedWithCustomError(serviceManager, "FullFractionOutOfRange")
        .withArgs(fraction, WAD);
    }
  });

  it("knows no other sets", async function () {
    const { asShaper, serviceManager } = stage();
    const attempts = [
      () => asShaper.shapeSet(9, shapeOf(1)),
      () => asShaper.allow(9, [], true),
      () => asShaper.seat(9, operatorNamed(0), ZeroAddress),
      () => asShaper.dropStrategy(9, elementAt(STRATEGIES, 0)),
    ];
    for (const attempt of attempts) {
      await expect(attempt()).to.be.revertedWithCustomError(serviceManager, "SetUnknown").withArgs(9);
    }
    expect(await serviceManager.parametersOf(9)).to.deep.equal([[], 0n, false]);
    expect(await serviceManager.seats(9)).to.deep.equal([]);
  });

  it("lets its owner say where it describes itself, and nobody else", async function () {
    const { addresses, asOwner, restaking, serviceManager, stranger } = stage();
    await expect(asOwner.setMetadataURI("ipfs://another"))
      .to.emit(restaking, "MetadataUpdated")
      .withArgs(addresses.serviceManager, "ipfs://another");
    for (const attempt of [
      () => serviceManager.connect(stranger).setMetadataURI(""),
      () => serviceManager.connect(stranger).eject(SET, operatorNamed(0)),
    ]) {
      await expect(attempt())
        .to.be.revertedWithCustomError(serviceManager, "OwnableUnauthorizedAccount")
        .withArgs(stranger.address);
    }
  });

  it("changes its owner in two steps", async function () {
    const { asOwner, owner, serviceManager, stranger } = stage();
    await asOwner.transferOwnership(stranger.address);
    expect(await serviceManager.owner()).to.equal(owner.address);
    await serviceManager.connect(stranger).acceptOwnership();
    expect(await serviceManager.owner()).to.equal(stranger.address);
  });

  it("takes stake on the slasher's word alone", async function () {
    const { addresses, restaking, serviceManager, shaper, slasher } = stage();
    const call = [SET, operatorNamed(0), STRATEGIES.slice(0, 2), [1n, 2n], "why"] as const;
    const [id_, operator, strategies, wads, why] = call;
    await expect(serviceManager.connect(shaper).slash(id_, operator, [...strategies], [...wads], why))
      .to.be.revertedWithCustomError(serviceManager, "NotTheSlasher")
      .withArgs(shaper.address, addresses.slasher);
    const asSlasher = serviceManager.connect(slasher);
    expect(await asSlasher.slash.staticCall(id_, operator, [...strategies], [...wads], why)).to.deep.equal([
      7n,
      [1n, 2n],
    ]);
    await expect(asSlasher.slash(id_, operator, [...strategies], [...wads], why))
      .to.emit(restaking, "SlashAsked")
      .withArgs(addresses.serviceManager, [operator, SET, strategies, wads, why]);
  });
});
