import { expect } from "chai";

import { elementAt } from "#protocol/errors.ts";
import { refutationHash } from "#protocol/evidence/refutation.ts";
import type { Rollup as Entry, Statement } from "#protocol/statements.ts";
import { address } from "#protocol/types.ts";
import { EpochStatus, freeze } from "#support/brakes.ts";
import { Committee } from "#support/committee.ts";
import { culprit, Fault } from "#support/court.ts";
import { describeOnEach, hubOffers } from "#support/eigenlayer/offers.ts";
import { expectDelivered, expectUnseen, Obstacle } from "#support/expectations.ts";
import { bringEntry, bringTable, tableFact } from "#support/facts.ts";
import { WAD } from "#support/hub.ts";
import { presentEntry } from "#support/hubWorld.ts";
import { meet, REFUTE_WAD, roadScene, SOFT_WAD, STAKES, type RoadRollup } from "#support/roadScene.ts";
import {
  deliver,
  expectLiarsPay,
  forged,
  heal,
  HONEST,
  refute,
  refuteFuture,
  sent,
  tellEpoch,
} from "#support/roadStories.ts";
import { NO_DIVERGENCE, say, sayPage } from "#support/speeches.ts";
import { stagedOn } from "#support/stage.ts";
import { Status } from "#support/world.ts";

const COURT = 2n * 86_400n;

