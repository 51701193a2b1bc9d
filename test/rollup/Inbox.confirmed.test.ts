import { expect } from "chai";

import { DEFAULT_POLICY } from "#deploy/rollup.ts";
import { elementAt } from "#protocol/errors.ts";
import { messageId } from "#protocol/messages.ts";
import { chainId } from "#protocol/types.ts";
import { burst, times } from "#support/burst.ts";
import { Committee } from "#support/committee.ts";
import { expectDelivered, expectUnseen } from "#support/expectations.ts";
import { installTable } from "#support/facts.ts";
import { certifyPages, deliverConfirmed } from "#support/relayer.ts";
import { staged } from "#support/stage.ts";
import { runOf, TEST_DOMAIN, world } from "#support/world.ts";

const WEIGHTS = [40n, 30n, 20n, 10n];
const SET = 1;

describe("Inbox: stored batch roots", function () {
  const stage = staged(async () => {
    const { rollups, alpha, beta, committee, validUntil } = await world({
      chainIds: [1_001, 1_002, 1_003],
      weights: WEIGHTS,
    });
    const gamma = elementAt(rollups, 2);
    const recipient = await beta.deployMock("NoOpRecipient");
    await burst(alpha, beta, times(4, { recipient }));
    await burst(gamma, beta, times(3, { recipient }));
    await burst(alpha, gamma, times(2, { recipient }));
    const fromAlpha = await alpha.page(alpha.laneTo(beta));
    const fromGamma = await gamma.page(gamma.laneTo(beta));
    const elsewhere = await alpha.page(alpha.laneTo(gamma));
    const certified = await certifyPages(committee, beta, [fromAlpha, elsewhere]);
    const { statementsRoot, issuedAt } = certified.certificate.batch;
    return {
      ...{ rollups, alpha, beta, gamma, committee, validUntil },
      ...{ fromAlpha, fromGamma, elsewhere, certified, statementsRoot, issuedAt },
    };
  });

  it("are stored with who stands behind them", async function () {
    const { beta, certified, statementsRoot, issuedAt } = stage();
    await expect(beta.gateway.connect(beta.relayer).confirm(certified.certificate))
      .to.emit(beta.gateway, "BatchConfirmed")
      .withArgs(SET, statementsRoot);
    expect(await beta.gateway.confirmed(SET, statementsRoot)).to.deep.equal([1n, 10_000n, issuedAt, 100n]);
    expect(await beta.gateway.confirmed(SET + 1, statementsRoot)).to.deep.equal([0n, 0n, 0n, 0n]);
  });

  it("deliver runs without a certificate, of several roots in one transaction", async function () {
    const { beta, committee, fromAlpha, fromGamma, certified } = stage();
    const other = await certifyPages(committee, beta, [fromGamma], { absent: [3] });
    await beta.gateway.confirm(certified.certificate);
    await beta.gateway.confirm(other.certificate);

    const runs = [runOf(fromAlpha, certified), runOf(fromGamma, other)];
    const { delivered } = await deliverConfirmed(beta, runs);

    expect(delivered).to.deep.equal([...fromAlpha.messages, ...fromGamma.messages].map(messageId));
    await expectDelivered(beta, ...fromAlpha.messages, ...fromGamma.messages);
  });

  it("are needed: a run of a root that was never stored is refused, and its neighbours with it", async function () {
    const { beta, committee, fromAlpha, fromGamma, certified } = stage();
    const other = await certifyPages(committee, beta, [fromGamma]);
    await beta.gateway.confirm(certified.certificate);

    await expect(beta.gateway.deliverConfirmed([runOf(fromAlpha, certified), runOf(fromGamma, other)]))
      .to.be.revertedWithCustomError(beta.gateway, "BatchNotConfirmed")
      .withArgs(SET, other.certificate.batch.statementsRoot);
    await expectUnseen(beta, fromAlpha.messages);
  });

  it("are not stored by a delivery", async function () {
    const { beta, fromAlpha, certified, statementsRoot } = stage();
    await beta.gateway.deliver(certified.certificate, [runOf(fromAlpha, certified)]);
    expect(await beta.gateway.confirmed(SET, statementsRoot)).to.deep.equal([0n, 0n, 0n, 0n]);
  });

  it("are replaced by the same with no less weight", async function () {
    const { beta, committee, fromAlpha, elsewhere, statementsRoot, issuedAt } = stage();
    for (const { absent, later, signedBps } of [
      { absent: [2, 3], later: 0n, signedBps: 7_000n },
      { absent: [2, 3], later: 1n, signedBps: 7_000n },
      { absent: [3], later: 2n, signedBps: 9_000n },
      { absent: [], later: 3n, signedBps: 10_000n },
    ]) {
      const options = { absent, issuedAt: issuedAt + later };
      const { certificate } = await certifyPages(committee, beta, [fromAlpha, elsewhere], options);
      await beta.gateway.confirm(certificate);
      const stored = await beta.gateway.confirmed(SET, statementsRoot);
      expect(stored).to.deep.equal([1n, signedBps, issuedAt + later, 100n]);
    }
  });

  it("are not replaced by the same with less weight", async function () {
    const { beta, committee, fromAlpha, elsewhere, certified, statementsRoot, issuedAt } = stage();
    await beta.gateway.confirm(certified.certificate);
    const weaker = await certifyPages(committee, beta, [fromAlpha, elsewhere], { absent: [3] });
    await expect(beta.gateway.confirm(weaker.certificate))
      .to.be.revertedWithCustomError(beta.gateway, "StrongerBatchStored")
      .withArgs(9_000, 10_000);
    expect(await beta.gateway.confirmed(SET, statementsRoot)).to.deep.equal([1n, 10_000n, issuedAt, 100n]);
  });

  it("are not replaced by an older one of equal weight, which would bring their end nearer", async function () {
    const { beta, committee, fromAlpha, elsewhere, statementsRoot, issuedAt } = stage();
    const certificateOf = async (absent: number[], second: bigint) => {
      const certified = await certifyPages(committee, beta, [fromAlpha, elsewhere], { absent, issuedAt: second });
      return certified.certificate;
    };
    const young = await certificateOf([3], issuedAt);
    await beta.gateway.confirm(young);

    await expect(beta.gateway.confirm(await certificateOf([3], issuedAt - 1n)))
      .to.be.revertedWithCustomError(beta.gateway, "StrongerBatchStored")
      .withArgs(9_000, 9_000);
    expect(await beta.gateway.confirmed(SET, statementsRoot)).to.deep.equal([1n, 9_000n, issuedAt, 100n]);

    await expect(beta.gateway.confirm(young), "as old").to.emit(beta.gateway, "BatchConfirmed");
    await beta.gateway.confirm(await certificateOf([], issuedAt - 1n));
    const stored = await beta.gateway.confirmed(SET, statementsRoot);
    expect(stored, "older, with more weight").to.deep.equal([1n, 10_000n, issuedAt - 1n, 100n]);
  });

  it("are replaced by less weight once they are dead, not a second sooner", async function () {
    const { beta, committee, fromAlpha, elsewhere, certified, validUntil, statementsRoot } = stage();
    const next = Committee.of(TEST_DOMAIN, WEIGHTS, { epoch: 2, seed: 2n });
    const now = await beta.now();
    await installTable(committee, beta, next, now, now + 129_600n);
    await beta.gateway.confirm(certified.certificate);
    const lastSecond = validUntil + 21_600n;
    const weaker = await certifyPages(next, beta, [fromAlpha, elsewhere], { absent: [3] });

    await beta.helpers.time.setNextBlockTimestamp(lastSecond);
    await expect(beta.gateway.confirm(weaker.certificate))
      .to.be.revertedWithCustomError(beta.gateway, "StrongerBatchStored")
      .withArgs(9_000, 10_000);
    await beta.helpers.time.setNextBlockTimestamp(lastSecond + 1n);
    await beta.gateway.confirm(weaker.certificate);

    const stored = await beta.gateway.confirmed(SET, statementsRoot);
    expect([stored.epoch, stored.signedBps]).to.deep.equal([2n, 9_000n]);
  });

  it("may be stored below a policy's quorum, and are of no use then", async function () {
    const { alpha, beta, committee, fromAlpha } = stage();
    await beta.policy.tighten(alpha.chainId, { ...DEFAULT_POLICY, quorumBps: 7_001 });
    const weak = await certifyPages(committee, beta, [fromAlpha], { absent: [2, 3] });
    await beta.gateway.confirm(weak.certificate);
    await expect(beta.gateway.deliverConfirmed([runOf(fromAlpha, weak)]))
      .to.be.revertedWithCustomError(beta.gateway, "QuorumNotReached")
      .withArgs(7_000, 7_001);
  });

  describe("as shared validation", function () {
    it("tell any contract who stands behind a page, for any destination", async function () {
      const { beta, certified, fromAlpha, elsewhere } = stage();
      await beta.gateway.confirm(certified.certificate);
      for (const page of [fromAlpha, elsewhere]) {
        const { batchProof } = runOf(page, certified);
        expect(await beta.gateway.isCertified(page.page, batchProof)).to.deep.equal([BigInt(SET), 10_000n, 3n]);
      }
    });

    it("say nothing about a page that is not in the batch, nor about an unknown source", async function () {
      const { beta, certified, fromAlpha, statementsRoot } = stage();
      await beta.gateway.confirm(certified.certificate);
      const { batchProof } = runOf(fromAlpha, certified);
      const fewer = { ...fromAlpha.page, count: 3 };
      await expect(beta.gateway.isCertified(fewer, batchProof))
        .to.be.revertedWithCustomError(beta.gateway, "BatchNotConfirmed")
        .withArgs(SET, (root: string) => root !== statementsRoot);
      await expect(beta.gateway.isCertified({ ...fromAlpha.page, sourceChainId: chainId(77) }, batchProof))
        .to.be.revertedWithCustomError(beta.gateway, "BatchNotConfirmed")
        .withArgs(0, (root: string) => root !== statementsRoot);
    });

    it("deliver nothing for another destination", async function () {
      const { beta, gamma, certified, elsewhere } = stage();
      await beta.gateway.confirm(certified.certificate);
      await expect(beta.gateway.deliverConfirmed([runOf(elsewhere, certified)]))
        .to.be.revertedWithCustomError(beta.gateway, "WrongDestination")
        .withArgs(gamma.chainId, gamma.addresses.gateway);
    });

    it("refuse a page of this very chain", async function () {
      const { alpha, certified, fromAlpha } = stage();
      await alpha.gateway.confirm(certified.certificate);
      const { batchProof } = runOf(fromAlpha, certified);
      await expect(alpha.gateway.isCertified(fromAlpha.page, batchProof))
        .to.be.revertedWithCustomError(alpha.gateway, "SourceIsHere")
        .withArgs(alpha.chainId);
    });
  });
});

