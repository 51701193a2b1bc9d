import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import type { Page, Rollup } from "#protocol/statements.ts";
import { address, chainId } from "#protocol/types.ts";
import type { CertifyOptions } from "#support/committee.ts";
import { anyList, court, culprit, Fault, LANE, nextEpoch, STAKES, type Court } from "#support/court.ts";
import { describeOnEach, hubOffers } from "#support/eigenlayer/offers.ts";
import { sayEntry, sayPage, toldPage, type Speech } from "#support/speeches.ts";
import { stagedOn } from "#support/stage.ts";
import { Status } from "#support/world.ts";

const TWO_HOURS = 7_200n;
const TWO_DAYS = 2n * 86_400n;
const STRANGER = address("0x00000000000000000000000000000000000bad00");

/** A court whose registry has one entry, version 2, of the source that statements are about. */
async function courtWithEntry(before: Court): Promise<Court> {
  const { hub, setId, operators } = before;
  const { registry, eigenLayer } = hub;
  const registrar = elementAt(eigenLayer.chain.signers, 4);
  await registry.propose({
    chainId: LANE.sourceChainId,
    gateway: LANE.sourceGateway,
    operatorSetId: setId,
    finality: 3,
    refutable: false,
    bridge: ZeroAddress,
    refuteWad: 0n,
    softWad: 0n,
    metadataURI: "",
  });
  const [proposed] = await registry.queryFilter(registry.filters.Proposed());
  if (proposed === undefined) throw new Error("nothing was proposed");
  await registry.connect(registrar).accept(proposed.args.proposalId);
  for (const operator of operators) {
    await registry.connect(operator.signer).optIn(LANE.sourceChainId, LANE.sourceGateway, ZeroAddress, true);
  }
  await hub.pass(TWO_DAYS);
  const next = await nextEpoch(before);
  await registry.applyAccepted(LANE.sourceChainId);
  return { ...before, ...next };
}

const ENTRY: Omit<Rollup, "operatorSetId"> = {
  chainId: LANE.sourceChainId,
  gateway: LANE.sourceGateway,
  status: Status.Active,
  finality: 3,
  refutable: false,
  version: 2n,
};

