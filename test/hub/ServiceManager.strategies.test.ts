import { expect } from "chai";

import { elementAt } from "#protocol/errors.ts";
import { FickleHub, SET, shapeOf, STRATEGIES, WAD } from "#support/fickle.ts";
import { stagedOn } from "#support/stage.ts";

describe("ServiceManager: strategies that are not counted any more", function () {
  const [A, B, C] = [elementAt(STRATEGIES, 0), elementAt(STRATEGIES, 1), elementAt(STRATEGIES, 2)];
  const stage = stagedOn(
    () => FickleHub.withMembers(2, 2),
    ({ chain }) => [chain],
  );
  const counting = (...strategies: readonly string[]) => ({
    ...shapeOf(1),
    strategies: strategies.map((strategy) => ({ strategy, multiplier: WAD })),
  });

  it("stay in EigenLayer's set, and only new ones are added", async function () {
    const { asShaper, restaking } = stage();
    await expect(asShaper.shapeSet(SET, counting(A, C)))
      .to.emit(restaking, "StrategiesAdded")
      .withArgs(SET, [C]);
    // B is in the set still: counted again, it is not added again.
    await expect(asShaper.shapeSet(SET, counting(A, B, C))).not.to.emit(restaking, "StrategiesAdded");
    expect(await restaking.queryFilter(restaking.filters.StrategiesRemoved())).to.deep.equal([]);
  });

  it("are dropped no second before nothing can be taken for the last epoch that counted them", async function () {
    const hub = stage();
    const { asShaper, restaking, serviceManager, stranger, tableBuilder } = hub;
    await hub.build();
    await asShaper.shapeSet(SET, counting(A));
    const last = await tableBuilder.slashableUntil(SET);
    await hub.passUntilDue();
    await hub.build();
    expect(await tableBuilder.slashableUntil(SET)).to.be.greaterThan(last);
    const asStranger = serviceManager.connect(stranger);
    await hub.at(last);
    await expect(asStranger.dropStrategy(SET, B))
      .to.be.revertedWithCustomError(serviceManager, "StrategySlashable")
      .withArgs(B, last, last);
    await hub.at(last + 1n);
    const sent = await asStranger.dropStrategy(SET, B);
    await expect(sent).to.emit(serviceManager, "StrategyDropped").withArgs(SET, B);
    await expect(sent).to.emit(restaking, "StrategiesRemoved").withArgs(SET, [B]);
    await expect(asStranger.dropStrategy(SET, B))
      .to.be.revertedWithCustomError(serviceManager, "StrategyUnknown")
      .withArgs(B);
  });

  it("stay for a build that began before the change and is completed after it", async function () {
    const hub = stage();
    const { asShaper, serviceManager, tableBuilder } = hub;
    await tableBuilder.begin(SET);
    await tableBuilder.proceed(SET, 1);
    await asShaper.shapeSet(SET, counting(A));
    await tableBuilder.proceed(SET, 256);
    const last = await tableBuilder.slashableUntil(SET);
    await hub.at(last);
    await expect(serviceManager.dropStrategy(SET, B))
      .to.be.revertedWithCustomError(serviceManager, "StrategySlashable")
      .withArgs(B, last, last);
    await hub.at(last + 1n);
    await serviceManager.dropStrategy(SET, B);
  });

  it("can be dropped at once when no epoch ever counted them", async function () {
    const { asShaper, serviceManager } = stage();
    await asShaper.shapeSet(SET, counting(A));
    await expect(serviceManager.dropStrategy(SET, B)).to.emit(serviceManager, "StrategyDropped");
  });

  it("are not dropped while they are counted, again or ever", async function () {
    const { asShaper, serviceManager } = stage();
    await asShaper.shapeSet(SET, counting(A));
    await asShaper.shapeSet(SET, counting(A, B));
    for (const strategy of [A, B]) {
      await expect(serviceManager.dropStrategy(SET, strategy))
        .to.be.revertedWithCustomError(serviceManager, "StrategyCounted")
        .withArgs(strategy);
    }
    await expect(serviceManager.dropStrategy(SET, C))
      .to.be.revertedWithCustomError(serviceManager, "StrategyUnknown")
      .withArgs(C);
  });

  it("are added again after they were dropped", async function () {
    const { asShaper, restaking, serviceManager } = stage();
    await asShaper.shapeSet(SET, counting(A));
    await serviceManager.dropStrategy(SET, B);
    await expect(asShaper.shapeSet(SET, counting(A, B)))
      .to.emit(restaking, "StrategiesAdded")
      .withArgs(SET, [B]);
  });
});
