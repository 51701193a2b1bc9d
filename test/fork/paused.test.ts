import { expect } from "chai";
import { toBeHex } from "ethers";

import { anyList, chargeOf, court, culprit, LANE, opened, pageFaultKey, STAKES } from "#support/court.ts";
import type { EigenLayer } from "#support/eigenlayer/eigenLayer.ts";
import { describeOn, snapshotOffer } from "#support/eigenlayer/offers.ts";
import { toldPage } from "#support/speeches.ts";
import { stagedOn } from "#support/stage.ts";

/** EigenLayer's bit for slashes. */
const SLASHES = 1n << 1n;
/** Where what is paused is stored: below this slot. */
const SLOTS = 256;

describeOn(snapshotOffer, "A case while EigenLayer is paused", function (start) {
  const stage = stagedOn(
    async () => {
      const before = await court(await start());
      const { committee } = before;
      const charge = await chargeOf(
        { committee, told: toldPage(LANE, ["one"]), absent: [1] },
        { committee, told: toldPage(LANE, ["other"]), absent: [1] },
        culprit(0),
      );
      return { ...before, charge, pause: await pauserOf(before.hub.eigenLayer) };
    },
    ({ hub }) => [hub.eigenLayer],
  );

  it("takes nothing and writes nothing down, is opened all the same, and is executed afterwards", async function () {
    const { hub, setId, operators, assets, charge, pause } = stage();
    const { slasher, eigenLayer, tableBuilder } = hub;
    const { allocationManager } = eigenLayer;
    const until = await tableBuilder.evidenceUntil(setId, 1);
    await pause(SLASHES);
    const id = await opened(hub, charge);
    const before = await slasher.caseOf(id);
    const errors = await eigenLayer.chain.ethers.getContractAt("ICommonErrors", allocationManager);
    await expect(slasher.execute(id, [culprit(0), culprit(2)])).to.be.revertedWithCustomError(
      errors,
      "CurrentlyPaused",
    );
    expect(await slasher.caseOf(id)).to.deep.equal(before);
    expect(await slasher.convictedWeight(setId, 1)).to.equal(0n);
    expect(await allocationManager.getSlashCount(hub.set(setId))).to.equal(0n);
    const paid = await slasher.paidOf(pageFaultKey(setId, 1, charge.pageA), operators[0].address, assets[0].strategy);
    expect(paid).to.deep.equal([0n, 0n]);
    // No window waits for EigenLayer.
    expect(await tableBuilder.evidenceUntil(setId, 1)).to.equal(until);

    await pause(0n);
    const execution = slasher.execute(id, [culprit(0), culprit(2)]);
    for (const row of [0, 2] as const) {
      await expect(execution)
        .to.emit(slasher, "OperatorSlashed")
        .withArgs(id, operators[row].address, BigInt(row === 0 ? 1 : 2), anyList, [STAKES[row]]);
    }
  });
});

/** Writes what is paused into the AllocationManager, as its pausers do: where that is stored is found by trying. */
async function pauserOf({ chain, allocationManager }: EigenLayer): Promise<(bits: bigint) => Promise<void>> {
  const { ethers, helpers } = chain;
  const at = await allocationManager.getAddress();
  const pausable = new ethers.Contract(at, ["function paused() view returns (uint256)"], ethers.provider);
  for (let slot = 0; slot < SLOTS; slot++) {
    const before = await ethers.provider.getStorage(at, slot);
    await helpers.setStorageAt(at, slot, toBeHex(SLASHES, 32));
    const found: unknown = await pausable
      .getFunction("paused")()
      .catch(() => undefined);
    await helpers.setStorageAt(at, slot, before);
    if (found !== SLASHES) continue;
    return async (bits) => {
      await helpers.setStorageAt(at, slot, toBeHex(bits, 32));
    };
  }
  throw new Error("the AllocationManager keeps nowhere what is paused");
}