describeOnEach(hubOffers, "Slasher: what the registry refutes", function (start) {
  const stage = stagedOn(
    async () => courtWithEntry(await court(await start())),
    ({ hub }) => [hub.eigenLayer],
  );
  const entryWith = (changes: Partial<Rollup> = {}): Rollup => ({ ...ENTRY, operatorSetId: stage().setId, ...changes });
  /** Operators 1 and 2 say it, just now unless told otherwise. */
  const said = async (entry: Rollup, options: Partial<CertifyOptions> = {}): Promise<Speech> =>
    sayEntry(stage().committee, entry, { issuedAt: await stage().hub.now(), absent: [2], ...options });
  const saidPage = async (page: Page): Promise<Speech> =>
    sayPage(
      stage().committee,
      { ...toldPage(LANE, ["first"]), page },
      { issuedAt: await stage().hub.now(), absent: [2] },
    );
  const afterTwoHours = () => stage().hub.pass(TWO_HOURS + 60n);

  it("has the very entry that operators sign", async function () {
    const { hub } = stage();
    const speech = await said(entryWith());
    await afterTwoHours();
    await expect(hub.slasher.accuseFalseEntry(speech, entryWith())).to.be.revertedWithCustomError(
      hub.slasher,
      "StatementTrue",
    );
  });

  it("has no entry that differs anywhere, nor a version or chain that does not exist: all who signed it pay", async function () {
    const { hub, operators, setId } = stage();
    const { slasher } = hub;
    const lies = [
      { gateway: STRANGER },
      { operatorSetId: setId + 1 },
      { status: Status.Draining },
      { finality: 2 },
      { refutable: true },
      { version: 3n },
      { version: 1n },
      { version: 0n },
      { chainId: chainId(77) },
    ].map(entryWith);
    const speeches = await Promise.all(lies.map((lie) => said(lie)));
    await afterTwoHours();
    for (const [at, lie] of lies.entries()) {
      await expect(slasher.accuseFalseEntry(elementAt(speeches, at), lie)).to.emit(slasher, "CaseOpened");
    }
    expect((await slasher.caseOf(1n)).fault).to.equal(Fault.FalseEntry);
    await expect(slasher.execute(1n, [culprit(2)])).to.be.revertedWithCustomError(slasher, "NotACulprit");
    await expect(slasher.execute(1n, [culprit(0), culprit(1)]))
      .to.emit(slasher, "OperatorSlashed")
      .withArgs(1n, operators[0].address, 1n, anyList, [STAKES[0]]);
  });

  it("has what was true once: an older version is no lie", async function () {
    const { hub } = stage();
    const first = entryWith({ version: 1n, status: Status.Proposed });
    const speech = await said(first);
    await afterTwoHours();
    await expect(hub.slasher.accuseFalseEntry(speech, first)).to.be.revertedWithCustomError(
      hub.slasher,
      "StatementTrue",
    );
  });

  it("is asked two hours after the batch was issued, and not before", async function () {
    const { hub } = stage();
    const { slasher, eigenLayer } = hub;
    const lie = entryWith({ version: 3n });
    const speech = await said(lie);
    const earliest = speech.certificate.batch.issuedAt + TWO_HOURS + 1n;
    await eigenLayer.helpers.time.setNextBlockTimestamp(earliest - 1n);
    await expect(slasher.accuseFalseEntry(speech, lie))
      .to.be.revertedWithCustomError(slasher, "TooEarlyToJudge")
      .withArgs(earliest - 1n, earliest);
    await eigenLayer.helpers.time.setNextBlockTimestamp(earliest);
    await expect(slasher.accuseFalseEntry(speech, lie)).to.emit(slasher, "CaseOpened");
  });

  it("knows every gateway that ever spoke for its chain, and convicts who signed final pages of another", async function () {
    const { hub } = stage();
    const { slasher } = hub;
    const { page } = toldPage(LANE, ["first"]);
    const strange = { ...page, sourceGateway: STRANGER };
    const [known, stranger, elsewhere, soft] = await Promise.all(
      [page, strange, { ...page, sourceChainId: chainId(77) }, { ...strange, finality: 2 }].map(async (told) => ({
        told,
        speech: await saidPage(told),
      })),
    );
    if (!known || !stranger || !elsewhere || !soft) throw new Error("four pages");
    await expect(slasher.accuseStranger(stranger.speech, stranger.told)).to.be.revertedWithCustomError(
      slasher,
      "TooEarlyToJudge",
    );
    await afterTwoHours();
    await expect(slasher.accuseStranger(known.speech, known.told)).to.be.revertedWithCustomError(
      slasher,
      "StatementTrue",
    );
    await expect(slasher.accuseStranger(soft.speech, soft.told))
      .to.be.revertedWithCustomError(slasher, "NotFinal")
      .withArgs(2);
    for (const { speech, told } of [stranger, elsewhere]) {
      await expect(slasher.accuseStranger(speech, told)).to.emit(slasher, "CaseOpened");
    }
    expect((await slasher.caseOf(1n)).fault).to.equal(Fault.Stranger);
    await expect(slasher.execute(1n, [culprit(0)])).to.emit(slasher, "OperatorSlashed");
  });

  it("refutes nothing by a statement that is not in the batch", async function () {
    const { hub } = stage();
    const lie = entryWith({ version: 3n });
    const speech = await said(lie);
    await afterTwoHours();
    await expect(hub.slasher.accuseFalseEntry(speech, entryWith({ version: 4n }))).to.be.revertedWithCustomError(
      hub.slasher,
      "StatementNotInBatch",
    );
  });
});
