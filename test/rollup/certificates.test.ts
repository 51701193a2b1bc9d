import { expect } from "chai";

import { batchDigest } from "#protocol/batches.ts";
import type { Certificate } from "#protocol/certificates.ts";
import { elementAt } from "#protocol/errors.ts";
import { hashToG1 } from "#protocol/hashing.ts";
import { address, chainId, bytes32 } from "#protocol/types.ts";
import { badCertificates, batchWithRejectedCandidates } from "#support/badCertificates.ts";
import { Committee } from "#support/committee.ts";
import { paperPage, paperWorld, PAPER, QUORUM_MISSED, speech, type PaperWorld } from "#support/paper.ts";
import type { Rollup } from "#support/rollup.ts";
import { staged } from "#support/stage.ts";
import { certifyPage, runOf, TEST_DOMAIN, world } from "#support/world.ts";

/** What refusing a certificate may cost its relayer at most. */
const MOST_GAS = 400_000n;
/** Far more than that, so that nothing is refused for want of gas. */
const gasLimit = 5_000_000n;

describe("A bad certificate", function () {
  const stage = staged(paperWorld);

  it("is refused by its own error for at most 400 000 gas, whatever is wrong with it; the honest one is taken", async function () {
    const { here, strong } = stage();
    const honest = await honestCertificate(stage());
    const bad = badCertificates(strong, honest);
    expect(bad).to.have.length.above(35);
    const contracts = [here.certificateVerifier, here.gateway];
    for (const { name, certificate, error, args } of bad) {
      const contract = contracts.find((candidate) => candidate.interface.getError(error) !== null) ?? here.gateway;
      const act = here.gateway.connect(here.relayer).confirm(certificate, { gasLimit });
      await expect(act, name)
        .to.be.revertedWithCustomError(contract, error)
        .withArgs(...args);
      await expectCheapRefusal(here, name);
    }
    await expect(here.gateway.connect(here.relayer).confirm(honest)).to.emit(here.gateway, "BatchConfirmed");
  });

  it("is refused at delivery when one unit of weight is missing to the quorum", async function () {
    const { here, strong } = stage();
    const said = await speech(strong, paperPage(stage()), { issuedAt: await here.now(), absent: QUORUM_MISSED });
    await expect(here.gateway.connect(here.relayer).deliver(said.certified.certificate, [said.run], { gasLimit }))
      .to.be.revertedWithCustomError(here.gateway, "QuorumNotReached")
      .withArgs(6_666n, 6_667n);
    await expectCheapRefusal(here, "quorum missed");
  });

  it("speaks in the name of no other set: its signers are not in that set's table", async function () {
    const { here, strong, weak } = stage();
    const batch = { operatorSetId: 2, tableEpoch: 1, issuedAt: await here.now(), statementsRoot: WORD };
    const asStrong = await strong.sign(batch);
    await expect(here.gateway.connect(here.relayer).confirm(asStrong, { gasLimit })).to.be.revertedWithCustomError(
      here.certificateVerifier,
      "SignatureInvalid",
    );
    await expectCheapRefusal(here, "another set");
    await expect(here.gateway.connect(here.relayer).confirm(await weak.sign(batch))).to.emit(
      here.gateway,
      "BatchConfirmed",
    );
  });
});

describe("A certificate that is replayed", function () {
  for (const [place, domain] of [
    ["of another hub", { ...TEST_DOMAIN, hubChainId: chainId(901) }],
    ["of another service manager", { ...TEST_DOMAIN, serviceManager: address(`0x${"00".repeat(19)}01`) }],
  ] as const) {
    it(`on a rollup ${place} is refused, with its own witness and with the right one`, async function () {
      const elsewhere = await paperWorld(domain);
      const { here, strong } = elsewhere;
      const honest = await honestCertificate(elsewhere);
      const itsOwn = here.gateway.connect(here.relayer).confirm(honest, { gasLimit });
      await expect(itsOwn).to.be.revertedWithCustomError(here.certificateVerifier, "NotANonResidueRoot");
      await expectCheapRefusal(here, place);

      const digest = batchDigest(domain, honest.batch);
      const redone = { ...honest, hint: hashToG1(digest).hint };
      const right = here.gateway.connect(here.relayer).confirm(redone, { gasLimit });
      await expect(right).to.be.revertedWithCustomError(here.certificateVerifier, "SignatureInvalid");
      await expectCheapRefusal(here, place);

      // The same committee is heard when it signs for this place.
      const native = Committee.of(
        domain,
        strong.table.rows.map(({ weight }) => weight),
      );
      await expect(here.gateway.connect(here.relayer).confirm(await native.sign(honest.batch))).to.emit(
        here.gateway,
        "BatchConfirmed",
      );
    });
  }

  it("on another rollup of the same hub proves nothing there that was not sent there", async function () {
    const all = await world({ chainIds: [1_001, 1_002, 1_003] });
    const { alpha, beta } = all;
    const gamma = elementAt(all.rollups, 2);
    await alpha.send(beta, PAPER.stranger, "0x12");
    const page = await alpha.page(alpha.laneTo(beta));
    const certified = await certifyPage(all, gamma, page);
    const replay = gamma.gateway
      .connect(gamma.relayer)
      .deliver(certified.certificate, [runOf(page, certified)], { gasLimit });
    await expect(replay)
      .to.be.revertedWithCustomError(gamma.gateway, "WrongDestination")
      .withArgs(beta.chainId, beta.addresses.gateway);
    await expectCheapRefusal(gamma, "another rollup");
  });
});

const WORD = bytes32(`0x${"5a".repeat(32)}`);

/** A certificate with one absentee whose digest rejects candidates. */
async function honestCertificate({ here, strong }: PaperWorld): Promise<Certificate> {
  const batch = { operatorSetId: 1, tableEpoch: 1, issuedAt: await here.now(), statementsRoot: WORD };
  return strong.sign(batchWithRejectedCandidates(TEST_DOMAIN, batch), [strong.keys.length - 1]);
}

/** The last transaction failed, and its receipt says for how much. */
async function expectCheapRefusal(here: Rollup, name: string): Promise<void> {
  const block = await here.ethers.provider.getBlock("latest");
  const receipt = await here.ethers.provider.getTransactionReceipt(block?.transactions[0] ?? "");
  expect(receipt?.status, `${name}: refused`).to.equal(0);
  expect(receipt?.gasUsed, `${name}: gas`).to.be.at.most(MOST_GAS);
}
