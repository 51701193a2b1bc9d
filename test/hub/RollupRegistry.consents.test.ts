import { expect } from "chai";

import {
  BRIDGE,
  CHAIN,
  DAY,
  GATEWAY,
  NEXT_GATEWAY,
  PERCENT,
  proposalOf,
  RAISE_SECONDS,
  RegistryStage,
  Statuses,
  WHOLE,
} from "#support/registry.ts";
import { stagedOn } from "#support/stage.ts";

describe("A set speaks for a source", function () {
  const stage = stagedOn(
    () => RegistryStage.start(),
    ({ chain }) => [chain],
  );
  const due = async () => {
    await stage().accepted(proposalOf());
    await stage().after(2n * DAY);
    await stage().chain.helpers.mine();
  };
  const bps = (set = 1) => stage().registry.optedInBps(set, CHAIN, GATEWAY, BRIDGE);

  it("once a quorum of its weight opted in, and not with one unit less", async function () {
    const { registry, operators } = stage();
    await due();
    await stage().optIn(proposalOf(), operators.slice(0, 1));
    expect(await bps()).to.equal(6_666n);
    await expect(registry.applyAccepted(CHAIN))
      .to.be.revertedWithCustomError(registry, "OptInMissing")
      .withArgs(6_666n, 6_667n);
    await stage().optIn(proposalOf(), operators.slice(1, 2));
    expect(await bps()).to.equal(6_667n);
    await registry.applyAccepted(CHAIN);
    expect(await stage().present()).to.deep.equal([Statuses.Active, 2n]);
  });

  it("never by a share that is rounded up", async function () {
    const { registry, operators } = stage();
    // 66 669 of 100 000 are 6 666.9 basis points, 66 670 exactly a quorum.
    await stage().writeTable(1, [66_669n, 1n, 33_330n], operators);
    await due();
    await stage().optIn(proposalOf(), operators.slice(0, 1));
    await expect(registry.applyAccepted(CHAIN))
      .to.be.revertedWithCustomError(registry, "OptInMissing")
      .withArgs(6_666n, 6_667n);
    await stage().optIn(proposalOf(), operators.slice(1, 2));
    await expect(registry.applyAccepted(CHAIN)).to.emit(registry, "EntryChanged");
  });

  it("as operators say themselves, each for itself, and as long as they do not take it back", async function () {
    const { registry, operators, stranger } = stage();
    const [first] = operators;
    if (first === undefined) throw new Error("no operator");
    const own = registry.connect(first);
    for (const isIn of [true, false]) {
      await expect(own.optIn(CHAIN, GATEWAY, BRIDGE, isIn))
        .to.emit(registry, "OptedIn")
        .withArgs(first.address, CHAIN, GATEWAY, BRIDGE, isIn);
      expect(await registry.isOptedIn(first.address, CHAIN, GATEWAY, BRIDGE)).to.equal(isIn);
      expect(await bps()).to.equal(isIn ? 6_666n : 0n);
    }
    await registry.optIn(CHAIN, GATEWAY, BRIDGE, true);
    expect(await registry.isOptedIn(stranger.address, CHAIN, GATEWAY, BRIDGE)).to.equal(true);
    expect(await bps()).to.equal(0n);
  });

  it("of one chain and gateway, and not of others'", async function () {
    const { registry, operators } = stage();
    await stage().optIn(proposalOf(), operators);
    expect(await bps()).to.equal(10_000n);
    expect(await registry.optedInBps(1, CHAIN + 1n, GATEWAY, BRIDGE)).to.equal(0n);
    expect(await registry.optedInBps(1, CHAIN, NEXT_GATEWAY, BRIDGE)).to.equal(0n);
  });

  it("by its newest table, whoever was in earlier ones", async function () {
    const { operators } = stage();
    await stage().optIn(proposalOf(), operators.slice(0, 2));
    await stage().writeTable(1, [1n, 3n], operators.slice(1));
    expect(await bps()).to.equal(2_500n);
  });

  it("not before it has a table", async function () {
    const { registry } = stage();
    await expect(bps(2)).to.be.revertedWithCustomError(registry, "SetWithoutTable").withArgs(2);
    await stage().accepted(proposalOf({ operatorSetId: 2n }));
    await stage().after(2n * DAY);
    await expect(registry.applyAccepted(CHAIN)).to.be.revertedWithCustomError(registry, "SetWithoutTable").withArgs(2);
  });

  it("by a table that lasts, to its last second", async function () {
    const { registry, tables } = stage();
    await due();
    await stage().optIn(proposalOf());
    const lastSecond = (await stage().now()) + 60n;
    await tables.end(1, lastSecond);
    await stage().at(lastSecond + 1n);
    await expect(registry.applyAccepted(CHAIN))
      .to.be.revertedWithCustomError(registry, "TableExpired")
      .withArgs(lastSecond + 1n, lastSecond);
    const renewed = lastSecond + 60n;
    await tables.end(1, renewed);
    await stage().at(renewed);
    await registry.applyAccepted(CHAIN);
    expect(await stage().present()).to.deep.equal([Statuses.Active, 2n]);
  });

  it("and goes on to, whoever opts out later, until the entry changes", async function () {
    const { registry, operators } = stage();
    await stage().activate();
    for (const operator of operators) await registry.connect(operator).optIn(CHAIN, GATEWAY, BRIDGE, false);
    expect(await stage().present()).to.deep.equal([Statuses.Active, 2n]);
    await stage().accepted(proposalOf({ finality: 1n }));
    await stage().after(7n * DAY);
    await expect(registry.applyAccepted(CHAIN))
      .to.be.revertedWithCustomError(registry, "OptInMissing")
      .withArgs(0n, 6_667n);
  });
});

