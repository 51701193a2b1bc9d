import { expect } from "chai";

import { bringEpochNews, EpochStatus, freeze, HOUR, newsOf, pageConflict, roadWorld } from "#support/brakes.ts";
import { Committee } from "#support/committee.ts";
import { bringTable, tableFact } from "#support/facts.ts";
import { staged } from "#support/stage.ts";
import { TEST_DOMAIN } from "#support/world.ts";

describe("A set on a rollup", function () {
  const stage = staged(roadWorld);
  const tables = () => stage().here.operatorTables;

  it("has at most 64 epochs at a time by certificate, so that freezing all of them fits into a block", async function () {
    const { here, strong, validUntil } = stage();
    const now = await here.now();
    const fact = (epoch: number) =>
      tableFact(Committee.of(TEST_DOMAIN, [BigInt(epoch)], { epoch, seed: 5n }), now - HOUR, validUntil);
    for (let epoch = 2; epoch <= 64; ++epoch) await bringTable(here, strong, fact(epoch));
    await expect(bringTable(here, strong, fact(65)))
      .to.be.revertedWithCustomError(tables(), "TooManyLasting")
      .withArgs(1, 64, 64);
    for (let epoch = 65; epoch <= 128; ++epoch) {
      const { table, rows } = fact(epoch);
      await bringEpochNews(here, newsOf(table, now));
      await tables().installBrought(1, epoch, rows);
    }
    const last = fact(129);
    await bringEpochNews(here, newsOf(last.table, now));
    await expect(tables().installBrought(1, 129, last.rows))
      .to.be.revertedWithCustomError(tables(), "TooManyLasting")
      .withArgs(1, 128, 128);
    const receipt = await (await freeze(here, await pageConflict(strong, { issuedAt: await here.now() }))).wait();
    expect(receipt?.gasUsed ?? 0n).to.be.lessThan(3_000_000n);
    for (let epoch = 1; epoch <= 128; ++epoch) {
      expect((await here.gateway.epoch(1, epoch)).status).to.equal(EpochStatus.Frozen);
    }
    // When their time is over they make room.
    await here.helpers.time.increaseTo(validUntil + 6n * HOUR + 1n);
    await tables().installBrought(1, 129, last.rows);
    expect(await tables().lastingEpochs(1)).to.deep.equal([129n]);
  });
});
