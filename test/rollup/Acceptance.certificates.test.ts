import { expect } from "chai";

import { CERTIFICATE_ENTRY_POINTS, expectBroken, PAGE_ENTRY_POINTS, type Moment } from "#support/entryPoints.ts";
import { EXACT_QUORUM, PAPER, paperPage, paperWorld, QUORUM_MISSED, speech } from "#support/paper.ts";
import { staged } from "#support/stage.ts";

const CLOCK_TOLERANCE = 900n;
const GRACE = 21_600n;
const HUB_MAX_AGE = 21_600n;
const PAGE_MAX_AGE = 86_400n;

// Acceptance rule 1: which epochs may speak, and for how long.
describe("no weak set speaks for a strong source", function () {
  describe("rule 1: only an installed epoch, in its time", function () {
    const stage = staged(paperWorld);

    for (const point of CERTIFICATE_ENTRY_POINTS) {
      const graceHere = point.carriesHubFacts ? 0n : GRACE;
      const maxAge = point.carriesHubFacts ? HUB_MAX_AGE : PAGE_MAX_AGE;
      const expectTaken = async (moment: Moment) => {
        const world = stage();
        await expect(point.bring(world, moment)).to.emit(point.emitter(world.here), point.event);
      };
      const expectRefused = async (moment: Moment, error: string, ...args: readonly unknown[]) => {
        const world = stage();
        await expectBroken(point.bring(world, moment), point.errorsOf(world.here), { error, args });
      };

      describe(point.name, function () {
        it("refuses an epoch that is not installed", async function () {
          const issuedAt = (await stage().here.now()) + 5n;
          await expectRefused({ issuedAt, at: issuedAt, epoch: 7 }, "EpochNotInstalled", 1n, 7n);
        });

        it("takes a certificate of the epoch's first second and refuses one of the second before", async function () {
          const { validFrom, validUntil, here } = stage();
          const at = (await here.now()) + 5n;
          await expectRefused(
            { issuedAt: validFrom - 1n, at },
            "IssuedOutsideEpoch",
            validFrom - 1n,
            validFrom,
            validUntil,
          );
          await expectTaken({ issuedAt: validFrom, at: at + 5n });
        });

        it("takes a certificate of the epoch's last second and refuses one of the second after", async function () {
          const { validFrom, validUntil } = stage();
          await expectRefused(
            { issuedAt: validUntil + 1n, at: validUntil - 1n },
            "IssuedOutsideEpoch",
            validUntil + 1n,
            validFrom,
            validUntil,
          );
          await expectTaken({ issuedAt: validUntil, at: validUntil });
        });

        it("takes a certificate from 15 minutes ahead and refuses one from a second later", async function () {
          const at = (await stage().here.now()) + 5n;
          const latest = at + CLOCK_TOLERANCE;
          await expectRefused({ issuedAt: latest + 1n, at }, "IssuedInFuture", latest + 1n, latest);
          await expectTaken({ issuedAt: latest + 1n, at: at + 1n });
        });

        const lastWords = point.carriesHubFacts ? "without grace, which only delivers" : "and its grace";
        it(`takes it in the last second of the epoch, ${lastWords}`, async function () {
          const { validUntil } = stage();
          await expectTaken({ issuedAt: validUntil, at: validUntil + graceHere });
        });

        it("refuses it a second later", async function () {
          const { validUntil } = stage();
          const lastSecond = validUntil + graceHere;
          await expectRefused(
            { issuedAt: validUntil, at: lastSecond + 1n },
            "EpochExpired",
            lastSecond + 1n,
            lastSecond,
          );
        });

        if (point.name !== "confirm") {
          it(`takes a certificate that is ${String(maxAge)} seconds old`, async function () {
            const issuedAt = (await stage().here.now()) - 10n;
            await expectTaken({ issuedAt, at: issuedAt + maxAge });
          });

          it("refuses a certificate that is a second older", async function () {
            const issuedAt = (await stage().here.now()) - 10n;
            const lastSecond = issuedAt + maxAge;
            await expectRefused({ issuedAt, at: lastSecond + 1n }, "CertificateTooOld", lastSecond + 1n, lastSecond);
          });
        }

        if (point.carriesHubFacts) {
          it("takes exactly 6 667 bps and refuses one unit of weight less", async function () {
            const issuedAt = await stage().here.now();
            const missed = { issuedAt, at: issuedAt + 5n, absent: QUORUM_MISSED };
            await expectRefused(missed, "HubQuorumNotReached", 6_666n, 6_667n);
            await expectTaken({ issuedAt, at: issuedAt + 10n, absent: EXACT_QUORUM });
          });
        }
      });
    }

    for (const point of PAGE_ENTRY_POINTS.filter(({ usesStoredRoots }) => usesStoredRoots)) {
      describe(point.name, function () {
        it("believes a stored root until its epoch's grace is over", async function () {
          const { strong, validUntil, here } = stage();
          await here.helpers.time.increaseTo(validUntil - 1n);
          const said = await speech(strong, paperPage(stage()), { issuedAt: validUntil });
          await point.expectBelieved(here, said, validUntil + GRACE);
        });

        it("does not believe it a second longer", async function () {
          const { strong, validUntil, here } = stage();
          await here.helpers.time.increaseTo(validUntil - 1n);
          const said = await speech(strong, paperPage(stage()), { issuedAt: validUntil });
          const at = validUntil + GRACE + 1n;
          const args = [at, validUntil + GRACE];
          await expectBroken(point.say(here, said, at), here.gateway, { error: "EpochExpired", args });
        });

        it("believes a stored root until its certificate is too old", async function () {
          const { strong, here } = stage();
          const issuedAt = (await here.now()) - 10n;
          const said = await speech(strong, paperPage(stage()), { issuedAt });
          await point.expectBelieved(here, said, issuedAt + PAGE_MAX_AGE);
        });

        it("does not believe it when the certificate is a second older", async function () {
          const { strong, here } = stage();
          const issuedAt = (await here.now()) - 10n;
          const said = await speech(strong, paperPage(stage()), { issuedAt });
          const lastSecond = issuedAt + PAGE_MAX_AGE;
          const args = [lastSecond + 1n, lastSecond];
          await expectBroken(point.say(here, said, lastSecond + 1n), here.gateway, {
            error: "CertificateTooOld",
            args,
          });
        });

        it("finds nothing that was never confirmed", async function () {
          const { here, strong } = stage();
          const issuedAt = await here.now();
          const paper = paperPage(stage());
          const { run, page, certified, batchProof } = await speech(strong, paper, { issuedAt });
          const say =
            point.name === "isCertified"
              ? here.gateway.isCertified(page, [...batchProof])
              : here.gateway.deliverConfirmed([run]);
          await expectBroken(say, here.gateway, {
            error: "BatchNotConfirmed",
            args: [1n, certified.certificate.batch.statementsRoot],
          });
        });
      });
    }

    it("knows no epoch of a set that has no table here", async function () {
      const { here, strong } = stage();
      const said = await speech(strong, paperPage(stage(), { sourceChainId: PAPER.strong }), {
        issuedAt: await here.now(),
        operatorSetId: 9,
      });
      const unknown = { error: "EpochNotInstalled", args: [9n, 1n] };
      await expectBroken(here.gateway.deliver(said.certified.certificate, [said.run]), here.gateway, unknown);
      await expectBroken(here.gateway.confirm(said.certified.certificate), here.gateway, unknown);
    });
  });
});
