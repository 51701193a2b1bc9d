import { expect } from "chai";
import { id as hashOf } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import type { Table } from "#protocol/statements.ts";
import { bytes32, ZERO_BYTES32 } from "#protocol/types.ts";
import type { CertifyOptions } from "#support/committee.ts";
import { anyList, court, culprit, Fault, nextEpoch, STAKES, tableFaultKey, type Court } from "#support/court.ts";
import { describeOnEach, hubOffers } from "#support/eigenlayer/offers.ts";
import { WAD } from "#support/hub.ts";
import { sayTable, type Speech } from "#support/speeches.ts";
import { stagedOn } from "#support/stage.ts";

const TWO_HOURS = 7_200n;
const STRANGE = bytes32(hashOf("another table"));

describeOnEach(hubOffers, "Slasher: a false table", function (start) {
  const stage = stagedOn(
    async () => court(await start()),
    ({ hub }) => [hub.eigenLayer],
  );

  /** Operators 1 and 2 say it, just now unless told otherwise. */
  async function said(table: Table, options: Partial<CertifyOptions> = {}): Promise<Speech> {
    const { hub, committee } = stage();
    return sayTable(committee, table, { issuedAt: await hub.now(), absent: [2], ...options });
  }

  async function afterTwoHours({ hub }: Court): Promise<void> {
    await hub.pass(TWO_HOURS + 60n);
  }

  it("can be judged two hours after it was told, and not before", async function () {
    const { hub, setId, epoch } = stage();
    const { slasher, eigenLayer } = hub;
    const lie = { ...epoch.statement, tableHash: STRANGE };
    const speech = await said(lie);
    const earliest = speech.certificate.batch.issuedAt + TWO_HOURS + 1n;
    await eigenLayer.helpers.time.setNextBlockTimestamp(earliest - 1n);
    await expect(slasher.accuseFalseTable(speech, lie))
      .to.be.revertedWithCustomError(slasher, "TooEarlyToJudge")
      .withArgs(earliest - 1n, earliest);
    await eigenLayer.helpers.time.setNextBlockTimestamp(earliest);
    const key = tableFaultKey(Fault.FalseTable, setId, 1, lie);
    const accuser = elementAt(eigenLayer.chain.signers, 0).address;
    await expect(slasher.accuseFalseTable(speech, lie))
      .to.emit(slasher, "CaseOpened")
      .withArgs(1n, setId, Fault.FalseTable, key, accuser);
    const signers = 0b011n;
    expect(await slasher.caseOf(1n)).to.deep.equal([
      Fault.FalseTable,
      BigInt(setId),
      1n,
      1n,
      earliest,
      0n,
      0n,
      WAD,
      0n,
      false,
      false,
      key,
      ZERO_BYTES32,
      signers,
      signers,
    ]);
  });

  it("costs everybody who signed it, and nobody else", async function () {
    const before = stage();
    const { hub, operators, epoch } = before;
    const { slasher } = hub;
    const lie = { ...epoch.statement, tableHash: STRANGE };
    const speech = await said(lie);
    await afterTwoHours(before);
    await slasher.accuseFalseTable(speech, lie);
    for (const [rowA, rowB] of [
      [2, 2],
      [0, 1],
      [1, 2],
    ] as const) {
      await expect(slasher.execute(1n, [culprit(rowA, rowB)]))
        .to.be.revertedWithCustomError(slasher, "NotACulprit")
        .withArgs(rowA, rowB);
    }
    const execution = slasher.execute(1n, [culprit(0), culprit(1)]);
    await expect(execution)
      .to.emit(slasher, "OperatorSlashed")
      .withArgs(1n, operators[0].address, 1n, anyList, [STAKES[0]]);
    await expect(execution)
      .to.emit(slasher, "OperatorSlashed")
      .withArgs(1n, operators[1].address, 2n, anyList, anyList);
  });

  it("is any table that the hub does not have", async function () {
    const before = stage();
    const { hub, epoch } = before;
    const { slasher } = hub;
    const { statement } = epoch;
    const lies: Table[] = [
      { ...statement, tableHash: STRANGE },
      { ...statement, validFrom: statement.validFrom + 1n },
      { ...statement, validUntil: statement.validUntil + 1n },
      { ...statement, epoch: 2 },
      { ...statement, epoch: 0 },
      { ...statement, operatorSetId: statement.operatorSetId + 1 },
    ];
    const speeches = await Promise.all(lies.map((lie) => said(lie)));
    await afterTwoHours(before);
    for (const [at, lie] of lies.entries()) {
      await expect(slasher.accuseFalseTable(elementAt(speeches, at), lie)).to.emit(slasher, "CaseOpened");
    }
  });

  it("is not the one that the hub has", async function () {
    const before = stage();
    const { hub, epoch } = before;
    const { slasher } = hub;
    const speech = await said(epoch.statement);
    await afterTwoHours(before);
    await expect(slasher.accuseFalseTable(speech, epoch.statement)).to.be.revertedWithCustomError(
      slasher,
      "StatementTrue",
    );
  });

  it("is not one that became true before anybody asked", async function () {
    const before = stage();
    const { hub } = before;
    const { slasher } = hub;
    const { epoch } = await nextEpoch(before);
    const early = await said(epoch.statement, { issuedAt: epoch.statement.validFrom - 1_000n });
    await afterTwoHours(before);
    await expect(slasher.accuseFalseTable(early, epoch.statement)).to.be.revertedWithCustomError(
      slasher,
      "StatementTrue",
    );
  });

  it("needs a batch that holds it, signed in an epoch of the hub", async function () {
    const before = stage();
    const { hub, setId, epoch } = before;
    const { slasher, certificateVerifier } = hub;
    const lie = { ...epoch.statement, tableHash: STRANGE };
    const speech = await said(lie);
    const { certificate, batchProof } = speech;
    await afterTwoHours(before);
    await expect(slasher.accuseFalseTable({ certificate, batchProof: [STRANGE] }, lie)).to.be.revertedWithCustomError(
      slasher,
      "StatementNotInBatch",
    );
    await expect(slasher.accuseFalseTable(speech, { ...lie, epoch: 7 })).to.be.revertedWithCustomError(
      slasher,
      "StatementNotInBatch",
    );
    const unknown = { ...certificate, batch: { ...certificate.batch, tableEpoch: 9 } };
    await expect(slasher.accuseFalseTable({ certificate: unknown, batchProof }, lie))
      .to.be.revertedWithCustomError(slasher, "EpochUnknown")
      .withArgs(setId, 9);
    const everybody = { ...certificate, nonSigners: 0n };
    await expect(slasher.accuseFalseTable({ certificate: everybody, batchProof }, lie)).to.be.revertedWithCustomError(
      certificateVerifier,
      "SignatureInvalid",
    );
  });

  it("is judged up to the last second for evidence", async function () {
    const { hub, setId, epoch } = stage();
    const { slasher, eigenLayer, tableBuilder } = hub;
    const lie = { ...epoch.statement, tableHash: STRANGE };
    const speech = await said(lie);
    const last = await tableBuilder.evidenceUntil(setId, 1);
    await eigenLayer.helpers.time.setNextBlockTimestamp(last);
    await slasher.accuseFalseTable(speech, lie);
    await eigenLayer.helpers.time.setNextBlockTimestamp(last + 1n);
    await expect(slasher.accuseFalseTable(speech, lie))
      .to.be.revertedWithCustomError(slasher, "EvidenceTooLate")
      .withArgs(last + 1n, last);
  });
});