describeOnEach(hubOffers, "Lies, on EigenLayer and over the slow road", function (start) {
  const stage = stagedOn(
    async () => roadScene(await start()),
    ({ hub, alpha, beta }) => [hub.eigenLayer, alpha.rollup, beta.rollup],
  );

  const statusOf = async ({ rollup }: RoadRollup, number: number) =>
    (await rollup.gateway.epoch(stage().setId, number)).status;

  for (const isFuture of [false, true]) {
    const [name, sentence] = isFuture ? ["a page from the future", "NotYet"] : ["a false page", "Differs"];
    it(`${name} is refuted by its own source, waits for the court, and costs its signers what the source announced: ${sentence}`, async function () {
      const { hub, setId, committee, epoch, alpha, beta } = stage();
      const { slasher } = hub;
      const truth = await sent(stage(), alpha, beta);
      const lie = forged(truth, isFuture);
      await deliver(beta, lie, committee, HONEST);
      await expectDelivered(beta.rollup, elementAt(lie.messages, lie.messages.length - 1));

      const speech = await sayPage(committee, lie, { issuedAt: lie.page.sourceTimestamp, absent: HONEST });
      const said = isFuture ? await refuteFuture(alpha, lie) : await refute(alpha, truth);
      await expect(slasher.accuseFalsePage(speech, lie.page, said)).to.emit(slasher, "CaseOpened");
      const { fault, executableAt, openedAt } = await slasher.caseOf(1n);
      expect([fault, executableAt - openedAt]).to.deep.equal([Fault.FalsePage, COURT]);
      await expect(slasher.execute(1n, [culprit(0)])).to.be.revertedWithCustomError(slasher, "CaseBeforeCourt");

      await hub.pass(COURT);
      await expectLiarsPay(stage(), 1n, REFUTE_WAD);
      // No source's word stops a network.
      expect(await slasher.isRevoked(setId, epoch.statement.epoch)).to.equal(false);
    });
  }

  it("a page that is true cannot be refuted, and its signers pay nothing", async function () {
    const { hub, committee, alpha, beta } = stage();
    const { slasher } = hub;
    const truth = await sent(stage(), alpha, beta);
    const speech = await sayPage(committee, truth, { issuedAt: truth.page.sourceTimestamp });
    const said = await refute(alpha, truth);
    const accusation = slasher.accuseFalsePage(speech, truth.page, said);
    await expect(accusation).to.be.revertedWithCustomError(slasher, "NotConvicting").withArgs(refutationHash(said));
  });

  it("the court acquits of a false page before anybody pays, and of nothing else", async function () {
    const { hub, committee, asset, setId, operators, alpha, beta } = stage();
    const { slasher } = hub;
    const judge = slasher.connect(elementAt(hub.eigenLayer.chain.signers, 5));
    const truth = await sent(stage(), alpha, beta);
    const lie = forged(truth);
    const said = await refute(alpha, truth);
    const speech = await sayPage(committee, lie, { issuedAt: lie.page.sourceTimestamp, absent: HONEST });
    await slasher.accuseFalsePage(speech, lie.page, said);
    await expect(judge.acquit(1n, "the rollup's bridge was broken")).to.emit(judge, "CaseAcquitted");
    await hub.pass(COURT);
    await expect(slasher.execute(1n, [culprit(0)])).to.be.revertedWithCustomError(slasher, "Acquitted");
    for (const [row, stake] of STAKES.entries()) {
      expect(await elementAt(operators, row).slashableShares(hub.set(setId), asset)).to.equal(stake);
    }

    const honest = await sayPage(committee, truth, { issuedAt: truth.page.sourceTimestamp, absent: HONEST });
    await slasher.accusePages(honest, truth.page, speech, lie.page, NO_DIVERGENCE, culprit(0));
    await expect(judge.acquit(2n, "mercy")).to.be.revertedWithCustomError(judge, "NotForTheCourt").withArgs(2n);
    await expectLiarsPay(stage(), 2n, WAD);
  });

  it("a statement below final takes softWad of its source, and nothing where that is zero", async function () {
    const { hub, committee, alpha, beta } = stage();
    const { slasher } = hub;
    for (const [from, to] of [
      [alpha, beta],
      [beta, alpha],
    ] as const) {
      const truth = await sent(stage(), from, to);
      const lie = forged(truth);
      const soft = { ...lie, page: { ...lie.page, finality: 2 } };
      const said = await refute(from, truth);
      const speech = await sayPage(committee, soft, { issuedAt: soft.page.sourceTimestamp, absent: HONEST });
      const accusation = slasher.accuseFalsePage(speech, soft.page, said);
      if (from === beta) await accusation;
      else {
        await expect(accusation)
          .to.be.revertedWithCustomError(slasher, "NothingToTake")
          .withArgs(alpha.rollup.chainId, 2);
      }
    }
    await hub.pass(COURT);
    await expectLiarsPay(stage(), 1n, SOFT_WAD);
  });

  it("a false table takes a rollup, costs its signers everything, and is gone when the hub speaks", async function () {
    const { hub, setId, committee, epoch, alpha, beta } = stage();
    const { slasher } = hub;
    const waiting = await sent(stage(), alpha, beta);
    const number = epoch.statement.epoch + 1;
    const captured = Committee.of(hub.domain, [1n], { operatorSetId: setId, epoch: number, seed: 66n });
    const now = await beta.rollup.now();
    const fact = tableFact(captured, now, now + 86_400n);
    const statement: Statement = { kind: "Table", content: fact.table };
    await bringTable(beta.rollup, committee, fact, { absent: HONEST });
    expect(await beta.rollup.operatorTables.newestEpoch(setId)).to.equal(BigInt(number));

    const issuedAt = await hub.now();
    const speech = await say(committee, statement, { issuedAt, absent: HONEST });
    await expect(slasher.accuseFalseTable(speech, fact.table)).to.be.revertedWithCustomError(
      slasher,
      "TooEarlyToJudge",
    );
    await hub.pass(hub.windows.hubFact);
    await slasher.accuseFalseTable(speech, fact.table);
    await expectLiarsPay(stage(), 1n, WAD);
    expect(await slasher.isRevoked(setId, epoch.statement.epoch)).to.equal(true);

    await tellEpoch(stage(), epoch.statement.epoch);
    expect(await statusOf(beta, number)).to.equal(EpochStatus.Revoked);
    const { gateway } = beta.rollup;
    await expect(deliver(beta, waiting, captured))
      .to.be.revertedWithCustomError(gateway, "EpochSilenced")
      .withArgs(setId, number, EpochStatus.Revoked);
    const healed = await heal(stage());
    expect(healed.next.statement.epoch).to.equal(number);
    // What was confirmed under the captured table has no second life under this one.
    await beta.rollup.helpers.time.increase(16 * 60);
    await deliver(beta, waiting, healed.committee);
    await expectDelivered(beta.rollup, ...waiting.messages);
  });

  it("a false entry shuts a source out, costs its signers everything, and is gone when the hub speaks", async function () {
    const { hub, committee, alpha, beta } = stage();
    const { slasher } = hub;
    const waiting = await sent(stage(), alpha, beta);
    const truth = await presentEntry(hub, alpha.rollup.chainId);
    const lie: Entry = { ...truth, status: Status.Retired, version: truth.version + 1n };
    await bringEntry(beta.rollup, committee, lie, { absent: HONEST });
    await expectUnseen(beta.rollup, waiting.messages, Obstacle.SourceNotAccepted);

    await meet(stage());
    await beta.road.hubEnd.sendEntry(truth.chainId);
    expect(await beta.road.carryDown()).to.equal(true);
    await deliver(beta, waiting, committee);
    await expectDelivered(beta.rollup, ...waiting.messages);

    const issuedAt = await hub.now();
    const speech = await say(committee, { kind: "Rollup", content: lie }, { issuedAt, absent: HONEST });
    await expect(slasher.accuseFalseEntry(speech, lie)).to.be.revertedWithCustomError(slasher, "TooEarlyToJudge");
    await hub.pass(hub.windows.hubFact);
    await slasher.accuseFalseEntry(speech, lie);
    await expectLiarsPay(stage(), 1n, WAD);
  });

  it("a page of a gateway that never was costs its signers everything", async function () {
    const { hub, committee, alpha, beta } = stage();
    const { slasher } = hub;
    const truth = await sent(stage(), alpha, beta);
    const lie = { ...truth, page: { ...truth.page, sourceGateway: address(`0x${"66".repeat(20)}`) } };
    const speech = await sayPage(committee, lie, { issuedAt: await hub.now(), absent: HONEST });
    await hub.pass(hub.windows.hubFact);
    await slasher.accuseStranger(speech, lie.page);
    await expectLiarsPay(stage(), 1n, WAD);
  });

  it("a set that contradicts itself is frozen, slashed and revoked, and the next epoch delivers what waited, each once", async function () {
    const { hub, setId, committee, epoch, alpha, beta } = stage();
    const { slasher } = hub;
    const { epoch: number } = epoch.statement;
    const first = await sent(stage(), alpha, beta);
    await deliver(beta, first, committee);
    const truth = await sent(stage(), alpha, beta);
    const back = await sent(stage(), beta, alpha);
    const lie = forged(truth);
    const options = { issuedAt: truth.page.sourceTimestamp, absent: HONEST };
    const [speechA, speechB] = [await sayPage(committee, truth, options), await sayPage(committee, lie, options)];
    const conflict = { speechA, pageA: truth.page, speechB, pageB: lie.page, divergence: NO_DIVERGENCE };
    await freeze(beta.rollup, conflict);
    await expect(deliver(beta, truth, committee))
      .to.be.revertedWithCustomError(beta.rollup.gateway, "EpochSilenced")
      .withArgs(setId, number, EpochStatus.Frozen);

    await slasher.accusePages(speechA, truth.page, speechB, lie.page, NO_DIVERGENCE, culprit(0));
    await expectLiarsPay(stage(), 1n, WAD);
    expect(await slasher.isRevoked(setId, number)).to.equal(true);
    await tellEpoch(stage(), number);
    for (const there of [alpha, beta]) expect(await statusOf(there, number)).to.equal(EpochStatus.Revoked);
    await expect(deliver(alpha, back, committee))
      .to.be.revertedWithCustomError(alpha.rollup.gateway, "EpochSilenced")
      .withArgs(setId, number, EpochStatus.Revoked);

    const healed = await heal(stage());
    expect(await statusOf(beta, healed.next.statement.epoch)).to.equal(EpochStatus.Speaking);
    await deliver(beta, truth, healed.committee);
    await deliver(alpha, back, healed.committee);
    await expectDelivered(beta.rollup, ...truth.messages);
    await expectDelivered(alpha.rollup, ...back.messages);
  });
});
