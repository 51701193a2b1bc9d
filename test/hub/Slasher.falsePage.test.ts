import { expect } from "chai";
import { AbiCoder, keccak256 } from "ethers";

import { MAINNET_COURT_SECONDS } from "#deploy/hub.ts";
import { elementAt } from "#protocol/errors.ts";
import { statementLeaf, type Page } from "#protocol/statements.ts";
import { bytes32, chainId } from "#protocol/types.ts";
import type { Committee } from "#support/committee.ts";
import { accuse, chargeOf, culprit, Fault, nextEpoch, oneCharge, opened } from "#support/court.ts";
import { describeOnEach, hubOffers } from "#support/eigenlayer/offers.ts";
import { WAD } from "#support/hub.ts";
import { PAPER } from "#support/paper.ts";
import {
  BRIDGELESS_LANE,
  differs,
  FINAL_LANE,
  IRREFUTABLE_LANE,
  notYet,
  REFUTE_WAD,
  refutingCourt,
  SOFT_LANE,
  SOFT_WAD,
  type Refutation,
} from "#support/refutations.ts";
import { sayPage, toldPage, type Speech, type ToldPage } from "#support/speeches.ts";
import { stagedOn } from "#support/stage.ts";

const COURT = BigInt(MAINNET_COURT_SECONDS);
const MONTH = 30n * 86_400n;
const ROOTLESS = bytes32(`0x${"33".repeat(32)}`);

