import { expect } from "chai";
import type { BaseContract } from "ethers";

import { operatorTable } from "#protocol/tables.ts";
import { G1_GENERATOR, negateG1 } from "#protocol/bn254.ts";
import { elementAt } from "#protocol/errors.ts";
import { FickleHub, Manner, operatorNamed, SET, shapeOf, STAKE, STRATEGIES, WAD } from "#support/fickle.ts";
import { stagedOn } from "#support/stage.ts";

const [FIRST, SECOND, THIRD] = [operatorNamed(0), operatorNamed(1), operatorNamed(2)];

describe("TableBuilder: what EigenLayer answers", function () {
  const stage = stagedOn(
    () => FickleHub.withMembers(3, 2),
    ({ chain }) => [chain],
  );

  for (const manner of ["Revert", "Burn", "Nonsense"] as const) {
    it(`leaves out one whose stake is answered by ${manner.toLowerCase()}, and nobody else`, async function () {
      const hub = stage();
      const { restaking, tableBuilder } = hub;
      await restaking.behave(SECOND, Manner[manner]);
      await tableBuilder.begin(SET);
      const sent = await tableBuilder.proceed(SET, 256);
      await expect(sent).to.emit(tableBuilder, "MemberLeftOut").withArgs(SET, SECOND, 0, true);
      expect(await hub.operators()).to.deep.equal([FIRST, THIRD]);
    });
  }

  it("leaves out one without a key, and says what it weighs", async function () {
    const hub = stage();
    const { restaking, tableBuilder } = hub;
    await restaking.setKey(SECOND, { x: 0, y: 0 });
    await tableBuilder.begin(SET);
    const sent = await tableBuilder.proceed(SET, 256);
    await expect(sent).to.emit(tableBuilder, "MemberLeftOut").withArgs(SET, SECOND, STAKE, false);
    expect(await hub.operators()).to.deep.equal([FIRST, THIRD]);
  });

  it("leaves out one whose key is no point of the curve", async function () {
    const hub = stage();
    await hub.restaking.setKey(FIRST, { x: 1, y: 3 });
    await hub.build();
    expect(await hub.operators()).to.deep.equal([SECOND, THIRD]);
  });

  it("counts the least weight, and leaves out one wei less", async function () {
    const hub = stage();
    await hub.stake(FIRST, WAD);
    await hub.stake(SECOND, WAD - 1n);
    await hub.build();
    expect(await hub.operators()).to.deep.equal([FIRST, THIRD]);
    expect(await hub.tableBuilder.weightOf(SET, 1, FIRST)).to.equal(WAD);
  });

  it("builds no table of nobody, and begins anew when the deadline is over", async function () {
    const hub = stage();
    const { chain, tableBuilder, windows } = hub;
    for (const operator of [FIRST, SECOND, THIRD]) await hub.stake(operator, 0n);
    await tableBuilder.begin(SET);
    await expect(tableBuilder.proceed(SET, 256))
      .to.be.revertedWithCustomError(tableBuilder, "TableEmpty")
      .withArgs(SET);
    await chain.helpers.mine(windows.buildBlocks);
    await hub.stake(SECOND, STAKE);
    await hub.build();
    expect(await hub.operators()).to.deep.equal([SECOND]);
  });

  it("is not stopped by two that have keys which cancel each other out", async function () {
    const hub = stage();
    await hub.restaking.setKey(FIRST, negateG1(G1_GENERATOR));
    await hub.build();
    expect(await hub.operators()).to.deep.equal([FIRST, SECOND, THIRD]);
  });

  it("weighs every strategy by its multiplier", async function () {
    const hub = stage();
    const { asShaper, restaking } = hub;
    const [a, b] = [elementAt(STRATEGIES, 0), elementAt(STRATEGIES, 1)];
    const strategies = [
      { strategy: a, multiplier: WAD / 2n },
      { strategy: b, multiplier: 3n * WAD },
    ];
    await asShaper.shapeSet(SET, { ...shapeOf(2), strategies });
    await restaking.setStake(FIRST, b, 7n);
    await hub.build();
    const weights = [STAKE / 2n + 21n, STAKE / 2n, STAKE / 2n];
    const table = operatorTable(weights.map((weight) => ({ key: G1_GENERATOR, weight })));
    expect(await hub.tableBuilder.rowsOf(SET, 1)).to.equal(table.packed);
    expect(elementAt(await hub.tableBuilder.epoch(SET, 1), 2)).to.equal(table.tableHash);
  });

  it("clamps what exceeds 96 bits", async function () {
    const hub = stage();
    await hub.stake(FIRST, 2n ** 256n - 1n);
    await hub.build();
    expect(await hub.tableBuilder.weightOf(SET, 1, FIRST)).to.equal(2n ** 96n - 1n);
  });

  it("reads strategies, multipliers and the least weight once, when it begins", async function () {
    const hub = stage();
    const { asShaper, tableBuilder } = hub;
    await tableBuilder.begin(SET);
    await tableBuilder.proceed(SET, 1);
    const strategies = [{ strategy: elementAt(STRATEGIES, 0), multiplier: 5n * WAD }];
    await asShaper.shapeSet(SET, { ...shapeOf(1, 2n ** 95n), strategies });
    await tableBuilder.proceed(SET, 256);
    expect(await hub.operators()).to.deep.equal([FIRST, SECOND, THIRD]);
    for (const operator of [FIRST, SECOND, THIRD]) {
      expect(await tableBuilder.weightOf(SET, 1, operator)).to.equal(STAKE);
    }
  });
});