describe("Inbox: a batch root below every quorum", function () {
  // Alone, the first is one unit below 6 667 of 10 000; the second is that unit.
  const stage = staged(async () => world({ weights: [6_666n, 1n, 3_333n] }));

  for (const { absent, signedBps } of [
    { absent: [1, 2], signedBps: 6_666 },
    { absent: [0, 2], signedBps: 1 },
  ]) {
    it(`is not stored with ${signedBps} bps`, async function () {
      const { alpha, beta, committee } = stage();
      await burst(alpha, beta, [{ recipient: await beta.deployMock("NoOpRecipient") }]);
      const page = await alpha.page(alpha.laneTo(beta));
      const { certificate } = await certifyPages(committee, beta, [page], { absent });
      await expect(beta.gateway.confirm(certificate))
        .to.be.revertedWithCustomError(beta.gateway, "QuorumNotReached")
        .withArgs(signedBps, 6_667);
      expect(await beta.gateway.confirmed(SET, certificate.batch.statementsRoot)).to.deep.equal([0n, 0n, 0n, 0n]);
    });
  }

  it("is stored with the one unit more", async function () {
    const { alpha, beta, committee } = stage();
    await burst(alpha, beta, [{ recipient: await beta.deployMock("NoOpRecipient") }]);
    const page = await alpha.page(alpha.laneTo(beta));
    const { certificate } = await certifyPages(committee, beta, [page], { absent: [2] });
    await expect(beta.gateway.confirm(certificate)).to.emit(beta.gateway, "BatchConfirmed");
  });
});