describe("The cost of a lie", function () {
  const stage = stagedOn(
    () => RegistryStage.start(),
    ({ chain }) => [chain],
  );
  const cost = async (chainId = CHAIN) => [...(await stage().registry.costOfLie(chainId))];
  /** Writes a table of three that weighs `total`. */
  const weigh = (total: bigint) => stage().writeTable(1, [total - 2n, 1n, 1n], stage().operators);

  for (const [total, quorum, refuted, soft] of [
    // 6 667 basis points of the whole, rounded up; then a tenth and a hundredth of that, rounded down.
    [10_000n, 6_667n, 666n, 66n],
    [10_001n, 6_668n, 666n, 66n],
    [3n, 3n, 0n, 0n],
    [150n, 101n, 10n, 1n],
    [10n ** 25n, 6_667n * 10n ** 21n, 6_667n * 10n ** 20n, 6_667n * 10n ** 19n],
  ] as const) {
    it(`is exactly what the least quorum of ${String(total)} loses`, async function () {
      await stage().activate();
      const epoch = (await stage().tables.newestEpoch(1)) + 1n;
      await weigh(total);
      expect(await cost()).to.deep.equal([1n, epoch, quorum, 10n * PERCENT, refuted, PERCENT, soft]);
    });
  }

  it("is the fractions of the newest table's epoch, not those of today", async function () {
    const { registry, owner } = stage();
    await stage().activate();
    await weigh(10_000n);
    await registry.connect(owner).announceWads(CHAIN, 0n, 0n);
    expect(await cost()).to.deep.equal([1n, 2n, 6_667n, 10n * PERCENT, 666n, PERCENT, 66n]);
    await weigh(10_000n);
    expect(await cost()).to.deep.equal([1n, 3n, 6_667n, 0n, 0n, 0n, 0n]);
    await registry.connect(owner).announceWads(CHAIN, WHOLE, PERCENT);
    await stage().after(RAISE_SECONDS);
    await stage().chain.helpers.mine();
    expect(await cost()).to.deep.equal([1n, 3n, 6_667n, 0n, 0n, 0n, 0n]);
    await weigh(10_000n);
    expect(await cost()).to.deep.equal([1n, 4n, 6_667n, WHOLE, 6_667n, PERCENT, 66n]);
  });

  it("is nothing where lies cannot be proven", async function () {
    await stage().activate(proposalOf({ refutable: false }));
    await weigh(10_000n);
    expect(await cost()).to.deep.equal([1n, 2n, 6_667n, 10n * PERCENT, 0n, PERCENT, 0n]);
  });

  it("is nothing for a set without table, and for an unknown chain", async function () {
    await stage().accepted(proposalOf({ operatorSetId: 2n }));
    expect(await cost()).to.deep.equal([2n, 0n, 0n, 0n, 0n, 0n, 0n]);
    expect(await cost(CHAIN + 1n)).to.deep.equal([0n, 0n, 0n, 0n, 0n, 0n, 0n]);
  });
});
