import { expect } from "chai";

import { elementAt } from "#protocol/errors.ts";
import { FickleHub, SET } from "#support/fickle.ts";
import { stagedOn } from "#support/stage.ts";

describe("TableBuilder: windows that EigenLayer no longer covers", function () {
  const stage = stagedOn(
    () => FickleHub.withMembers(2),
    ({ chain }) => [chain],
  );

  it("are refused at construction, one block short", async function () {
    const { addresses, chain, restaking, windows, tableBuilder } = stage();
    const args = [restaking, restaking, restaking, addresses.serviceManager, addresses.slasher, windows];
    await restaking.upgrade(99_000, false);
    await expect(chain.ethers.deployContract("TableBuilder", args))
      .to.be.revertedWithCustomError(tableBuilder, "WindowsTooLong")
      .withArgs(99_000, 99_000);
    await restaking.upgrade(99_001, false);
    const built = await chain.ethers.deployContract("TableBuilder", args);
    expect(await built.windows()).to.deep.equal(Object.values(windows).map(BigInt));
  });

  it("are refused at begin, one block short", async function () {
    const { restaking, tableBuilder } = stage();
    await restaking.upgrade(99_000, false);
    await expect(tableBuilder.begin(SET))
      .to.be.revertedWithCustomError(tableBuilder, "WindowsTooLong")
      .withArgs(99_000, 99_000);
    await restaking.upgrade(99_001, false);
    await expect(tableBuilder.begin(SET)).to.emit(tableBuilder, "BuildBegun");
  });

  it("are refused at completion, after an upgrade between two calls", async function () {
    const { restaking, tableBuilder } = stage();
    await tableBuilder.begin(SET);
    await tableBuilder.proceed(SET, 1);
    await restaking.upgrade(99_000, false);
    await expect(tableBuilder.proceed(SET, 1))
      .to.be.revertedWithCustomError(tableBuilder, "WindowsTooLong")
      .withArgs(99_000, 99_000);
    expect(elementAt(await tableBuilder.build(SET), 1)).to.equal(1n);
  });

  it("are as short as the time that withdrawn stake stays, if that is shorter", async function () {
    const { addresses, chain, restaking, windows, tableBuilder } = stage();
    const args = [restaking, restaking, restaking, addresses.serviceManager, addresses.slasher, windows];
    await restaking.delayWithdrawals(99_000);
    await expect(chain.ethers.deployContract("TableBuilder", args))
      .to.be.revertedWithCustomError(tableBuilder, "WindowsTooLong")
      .withArgs(99_000, 99_000);
    await expect(tableBuilder.begin(SET)).to.be.revertedWithCustomError(tableBuilder, "WindowsTooLong");
    await restaking.delayWithdrawals(99_001);
    await chain.ethers.deployContract("TableBuilder", args);
    await tableBuilder.begin(SET);
    await restaking.delayWithdrawals(99_000);
    await expect(tableBuilder.proceed(SET, 256)).to.be.revertedWithCustomError(tableBuilder, "WindowsTooLong");
  });

  for (const window of ["lead", "validity", "evidence", "margin", "hubFact", "secondsPerBlock", "buildBlocks"]) {
    it(`are refused without ${window}`, async function () {
      const { addresses, chain, restaking, windows, tableBuilder } = stage();
      const args = [
        restaking,
        restaking,
        restaking,
        addresses.serviceManager,
        addresses.slasher,
        { ...windows, [window]: 0 },
      ];
      await expect(chain.ethers.deployContract("TableBuilder", args)).to.be.revertedWithCustomError(
        tableBuilder,
        "WindowEmpty",
      );
    });
  }
});
