import { expect } from "chai";

import { elementAt } from "#protocol/errors.ts";
import { messageId, PAGE_SIZE, type Lane } from "#protocol/messages.ts";
import { burst, times } from "#support/burst.ts";
import type { Committee } from "#support/committee.ts";
import { accuse, chargeOf, culprit, type PageCharge } from "#support/court.ts";
import { startOwn } from "#support/eigenlayer/own.ts";
import { passResolution } from "#support/eigenlayer/service.ts";
import { differs } from "#support/refutations.ts";
import { roadScene, type RoadRollup } from "#support/roadScene.ts";
import { sayPage, toldPage } from "#support/speeches.ts";
import { stagedOn } from "#support/stage.ts";

import { gasOf } from "./fixture.ts";
import { record } from "./rows.ts";

/** When what goes down is said: bytes of times are calldata, and must be the same in every run. */
const FIXED = 4_000_000_007n;
const COURT_SECONDS = 2 * 86_400;
const RECIPIENT = `0x${"77".repeat(20)}`;

/** What a lie costs those who refute, accuse, execute, collect and revoke: a set of three, of whom one is absent. */
export function slowRoadGas(): void {
  describe("of what follows a lie", function () {
    const stage = stagedOn(
      async () => roadScene(await startOwn("1.13")),
      ({ hub, alpha, beta }) => [hub.eigenLayer, alpha.rollup, beta.rollup],
    );
    const lane = (): Lane => stage().alpha.rollup.laneTo(stage().beta.rollup);
    const contradiction = async (committee: Committee, absent: readonly number[]): Promise<PageCharge> =>
      chargeOf(
        { committee, told: toldPage(lane(), ["first", "second"]), absent },
        { committee, told: toldPage(lane(), ["first", "other"]), absent },
        culprit(0),
      );

    it("stays below its target for the refutation of a full page", async function () {
      const { alpha, beta } = stage();
      await burst(alpha.rollup, beta.rollup, times(PAGE_SIZE, { recipient: RECIPIENT }));
      const ids = (await alpha.rollup.sent(lane())).map(messageId);
      const { destinationChainId: chain, destinationGateway: gateway } = lane();
      const refuted = alpha.road.rollupEnd.refuteDiffers(chain, gateway, 0, PAGE_SIZE / 2, ids);
      record("refutation of a full page, with a double of the bridge", await gasOf(refuted), 360_000);
    });

    it("is known for each step of a case", async function () {
      const { hub, committee, setId, asset } = stage();
      const { slasher, vault, eigenLayer } = hub;
      record("equivocation about a page accused", await gasOf(accuse(hub, await contradiction(committee, [2]))));
      const { helpers } = eigenLayer;
      const snapshot = await helpers.takeSnapshot();
      const one = await gasOf(slasher.execute(1n, [culprit(0)]));
      await snapshot.restore();
      const two = await gasOf(slasher.execute(1n, [culprit(0), culprit(1)]));
      record("case executed, one operator of one strategy", one);
      record("case executed, each further operator", two - one);
      await passResolution(eigenLayer, hub.set(setId), 1n);
      record("slash of one strategy collected", await gasOf(vault.collect(setId, 1n, asset.strategy)));
    });

    it("is known for a false page, which its source refutes", async function () {
      const { hub, committee, alpha, beta } = stage();
      const { slasher } = hub;
      await alpha.rollup.send(beta.rollup, RECIPIENT, "0x1234");
      const { page, messages } = await alpha.rollup.page(lane());
      const { destinationChainId: chain, destinationGateway: gateway } = lane();
      await alpha.road.rollupEnd.refuteDiffers(chain, gateway, 0, 1, messages.map(messageId));
      expect(await alpha.road.carryUp()).to.equal(true);
      const lie = toldPage(lane(), ["lie"]);
      const speech = await sayPage(committee, lie, { issuedAt: 1n, absent: [2] });
      const said = differs(lie.page, { root: page.root, chainHead: page.chainHead });
      record("false page accused", await gasOf(slasher.accuseFalsePage(speech, lie.page, said)));
      await hub.pass(COURT_SECONDS);
      const one = await gasOf(slasher.execute(1n, [culprit(0)]));
      record("case of a false page executed, one operator of one strategy", one);
    });

    it("is known for news of epochs, on the hub and on a rollup", async function () {
      const { hub, committee, setId, operators, beta } = stage();
      const { time } = hub.eigenLayer.helpers;
      await accuse(hub, await contradiction(committee, [2]));
      await hub.slasher.execute(1n, [culprit(0)]);
      await time.setNextBlockTimestamp(FIXED);
      const next = await hub.build(setId);
      expect(next.statement.validFrom).to.equal(FIXED);
      await beta.rollup.helpers.time.increaseTo(FIXED);
      const { epoch } = next.statement;

      await time.setNextBlockTimestamp(FIXED + 1_000n);
      record(
        "news of an epoch sent, with a double of the bridge",
        await gasOf(beta.road.hubEnd.sendEpoch(setId, epoch)),
      );
      record("news of a new epoch taken, with a double of the bridge", await gasOfNews(beta));
      const { operatorTables, relayer } = beta.rollup;
      await operatorTables.connect(relayer).installBrought(setId, epoch, next.rows);

      await accuse(hub, await contradiction(hub.committee(next, operators), []));
      await hub.slasher.execute(2n, [culprit(0)]);
      expect(await hub.slasher.isRevoked(setId, epoch)).to.equal(true);
      await time.setNextBlockTimestamp(FIXED + 2_000n);
      await beta.road.hubEnd.sendEpoch(setId, epoch);
      record("revocation of an epoch taken, with a double of the bridge", await gasOfNews(beta));
      expect((await beta.rollup.gateway.epoch(setId, epoch)).status).to.equal(2n);
    });
  });
}

/** Brings what was sent last, and tells what that took on the rollup. */
async function gasOfNews({ road, rollup }: RoadRollup): Promise<number> {
  expect(await road.carryDown()).to.equal(true);
  const messenger = await rollup.ethers.getContractAt("DelayedMessenger", await road.rollupEnd.messenger());
  const relayed = elementAt((await messenger.queryFilter(messenger.filters.RelayedMessage())).slice(-1), 0);
  return Number((await relayed.getTransactionReceipt()).gasUsed);
}
