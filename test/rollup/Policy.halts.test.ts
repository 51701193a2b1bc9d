import { expect } from "chai";

import { DEFAULT_POLICY } from "#deploy/rollup.ts";
import { elementAt } from "#protocol/errors.ts";
import { bringHalt, DAY, haltOf, HOUR, REASON } from "#support/brakes.ts";
import { Obstacle, expectUnseen } from "#support/expectations.ts";
import { PAGE_ENTRY_POINTS } from "#support/entryPoints.ts";
import { bringEntry } from "#support/facts.ts";
import { PAPER, paperPage, paperWorld, speech } from "#support/paper.ts";
import { say } from "#support/speeches.ts";
import { staged } from "#support/stage.ts";
import { entryOf, Status } from "#support/world.ts";

/** Rows 1 and 2 weigh 3 334 of 10 000, row 2 alone one unit less, row 0 alone 6 666. */
const A_THIRD = [0];
const TOO_FEW = [0, 1];
const NO_QUORUM = [1, 2];

describe("A source that its own operators halt", function () {
  const stage = staged(async () => paperWorld({}, 129_600n));
  const policy = () => stage().here.policy;
  const halt = async (...rest: [Parameters<typeof haltOf>[1]?, Parameters<typeof bringHalt>[3]?]) =>
    bringHalt(stage().here, stage().strong, ...rest);

  async function expectHalted(isHalted: boolean): Promise<void> {
    const { here, strong } = stage();
    const said = await speech(strong, paperPage(stage()), { issuedAt: await here.now() });
    for (const point of PAGE_ENTRY_POINTS) {
      const snapshot = await here.helpers.takeSnapshot();
      if (isHalted) {
        await expect(point.say(here, said), point.name)
          .to.be.revertedWithCustomError(policy(), "StillHalted")
          .withArgs(PAPER.strong, await policy().haltedUntil(PAPER.strong));
      } else await point.expectBelieved(here, said);
      await snapshot.restore();
    }
    await expectUnseen(here, said.messages, isHalted ? Obstacle.SourceHalted : Obstacle.None);
  }

  it("is not heard, at any entry, by 3 334 bps of its weight, and by one unit less it is", async function () {
    const { here } = stage();
    await expect(halt({}, { absent: TOO_FEW }))
      .to.be.revertedWithCustomError(policy(), "HaltQuorumNotReached")
      .withArgs(3_333, 3_334);
    const issuedAt = await here.now();
    await expect(halt({ reason: REASON }, { absent: A_THIRD, issuedAt }))
      .to.emit(policy(), "SourceHalted")
      .withArgs(PAPER.strong, issuedAt + HOUR, REASON);
    expect(await policy().haltedUntil(PAPER.strong)).to.equal(issuedAt + HOUR);
    await expectHalted(true);
  });

  it("leaves other sources, and their stored roots, as they were", async function () {
    const { here, weak } = stage();
    await halt();
    const page = paperPage(stage(), { sourceChainId: PAPER.weak });
    const said = await speech(weak, page, { issuedAt: await here.now() });
    await elementAt(PAGE_ENTRY_POINTS, 1).expectBelieved(here, said);
  });

  it("is halted by its own set alone, and by the name of its present gateway", async function () {
    const { here, weak } = stage();
    await expect(bringHalt(here, weak))
      .to.be.revertedWithCustomError(policy(), "HaltOfAnother")
      .withArgs(PAPER.strong, 2, PAPER.gateway);
    await expect(halt({ gateway: PAPER.stranger }))
      .to.be.revertedWithCustomError(policy(), "HaltOfAnother")
      .withArgs(PAPER.strong, 1, PAPER.stranger);
    await expect(halt({ chainId: PAPER.unknown })).to.be.revertedWithCustomError(policy(), "HaltOfAnother");
  });

  it("is halted for 24 hours from the signing at most, and not into the past", async function () {
    const { here } = stage();
    const issuedAt = await here.now();
    const at = issuedAt + 100n;
    await expect(halt({ expiresAt: issuedAt + DAY + 1n }, { issuedAt, at }))
      .to.be.revertedWithCustomError(policy(), "HaltOutOfRange")
      .withArgs(issuedAt + DAY + 1n, at, issuedAt + DAY);
    await expect(halt({ expiresAt: at }, { issuedAt, at: at + 1n }))
      .to.be.revertedWithCustomError(policy(), "HaltOutOfRange")
      .withArgs(at, at + 1n, issuedAt + DAY);
    await halt({ expiresAt: issuedAt + DAY }, { issuedAt, at: at + 2n });
    expect(await policy().haltedUntil(PAPER.strong)).to.equal(issuedAt + DAY);
  });

  it("is halted by certificates of 6 hours at most, in an unexpired epoch", async function () {
    const { here, validUntil } = stage();
    const issuedAt = await here.now();
    const expiresAt = issuedAt + DAY;
    const [last, over] = [issuedAt + 6n * HOUR, issuedAt + 6n * HOUR + 1n];
    await here.helpers.time.increaseTo(last - 10n);
    const snapshot = await here.helpers.takeSnapshot();
    await expect(halt({ expiresAt }, { issuedAt, at: over }))
      .to.be.revertedWithCustomError(policy(), "CertificateTooOld")
      .withArgs(over, last);
    await snapshot.restore();
    await expect(halt({ expiresAt }, { issuedAt, at: last })).to.emit(policy(), "SourceHalted");
    await here.helpers.time.increaseTo(validUntil - 10n);
    const late = { expiresAt: validUntil + HOUR };
    await expect(halt(late, { issuedAt: validUntil - 20n, at: validUntil + 1n }))
      .to.be.revertedWithCustomError(policy(), "EpochExpired")
      .withArgs(validUntil + 1n, validUntil);
    await expect(halt({}, { epoch: 9 }))
      .to.be.revertedWithCustomError(policy(), "EpochNotInstalled")
      .withArgs(1, 9);
  });

  it("is not halted by what is not in the batch, nor by a signature of nobody", async function () {
    const { here, strong } = stage();
    const issuedAt = await here.now();
    const content = haltOf(issuedAt);
    const { certificate, batchProof } = await say(strong, { kind: "Halt", content }, { issuedAt });
    const proof = [...batchProof];
    for (const changed of [
      { ...content, expiresAt: content.expiresAt - 1n },
      { ...content, reason: REASON },
    ]) {
      await expect(policy().halt(certificate, changed, proof)).to.be.revertedWithCustomError(
        policy(),
        "StatementNotInBatch",
      );
    }
    await expect(policy().halt(certificate, content, [])).to.be.revertedWithCustomError(
      policy(),
      "StatementNotInBatch",
    );
    const forged = { ...certificate, signature: { x: 1n, y: 2n } };
    await expect(policy().halt(forged, content, proof)).to.be.revertedWithCustomError(
      here.certificateVerifier,
      "SignatureInvalid",
    );
  });

  it("is halted once with one statement of one batch, also after its owner has ended that", async function () {
    const { here } = stage();
    const issuedAt = await here.now();
    await halt({}, { issuedAt });
    await policy().endHalt(PAPER.strong);
    for (const absent of [[], A_THIRD]) {
      await expect(halt({}, { issuedAt, absent })).to.be.revertedWithCustomError(policy(), "HaltUsed");
    }
  });

  it("rests for 24 hours after a halt by less than two thirds, also when its owner ended it", async function () {
    const { here } = stage();
    const issuedAt = await here.now();
    const expiresAt = issuedAt + HOUR;
    await halt({}, { issuedAt, absent: NO_QUORUM });
    await policy().endHalt(PAPER.strong);
    await expectHalted(false);
    const last = expiresAt + DAY;
    await here.helpers.time.increaseTo(last - 50n);
    const later = { expiresAt: last + HOUR };
    await expect(halt(later, { issuedAt: last - 50n, absent: NO_QUORUM, at: last }))
      .to.be.revertedWithCustomError(policy(), "HaltTooSoon")
      .withArgs(last, last);
    await expect(halt(later, { issuedAt: last - 50n, absent: NO_QUORUM, at: last + 1n })).to.emit(
      policy(),
      "SourceHalted",
    );
  });

  it("is halted again at once by two thirds, and longer, never shorter", async function () {
    const { here } = stage();
    const issuedAt = await here.now();
    await halt({}, { issuedAt, absent: NO_QUORUM });
    await halt({ expiresAt: issuedAt + 2n * HOUR }, { issuedAt, absent: [2] });
    expect(await policy().haltedUntil(PAPER.strong)).to.equal(issuedAt + 2n * HOUR);
    await halt({ expiresAt: issuedAt + HOUR + 1n }, { issuedAt, absent: [2] });
    expect(await policy().haltedUntil(PAPER.strong)).to.equal(issuedAt + 2n * HOUR);
  });

  it("is heard again after the last second, and anyone may clear what is left of it", async function () {
    const { here } = stage();
    await expect(policy().clearHalt(PAPER.strong)).to.be.revertedWithCustomError(policy(), "NotHalted");
    await halt();
    const until = await policy().haltedUntil(PAPER.strong);
    await here.helpers.time.setNextBlockTimestamp(until);
    await expect(policy().connect(here.user).clearHalt(PAPER.strong))
      .to.be.revertedWithCustomError(policy(), "StillHalted")
      .withArgs(PAPER.strong, until);
    await here.helpers.time.increaseTo(until + 1n);
    await expectHalted(false);
    const flags = async () => (await here.gateway.source(PAPER.strong)).flags & 16n;
    expect(await flags()).to.equal(16n);
    await expect(policy().connect(here.user).clearHalt(PAPER.strong))
      .to.emit(policy(), "HaltEnded")
      .withArgs(PAPER.strong);
    expect(await flags()).to.equal(0n);
    expect(await policy().haltedUntil(PAPER.strong)).to.equal(0n);
  });

  it("is heard again at once when the owner ends it", async function () {
    await halt();
    await expect(policy().endHalt(PAPER.strong)).to.emit(policy(), "HaltEnded").withArgs(PAPER.strong);
    await expectHalted(false);
    await expect(policy().endHalt(PAPER.strong))
      .to.be.revertedWithCustomError(policy(), "NotHalted")
      .withArgs(PAPER.strong);
  });

  it("stays halted whatever becomes of its entry and of the policy", async function () {
    const { here, strong } = stage();
    await halt({ expiresAt: (await here.now()) + 20n * HOUR });
    await policy().tighten(PAPER.strong, { ...DEFAULT_POLICY, maxAgeSeconds: 80_000 });
    await expectHalted(true);
    await bringEntry(here, strong, entryOf(PAPER.strong, PAPER.gateway, { version: 2n, status: Status.Draining }));
    await expectHalted(true);
    await bringEntry(here, strong, entryOf(PAPER.strong, PAPER.gateway, { version: 3n, status: Status.Retired }));
    await bringEntry(here, strong, entryOf(PAPER.strong, PAPER.gateway, { version: 4n }));
    await expectHalted(true);
  });
});