describeOnEach(hubOffers, "Slasher: what its own source refutes", function (start) {
  const stage = stagedOn(
    async () => refutingCourt(await start()),
    ({ hub }) => [hub.eigenLayer],
  );
  const slasher = () => stage().hub.slasher;
  const refusal = async (act: Promise<unknown>, error: string, ...args: unknown[]) =>
    expect(act)
      .to.be.revertedWithCustomError(slasher(), error)
      .withArgs(...args);
  const hashOf = (said: Refutation) => {
    const types = "uint64,address,uint64,address,uint64,bool,uint16,bytes32,bytes32,uint64".split(",");
    const { sourceChainId, sourceGateway, destinationChainId, destinationGateway, ...rest } = said;
    const values = [sourceChainId, sourceGateway, destinationChainId, destinationGateway];
    const { pageIndex, isNotYet, count, root, chainHead, timestamp } = rest;
    return keccak256(
      AbiCoder.defaultAbiCoder().encode(types, [...values, pageIndex, isNotYet, count, root, chainHead, timestamp]),
    );
  };

  /** A lie that operators 1 and 2 sign; the third does not. */
  async function lie(
    lane = FINAL_LANE,
    changes: Partial<Page> = {},
    committee: Committee = stage().committee,
    absent: readonly number[] = [2],
  ): Promise<{ readonly told: ToldPage; readonly speech: Speech; readonly page: Page }> {
    const told = toldPage(lane, ["first", "second"], changes);
    return { told, page: told.page, speech: await sayPage(committee, told, { issuedAt: 1n, absent }) };
  }

  /** Lets the bridge tell a refutation and accuses. */
  async function accuseLie(lied: Awaited<ReturnType<typeof lie>>, refutation = differs(lied.page)): Promise<bigint> {
    await stage().bridge.tell(refutation);
    await slasher().accuseFalsePage(lied.speech, lied.page, refutation);
    return slasher().caseCount();
  }

  async function taken(chain: bigint, at = 0): Promise<readonly [bigint, bigint]> {
    const { operators, assets } = stage();
    const { magnitude, taken: sum } = await slasher().cappedOf(
      chain,
      elementAt(operators, at).address,
      assets[0].strategy,
    );
    return [magnitude, sum];
  }

  const passCourt = async () => stage().hub.pass(COURT);

  for (const [sentence, refute] of [
    ["Differs", differs],
    ["NotYet", notYet],
  ] as const) {
    it(`takes refuteWad, after the court's time, from exactly who signed it: ${sentence}`, async function () {
      const { hub, setId } = stage();
      const lied = await lie();
      const caseId = await accuseLie(lied, refute(lied.page));
      const { fault, openedAt, executableAt, cappedSource, fraction } = await slasher().caseOf(caseId);
      expect([fault, cappedSource, fraction]).to.deep.equal([Fault.FalsePage, PAPER.strong, REFUTE_WAD]);
      expect(executableAt).to.equal(openedAt + COURT);
      const { helpers } = hub.eigenLayer;
      await helpers.time.setNextBlockTimestamp(executableAt - 1n);
      await refusal(slasher().execute(caseId, [culprit(0)]), "CaseBeforeCourt", executableAt - 1n, executableAt);
      await helpers.time.setNextBlockTimestamp(executableAt);
      await expect(slasher().execute(caseId, [culprit(0), culprit(1)])).to.emit(slasher(), "OperatorSlashed");
      expect(await taken(PAPER.strong, 0)).to.deep.equal([WAD, REFUTE_WAD]);
      expect(await taken(PAPER.strong, 1)).to.deep.equal([WAD, REFUTE_WAD]);
      await refusal(slasher().execute(caseId, [culprit(2)]), "NotACulprit", 2, 2);
      expect(await taken(PAPER.strong, 2)).to.deep.equal([0n, 0n]);
      // Two thirds of the weight, and yet: no source stops a network.
      const epoch = lied.speech.certificate.batch.tableEpoch;
      expect(await slasher().isRevoked(setId, epoch)).to.equal(false);
      expect(await slasher().convictedWeight(setId, epoch)).to.equal(0n);
    });
  }

  it("opens no case for any single corruption of page, refutation or speech", async function () {
    const { bridge, hub } = stage();
    const lied = await lie();
    const { page, speech } = lied;
    const truth = differs(page);
    await bridge.tell(truth);
    const accuseWith = async (said: Refutation, about = page, by = speech) =>
      slasher().accuseFalsePage(by, about, said);
    const others: readonly Partial<Refutation>[] = [
      { sourceChainId: PAPER.weak },
      { sourceGateway: PAPER.stranger },
      { destinationChainId: chainId(7) },
      { destinationGateway: PAPER.stranger },
      { pageIndex: 1n },
      { count: 1 },
      { root: page.root, chainHead: page.chainHead },
      // A page that was reached by then, one that is as long, and the very second.
      { isNotYet: true, count: 2, timestamp: page.sourceTimestamp + 1n },
      { isNotYet: true, count: 1, timestamp: page.sourceTimestamp },
    ];
    for (const change of others) {
      const said = { ...truth, ...change };
      await refusal(accuseWith(said), "NotRefuted", hashOf(said));
      await bridge.tell(said);
      await refusal(accuseWith(said), "NotConvicting", hashOf(said));
    }
    for (const change of [{ root: ROOTLESS }, { chainHead: ROOTLESS }, { blockNumber: 5n }, { sourceTimestamp: 5n }]) {
      await expect(accuseWith(truth, { ...page, ...change })).to.be.revertedWithCustomError(
        slasher(),
        "StatementNotInBatch",
      );
    }
    await expect(accuseWith(truth, page, { ...speech, batchProof: [] })).to.be.revertedWithCustomError(
      slasher(),
      "StatementNotInBatch",
    );
    const { certificate } = speech;
    await expect(
      accuseWith(truth, page, { ...speech, certificate: { ...certificate, nonSigners: 0n } }),
    ).to.be.revertedWithCustomError(hub.certificateVerifier, "SignatureInvalid");
    expect(await slasher().caseCount()).to.equal(0n);
    // Root or head alone are enough.
    for (const change of [{ root: page.root }, { chainHead: page.chainHead }]) {
      await accuseLie(lied, differs(page, change));
    }
  });

  it("needs a source with a bridge that was refutable when the epoch began", async function () {
    const [stranger, bridgeless, irrefutable] = [
      await lie({ ...FINAL_LANE, sourceGateway: PAPER.stranger }),
      await lie(BRIDGELESS_LANE),
      await lie(IRREFUTABLE_LANE),
    ];
    await refusal(accuseLie(stranger), "NoJudge", PAPER.strong, PAPER.stranger);
    await refusal(accuseLie(bridgeless), "NoJudge", PAPER.retired, PAPER.gateway);
    await refusal(accuseLie(irrefutable), "NothingToTake", PAPER.irrefutable, 3);
    // The epoch before began before the source was in force.
    const { hub, setId, operators } = stage();
    const first = hub.committee(await hub.epoch(setId, 1), operators);
    await refusal(accuseLie(await lie(FINAL_LANE, {}, first)), "NothingToTake", PAPER.strong, 3);
  });

  it("takes softWad below final, and nothing where that is zero", async function () {
    for (const finality of [1, 2]) {
      const lied = await lie(FINAL_LANE, { finality });
      await refusal(accuseLie(lied), "NothingToTake", PAPER.strong, finality);
      const charge = await oneCharge(stage(), { finality });
      await refusal(accuse(stage().hub, charge), "NothingToTake", PAPER.strong, finality);
    }
    const caseId = await accuseLie(await lie(SOFT_LANE, { finality: 2 }));
    await passCourt();
    await slasher().execute(caseId, [culprit(0)]);
    expect(await taken(PAPER.weak)).to.deep.equal([WAD, SOFT_WAD]);
    // What contradicts itself below final counts to the same cap.
    const { committee } = stage();
    const soft = { finality: 1 };
    const told = (names: readonly string[]) => toldPage(SOFT_LANE, names, soft);
    const charge = await chargeOf(
      { committee, told: told(["a", "b"]), absent: [2] },
      { committee, told: told(["a", "c"]), absent: [2] },
      culprit(0),
    );
    const second = await opened(stage().hub, charge);
    await slasher().execute(second, [culprit(0), culprit(1)]);
    expect(await taken(PAPER.weak, 0)).to.deep.equal([WAD, SOFT_WAD]);
    expect(await taken(PAPER.weak, 1)).to.deep.equal([WAD, SOFT_WAD]);
    const { statement } = await stage().hub.epoch(stage().setId);
    expect(await slasher().convictedWeight(statement.operatorSetId, statement.epoch)).to.equal(0n);
  });

  it("ends its window the court's time earlier than other evidence", async function () {
    const { hub, setId, bridge } = stage();
    const lied = await lie();
    const truth = differs(lied.page);
    await bridge.tell(truth);
    const { epoch } = (await hub.epoch(setId)).statement;
    const last = (await hub.tableBuilder.evidenceUntil(setId, epoch)) - COURT;
    const { time } = hub.eigenLayer.helpers;
    await time.increaseTo(last - 1n);
    const snapshot = await hub.eigenLayer.helpers.takeSnapshot();
    await time.setNextBlockTimestamp(last + 1n);
    await refusal(slasher().accuseFalsePage(lied.speech, lied.page, truth), "EvidenceTooLate", last + 1n, last);
    await snapshot.restore();
    await time.setNextBlockTimestamp(last);
    await expect(slasher().accuseFalsePage(lied.speech, lied.page, truth)).to.emit(slasher(), "CaseOpened");
  });

  it("ends when the court acquits with a reason, in every case with the same evidence", async function () {
    const { hub } = stage();
    const [guardian, court] = [2, 5].map((at) => elementAt(hub.eigenLayer.chain.signers, at));
    if (!guardian || !court) throw new Error("signers");
    const lied = await lie();
    const truth = differs(lied.page);
    const [first, twin] = [await accuseLie(lied), await accuseLie(lied)];
    await refusal(slasher().connect(guardian).acquit(first, "no"), "NotTheCourt", guardian.address, court.address);
    const judge = slasher().connect(court);
    await refusal(judge.acquit(99n, "which?"), "CaseUnknown", 99);
    await expect(judge.acquit(first, "the bridge lied"))
      .to.emit(judge, "CaseAcquitted")
      .withArgs(first, "the bridge lied");
    expect((await slasher().caseOf(first)).isAcquitted).to.equal(true);
    await passCourt();
    const evidence = keccak256(
      AbiCoder.defaultAbiCoder().encode(
        ["bytes32", "bytes32"],
        [statementLeaf({ kind: "Page", content: lied.page }), hashOf(truth)],
      ),
    );
    for (const caseId of [first, twin]) await refusal(slasher().execute(caseId, [culprit(0)]), "Acquitted", evidence);
    await refusal(slasher().accuseFalsePage(lied.speech, lied.page, truth), "Acquitted", evidence);
    // Other evidence is another matter; and who was convicted stays so.
    const other = await accuseLie(lied, notYet(lied.page));
    await passCourt();
    await slasher().execute(other, [culprit(0)]);
    await refusal(judge.acquit(other, "too late"), "NotForTheCourt", other);
    const equivocation = await opened(hub, await oneCharge(stage()));
    await refusal(judge.acquit(equivocation, "a friend"), "NotForTheCourt", equivocation);
  });

  it("takes no more than refuteWad together, over lanes and epochs, until 30 days pass without a taking", async function () {
    const { hub, setId, operators } = stage();
    const cases = [
      await accuseLie(await lie()),
      await accuseLie(await lie({ ...FINAL_LANE, destinationChainId: chainId(8) })),
    ];
    const later = await nextEpoch({ hub, setId, operators });
    cases.push(await accuseLie(await lie(FINAL_LANE, { pageIndex: 4n }, later.committee)));
    await passCourt();
    await expect(slasher().execute(elementAt(cases, 0), [culprit(0)])).to.emit(slasher(), "OperatorSlashed");
    for (const caseId of cases.slice(1)) {
      await expect(slasher().execute(caseId, [culprit(0)])).to.emit(slasher(), "NothingLeft");
    }
    expect(await taken(PAPER.strong)).to.deep.equal([WAD, REFUTE_WAD]);
    const since = await hub.now();
    await hub.pass(MONTH - COURT - 86_400n);
    const fresh = await nextEpoch({ hub, setId, operators });
    const next = await accuseLie(await lie(FINAL_LANE, {}, fresh.committee));
    await hub.pass(COURT);
    if ((await hub.now()) < since + MONTH) {
      await expect(slasher().execute(next, [culprit(0)])).to.emit(slasher(), "NothingLeft");
    }
    await hub.pass(86_400);
    expect(await hub.now()).to.be.greaterThan(since + MONTH);
    await slasher().execute(next, [culprit(0)]);
    const left = WAD - REFUTE_WAD;
    expect(await taken(PAPER.strong)).to.deep.equal([left, left / 10n]);
  });

  it("takes refuteWad of what is allocated now, though little was when a cap began: no cheap lie buys a month", async function () {
    const { hub, setId, operators, assets } = stage();
    const [first] = operators;
    const set = hub.set(setId);
    await first.allocate(set, [assets[0], WAD / 100n]);
    await hub.eigenLayer.pass(hub.eigenLayer.delays.deallocation + 1);
    const small = await nextEpoch({ hub, setId, operators });
    const row = small.epoch.operators.indexOf(first.address);
    const others = [0, 1, 2].filter((at) => at !== row);
    const cheap = await accuseLie(await lie(FINAL_LANE, {}, small.committee, others));
    await passCourt();
    await slasher().execute(cheap, [culprit(row)]);
    expect(await taken(PAPER.strong)).to.deep.equal([WAD / 100n, WAD / 1_000n]);
    const { current } = await first.allocation(set, assets[0]);
    const whole = current + (await first.allocatable(assets[0]));
    await first.allocate(set, [assets[0], whole]);
    // A conviction lets the next epoch begin at once.
    const epoch = await hub.build(setId);
    const real = await accuseLie(await lie(FINAL_LANE, { pageIndex: 7n }, hub.committee(epoch, operators)));
    await passCourt();
    await slasher().execute(real, [culprit(epoch.operators.indexOf(first.address))]);
    expect(await taken(PAPER.strong)).to.deep.equal([whole, (whole * REFUTE_WAD) / WAD]);
  });

  it("lapses 14 days after its opening, so that what is said at once is not taken for month after month", async function () {
    const { hub } = stage();
    const caseId = await accuseLie(await lie());
    const lastSecond = (await slasher().caseOf(caseId)).openedAt + 14n * 86_400n;
    await hub.pass(lastSecond - (await hub.now()) - 60n);
    const snapshot = await hub.eigenLayer.helpers.takeSnapshot();
    await hub.eigenLayer.helpers.time.setNextBlockTimestamp(lastSecond + 1n);
    await refusal(slasher().execute(caseId, [culprit(0)]), "CaseLapsed", lastSecond + 1n, lastSecond);
    await snapshot.restore();
    await hub.eigenLayer.helpers.time.setNextBlockTimestamp(lastSecond);
    await expect(slasher().execute(caseId, [culprit(0)])).to.emit(slasher(), "OperatorSlashed");
  });

  it("revokes an epoch by equivocation of exactly 3 334 bps of its weight, each operator counted once", async function () {
    const { hub, setId, operators, assets } = stage();
    // Operator 2 alone has 3 333 bps.
    const before = (await hub.epoch(setId)).statement.epoch;
    const few = await opened(hub, await oneCharge(stage()));
    await slasher().execute(few, [culprit(1)]);
    expect(await slasher().isRevoked(setId, before)).to.equal(false);
    expect(await slasher().convictedWeight(setId, before)).to.equal(350n * WAD);
    await slasher().execute(few, [culprit(1)]);
    expect(await slasher().convictedWeight(setId, before)).to.equal(350n * WAD);
    // Of 10 000 parts the third gets 3 334.
    await operators[2].deposit(assets[0], 3_034n * WAD);
    await operators[0].deposit(assets[0], 6_266n * WAD);
    const epoch = await hub.build(setId);
    const committee = hub.committee(
      epoch,
      operators.filter(({ address }) => epoch.operators.includes(address)),
    );
    const row = epoch.operators.indexOf(operators[2].address);
    const told = (name: string) => toldPage(FINAL_LANE, [name]);
    const charge = await chargeOf({ committee, told: told("a") }, { committee, told: told("b") }, culprit(row));
    const caseId = await opened(hub, charge);
    const { epoch: number } = epoch.statement;
    expect(committee.table.totalWeight).to.equal(10_000n * WAD);
    await expect(slasher().execute(caseId, [culprit(row)]))
      .to.emit(slasher(), "EpochRevoked")
      .withArgs(setId, number, 3_334n * WAD, 10_000n * WAD);
    expect(await slasher().isRevoked(setId, number)).to.equal(true);
    expect(await slasher().isRevoked(setId, 99)).to.equal(false);
  });
});
