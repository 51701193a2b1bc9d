import { expect } from "chai";

import { DEFAULT_POLICY, type SourcePolicy } from "#deploy/rollup.ts";
import { elementAt } from "#protocol/errors.ts";
import { Committee } from "#support/committee.ts";
import { expectBroken, PAGE_ENTRY_POINTS } from "#support/entryPoints.ts";
import { bringTable, tableFact } from "#support/facts.ts";
import {
  attemptOf,
  demand,
  MORE_PAGE_VIOLATIONS,
  PAGE_VIOLATIONS,
  speechOf,
  type Attempt,
  type PageViolation,
} from "#support/pageViolations.ts";
import { EXACT_QUORUM, MAX_PAGE_INDEX, PAPER, paperWorld, type PaperWorld } from "#support/paper.ts";
import { staged } from "#support/stage.ts";
import { TEST_DOMAIN } from "#support/world.ts";

interface Allowance {
  readonly title: string;
  readonly change: (attempt: Attempt, world: PaperWorld) => Partial<Attempt>;
  readonly demands?: Partial<SourcePolicy>;
}

// Each value at the border of its rule.
const ALLOWED: readonly Allowance[] = [
  { title: "a faultless page", change: () => ({}) },
  {
    title: "the weak set for its own source",
    change: (_, { weak }) => ({ speaker: weak, page: { sourceChainId: PAPER.weak } }),
  },
  { title: "exactly the quorum", change: () => ({ absent: EXACT_QUORUM }) },
  {
    title: "exactly the quorum of a stricter owner",
    change: () => ({ absent: [1] }),
    demands: { quorumBps: 9_999 },
  },
  { title: "a page of 256 messages", change: () => ({ size: 256 }) },
  { title: "the last page that a lane can have", change: () => ({ page: { pageIndex: MAX_PAGE_INDEX } }) },
  { title: "a page as old as its batch", change: ({ issuedAt }) => ({ page: { sourceTimestamp: issuedAt } }) },
  {
    title: "a certificate in the last second of the age that the policy takes",
    change: ({ at }) => ({ issuedAt: at - 100n }),
    demands: { maxAgeSeconds: 100 },
  },
];