describe("TableBuilder: no skipped honest operator, by thrift", function () {
  const stage = stagedOn(
    () => FickleHub.withMembers(3),
    ({ chain }) => [chain],
  );

  it("does nothing at all with less gas than a question may take", async function () {
    const hub = stage();
    const { restaking, tableBuilder } = hub;
    for (const operator of [FIRST, SECOND, THIRD]) await restaking.behave(operator, Manner.Labour);
    await tableBuilder.begin(SET);
    const before = await tableBuilder.build(SET);
    let refused = 0;
    let passed = 0;
    for (let gasLimit = 150_000n; gasLimit <= 2_400_000n; gasLimit += 150_000n) {
      const snapshot = await hub.chain.helpers.takeSnapshot();
      const outcome = await outcomeOf(tableBuilder, () => tableBuilder.proceed(SET, 256, { gasLimit }));
      if (outcome === "passed") {
        ++passed;
        expect(await hub.operators(), gasLimit.toString()).to.deep.equal([FIRST, SECOND, THIRD]);
      } else {
        if (outcome === "InsufficientGas") ++refused;
        expect(await tableBuilder.build(SET)).to.deep.equal(before);
      }
      await snapshot.restore();
    }
    expect(refused, "refused for thrift").to.be.greaterThan(3);
    expect(passed, "passed").to.be.greaterThan(2);
  });

  it("says how much gas it found, and how much it needs", async function () {
    const { tableBuilder } = stage();
    await tableBuilder.begin(SET);
    await expect(tableBuilder.proceed.staticCall(SET, 1, { gasLimit: 300_000n }))
      .to.be.revertedWithCustomError(tableBuilder, "InsufficientGas")
      .withArgs((found: bigint) => found < 300_000n, 450_000n + 450_000n / 63n + 10_000n);
  });

  it("loses no more than two questions' bounds to a member that burns its gas, and then asks one by one", async function () {
    const hub = stage();
    const { restaking, tableBuilder } = hub;
    await tableBuilder.begin(SET);
    const quiet = await tableBuilder.proceed.estimateGas(SET, 256);
    await restaking.behave(SECOND, Manner.Burn);
    const [aboutAll, aboutOne, onesOwn] = [350_000n, 450_000n, 45_000n];
    const lost = (await tableBuilder.proceed.estimateGas(SET, 256)) - quiet;
    expect(lost).to.be.lessThan(aboutAll + aboutOne + 3n * onesOwn);
  });
});

describe("TableBuilder: the most members", function () {
  const stage = stagedOn(
    () => FickleHub.withMembers(256),
    ({ chain }) => [chain],
  );

  it("have a row each, in seat order", async function () {
    const hub = stage();
    await hub.build(100);
    const operators = Array.from({ length: 256 }, (_, at) => operatorNamed(at));
    expect(await hub.operators()).to.deep.equal(operators);
    expect(await hub.serviceManager.seats(SET)).to.deep.equal(operators);
    expect(await hub.tableBuilder.operatorAt(SET, 1, 255)).to.equal(operatorNamed(255));
    await expect(hub.tableBuilder.operatorAt(SET, 1, 256))
      .to.be.revertedWithCustomError(hub.tableBuilder, "RowUnknown")
      .withArgs(SET, 1, 256);
    await expect(hub.tableBuilder.operatorAt(SET, 2, 0))
      .to.be.revertedWithCustomError(hub.tableBuilder, "RowUnknown")
      .withArgs(SET, 2, 0);
  });

  it("complete for less than a transaction may take, though somebody had them asked one by one", async function () {
    const hub = stage();
    const { tableBuilder } = hub;
    await tableBuilder.begin(SET);
    for (let member = 0; member < 255; ++member) await tableBuilder.proceed(SET, 1, { gasLimit: 1_000_000n });
    const receipt = await (await tableBuilder.proceed(SET, 1, { gasLimit: 29_000_000n })).wait();
    expect(receipt?.gasUsed).to.be.lessThan(8_000_000n);
    expect(await hub.operators()).to.have.length(256);
  });
});

async function outcomeOf(contract: BaseContract, attempt: () => Promise<unknown>): Promise<string> {
  try {
    await attempt();
    return "passed";
  } catch (error) {
    const text = String(error);
    return text.includes("InsufficientGas") ? "InsufficientGas" : text.includes("gas") ? "out of gas" : text;
  }
}
