import { expect } from "chai";
import hre from "hardhat";

import { elementAt } from "#protocol/errors.ts";
import { describeOnEach, hubOffers } from "#support/eigenlayer/offers.ts";
import { Operator, passAllocationConfiguration } from "#support/eigenlayer/operator.ts";
import { Hub, WAD } from "#support/hub.ts";
import { stagedOn } from "#support/stage.ts";

const OPERATORS = 100;

/** What the quick build costs more than the one that is deployed. */
const EXTRA = hre.globalOptions.buildProfile === "production" ? 0n : 1_500n;

/** Members a transaction, and the most gas an operator with one strategy may cost then, `begin` included. */
const COSTS = [
  [100, 70_000n + EXTRA],
  [50, 81_000n + EXTRA],
  [25, 88_500n + EXTRA],
] as const;

describeOnEach(hubOffers.slice(0, 1), "TableBuilder: what a table costs", function (start) {
  const stage = stagedOn(
    async () => {
      const eigenLayer = await start();
      const asset = elementAt(eigenLayer.assets, 0);
      const hub = await Hub.deploy(eigenLayer);
      const setId = await hub.createSet({ counted: [{ asset, multiplier: WAD }], minimumWeight: WAD });
      const operators: Operator[] = [];
      for (let at = 0; at < OPERATORS; ++at) operators.push(await Operator.named(eigenLayer, `operator ${String(at)}`));
      for (const operator of operators) await operator.registerAsOperator();
      await passAllocationConfiguration(eigenLayer);
      for (const operator of operators) {
        await operator.deposit(asset, 100n * WAD);
        await operator.allocate(hub.set(setId), [asset, WAD]);
        await operator.registerKey(hub.set(setId));
        await operator.join(hub.set(setId));
      }
      return { hub, setId };
    },
    ({ hub }) => [hub.eigenLayer],
  );

  for (const [most, limit] of COSTS) {
    it(`is at most ${String(limit)} gas an operator, ${String(most)} of ${String(OPERATORS)} a transaction`, async function () {
      const { hub, setId } = stage();
      const { tableBuilder } = hub;
      let gas = (await (await tableBuilder.begin(setId)).wait())?.gasUsed ?? 0n;
      for (let done = 0; done < OPERATORS; done += most) {
        const sent = await tableBuilder.proceed(setId, most, { gasLimit: 29_000_000n });
        gas += (await sent.wait())?.gasUsed ?? 0n;
      }
      expect((await hub.epoch(setId)).operators).to.have.length(OPERATORS);
      expect(gas / BigInt(OPERATORS)).to.be.at.most(limit);
    });
  }
});