// Acceptance rule 2, each rule broken alone, and each border kept.
describe("no weak set speaks for a strong source", function () {
  describe("rule 2: only the source's own set, as the owner demands, about well-formed pages", function () {
    const stage = staged(paperWorld);

    for (const point of PAGE_ENTRY_POINTS) {
      describe(point.name, function () {
        for (const violation of [...PAGE_VIOLATIONS, ...MORE_PAGE_VIOLATIONS]) {
          if (violation.holdsAt?.(point) === false) continue;
          it(`refuses ${violation.title}`, async function () {
            const world = stage();
            const attempt = await applied(world, violation);
            const said = await speechOf(world, attempt);
            const broken = violation.broken(attempt, world);
            await expectBroken(point.say(world.here, said, attempt.at), world.here.gateway, broken);
          });
        }

        for (const allowance of ALLOWED) {
          it(`takes ${allowance.title}`, async function () {
            const world = stage();
            const attempt = await applied(world, allowance);
            await point.expectBelieved(world.here, await speechOf(world, attempt), attempt.at);
          });
        }

        if (point.usesStoredRoots) {
          it("finds no root of another set, whatever weight is behind it", async function () {
            const world = stage();
            const said = await speechOf(world, { ...(await attemptOf(world)), speaker: world.weak });
            const root = said.certified.certificate.batch.statementsRoot;
            const broken = { error: "BatchNotConfirmed", args: [1n, root] };
            await expectBroken(point.say(world.here, said), world.here.gateway, broken);
            expect((await world.here.gateway.confirmed(2, root)).signedBps).to.equal(10_000n);
          });

          it("finds no root for a source that no directory names", async function () {
            const world = stage();
            const attempt = { ...(await attemptOf(world)), page: { sourceChainId: PAPER.unknown } };
            const said = await speechOf(world, attempt);
            const root = said.certified.certificate.batch.statementsRoot;
            const broken = { error: "BatchNotConfirmed", args: [0n, root] };
            await expectBroken(point.say(world.here, said), world.here.gateway, broken);
          });
        }

        if (!point.checksDestination) {
          it("takes a page for any destination", async function () {
            const world = stage();
            const page = { destinationChainId: PAPER.weak, destinationGateway: PAPER.stranger };
            const said = await speechOf(world, { ...(await attemptOf(world)), page });
            await point.expectBelieved(world.here, said);
          });
        }
      });
    }

    it("lets no unanimous weak set carry a strong source's page beside its own", async function () {
      const world = stage();
      const { here, weak } = world;
      const attempt = { ...(await attemptOf(world)), speaker: weak };
      const own = await speechOf(world, { ...attempt, page: { sourceChainId: PAPER.weak } });
      const foreign = await speechOf(world, attempt);
      const statements = [own, foreign].map(({ page }) => ({ kind: "Page", content: page }) as const);
      const { certificate, statements: tree } = await weak.certify(statements, { issuedAt: attempt.issuedAt });
      const runs = [own, foreign].map(({ run }, at) => ({ ...run, batchProof: tree.proof(elementAt(statements, at)) }));
      const broken = { error: "WrongOperatorSet", args: [2n, 1n] };
      await expectBroken(here.gateway.deliver(certificate, runs), here.gateway, broken);
      await expect(here.gateway.deliver(certificate, runs.slice(0, 1))).to.emit(here.gateway, "MessageDelivered");
      expect(await here.gateway.isDelivered(PAPER.strong, PAPER.gateway, 0n)).to.equal(false);
    });
  });

  describe("rule 2: only tables as heavy as the owner demands", function () {
    const stage = staged(paperWorld);

    /** A page of the weak set's source, said under another table of that set. */
    async function attemptOfWeight(weights: readonly bigint[]): Promise<Attempt> {
      const { here, weak, validFrom, validUntil } = stage();
      const speaker = Committee.of(TEST_DOMAIN, weights, { operatorSetId: 2, epoch: 2, seed: 22n });
      await bringTable(here, weak, tableFact(speaker, validFrom, validUntil));
      return { ...(await attemptOf(stage())), speaker, page: { sourceChainId: PAPER.weak } };
    }

    for (const point of PAGE_ENTRY_POINTS) {
      for (const minTotalWeightLog2 of [1, 64, 80, 96]) {
        const half = 2n ** BigInt(minTotalWeightLog2 - 1);

        it(`${point.name} takes a table of 2^${String(minTotalWeightLog2)} where that is demanded`, async function () {
          const attempt = await attemptOfWeight([half, half]);
          await demand(stage(), attempt, { minTotalWeightLog2 });
          await point.expectBelieved(stage().here, await speechOf(stage(), attempt), attempt.at);
        });

        it(`${point.name} refuses a table one unit below 2^${String(minTotalWeightLog2)}`, async function () {
          const { here } = stage();
          const weights = half === 1n ? [1n] : [half, half - 1n];
          const attempt = await attemptOfWeight(weights);
          await demand(stage(), attempt, { minTotalWeightLog2 });
          await expectBroken(point.say(here, await speechOf(stage(), attempt), attempt.at), here.gateway, {
            error: "TableTooLight",
            args: [2n * half - 1n, BigInt(minTotalWeightLog2)],
          });
        });
      }

      it(`${point.name} takes a weak table for its own source, whatever is demanded of another`, async function () {
        const world = stage();
        const attempt = await attemptOf(world);
        await demand(world, attempt, { minTotalWeightLog2: 13 });
        const own = { ...attempt, speaker: world.weak, page: { sourceChainId: PAPER.weak } };
        await point.expectBelieved(world.here, await speechOf(world, own));
        await point.expectBelieved(world.here, await speechOf(world, attempt));
      });
    }
  });

  describe("rule 2 where the owner takes less", function () {
    const lenient = { ...DEFAULT_POLICY, minFinality: 1, acceptsIrrefutable: true };
    const stage = staged(() => paperWorld({ defaultPolicy: lenient }));

    for (const point of PAGE_ENTRY_POINTS) {
      it(`${point.name} takes finality 1, refuses 0, and hears a source whose lies cannot be proven`, async function () {
        const world = stage();
        const attempt = await attemptOf(world);
        const said = (page: Attempt["page"]) => speechOf(world, { ...attempt, page });
        await expectBroken(point.say(world.here, await said({ finality: 0 })), world.here.gateway, {
          error: "FinalityOutOfRange",
          args: [0n, 1n, 3n],
        });
        await point.expectBelieved(world.here, await said({ finality: 1 }));
        await point.expectBelieved(world.here, await said({ sourceChainId: PAPER.irrefutable, finality: 1 }));
      });
    }
  });
});

async function applied(world: PaperWorld, { change, demands }: Pick<PageViolation, "change" | "demands">) {
  const attempt = await attemptOf(world);
  const changed: Attempt = { ...attempt, ...change(attempt, world) };
  if (demands !== undefined) await demand(world, changed, demands);
  return changed;
}
