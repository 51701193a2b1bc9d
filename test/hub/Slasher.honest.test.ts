import { expect } from "chai";

import { entryFrom } from "#chain/entry.ts";
import type { Divergence } from "#protocol/evidence/divergence.ts";
import { haveSameSubject } from "#protocol/contradictions.ts";
import { elementAt } from "#protocol/errors.ts";
import type { Rollup as Entry, Table } from "#protocol/statements.ts";
import type { OperatorTables, Slasher } from "#types/index.ts";
import { roadWorld } from "#support/brakes.ts";
import type { Committee } from "#support/committee.ts";
import { culprit } from "#support/court.ts";
import { startOwn } from "#support/eigenlayer/own.ts";
import { honestSayings, type HonestSaying } from "#support/honesty.ts";
import { PAPER } from "#support/paper.ts";
import { differs, FINAL_LANE, notYet, refutingCourt, type RefutingCourt } from "#support/refutations.ts";
import { divergenceAt, NO_DIVERGENCE, say, type Speech } from "#support/speeches.ts";

/** Something honest that was said, with its certificate. */
interface Said extends HonestSaying {
  readonly speech: Speech;
}

/** Both contracts take two statements of a kind, and a place where pages differ. */
type Attempt = (one: Said, other: Said, divergence: Divergence) => Promise<unknown> | undefined;

async function saidBy(committee: Committee, sayings: readonly HonestSaying[], issuedAt: bigint): Promise<Said[]> {
  const said: Said[] = [];
  for (const [at, saying] of sayings.entries()) {
    said.push({ ...saying, speech: await say(committee, saying.statement, { issuedAt: issuedAt + BigInt(at) }) });
  }
  return said;
}

/** Every place that somebody could name, below both counts and beyond. */
function divergencesOf(one: Said, other: Said): Divergence[] {
  const [a, b] = [one.told, other.told];
  if (a === undefined || b === undefined) return [NO_DIVERGENCE];
  const places = Array.from({ length: Math.min(a.page.count, b.page.count) }, (_, index) => divergenceAt(index, a, b));
  const [beyond, shorter] = [Math.min(a.page.count, b.page.count), elementAt(places, 0)];
  return [NO_DIVERGENCE, ...places, { ...shorter, index: beyond }];
}

/** Tries each pair of what was said, each with itself too, in both orders. */
async function expectAllRefused(said: readonly Said[], errors: Record<string, unknown>, attempt: Attempt) {
  const reasons = new Map<string, number>();
  for (const one of said) {
    for (const other of said) {
      for (const divergence of divergencesOf(one, other)) {
        const trying = attempt(one, other, divergence);
        if (trying === undefined) continue;
        const error: unknown = await trying.then(
          () => "taken",
          (reason: unknown) => reason,
        );
        const reason =
          error instanceof Error ? (/custom error '(\w+)/.exec(error.message)?.[1] ?? error.message) : "taken";
        const isAllowed = reason in errors;
        expect(isAllowed, `${one.name} and ${other.name}: ${reason}`).to.equal(true);
        const isOfOne = haveSameSubject(one.statement, other.statement);
        expect(isOfOne || reason === "DifferentSubjects" || reason === "NotFinal", reason).to.equal(true);
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
    }
  }
  // Each way out was really taken.
  expect([...reasons.keys()].sort()).to.deep.equal(Object.keys(errors).sort());
}

describe("Whoever tells the truth", function () {
  describe("on the hub", function () {
    let stage: RefutingCourt;
    let slasher: Slasher;
    let said: readonly Said[];
    before(async function () {
      stage = await refutingCourt(await startOwn("1.13"));
      ({ slasher } = stage.hub);
      const { hub, epoch, setId, committee } = stage;
      const tables: Table[] = [(await hub.epoch(setId, 1)).statement, epoch.statement];
      const { registry } = hub;
      const entries: Entry[] = [];
      for (const chain of [PAPER.strong, PAPER.weak]) {
        const entry = entryFrom(await registry.rollupAt(chain, 1n));
        if (entry === undefined) throw new Error("the registry has the sources");
        entries.push(entry);
      }
      said = await saidBy(
        committee,
        honestSayings({ lane: FINAL_LANE, tables, entries }),
        epoch.statement.validFrom + 1n,
      );
    });

    it("contradicts itself in no pair of statements", async function () {
      const errors = { DifferentSubjects: 1, NoContradiction: 1, IndexBeyondCount: 1, NothingToTake: 1 };
      await expectAllRefused(said, errors, (one, other, divergence) => {
        const [a, b] = [one.statement, other.statement];
        if (a.kind === "Page" && b.kind === "Page") {
          return slasher.accusePages.staticCall(one.speech, a.content, other.speech, b.content, divergence, culprit(0));
        }
        if (a.kind === "Table" && b.kind === "Table") {
          return slasher.accuseTables.staticCall(one.speech, a.content, other.speech, b.content, culprit(0));
        }
        if (a.kind === "Rollup" && b.kind === "Rollup") {
          return slasher.accuseEntries.staticCall(one.speech, a.content, other.speech, b.content, culprit(0));
        }
        return undefined;
      });
    });

    it("is refuted by nothing that the hub has, nor by anything true that its source says", async function () {
      const refused = async (act: Promise<unknown>, error: string) =>
        expect(act).to.be.revertedWithCustomError(slasher, error);
      await stage.hub.pass(stage.hub.windows.hubFact + 1);
      for (const { statement, speech, told } of said) {
        if (statement.kind === "Table")
          await refused(slasher.accuseFalseTable(speech, statement.content), "StatementTrue");
        if (statement.kind === "Rollup")
          await refused(slasher.accuseFalseEntry(speech, statement.content), "StatementTrue");
        if (statement.kind !== "Page" || told === undefined) continue;
        const { content: page } = statement;
        const isFinal = page.finality === 3;
        await refused(slasher.accuseStranger(speech, page), isFinal ? "StatementTrue" : "NotFinal");
        const { root, chainHead, count } = page;
        for (const refutation of [
          differs(page, { root, chainHead }),
          differs(page, {
            count: count - 1,
            root: told.tree.root(count - 1),
            chainHead: told.tree.chainHead(count - 1),
          }),
          notYet(page, { count }),
          notYet(page, { timestamp: page.sourceTimestamp }),
        ]) {
          await stage.bridge.tell(refutation);
          await refused(slasher.accuseFalsePage(speech, page, refutation), "NotConvicting");
        }
        if (isFinal) continue;
        // What a reorganisation took back is what the source announced that it takes: here nothing.
        const undone = differs(page);
        await stage.bridge.tell(undone);
        await refused(slasher.accuseFalsePage(speech, page, undone), "NothingToTake");
      }
      expect(await slasher.caseCount()).to.equal(0n);
    });
  });

  it("is frozen on no rollup for any pair of statements", async function () {
    const { here, strong, parameters } = await roadWorld();
    const tables = parameters.firstTables.map(({ table }) => table);
    const sayings = honestSayings({ lane: FINAL_LANE, tables, entries: parameters.firstEntries });
    const said = await saidBy(strong, sayings, await here.now());
    const books: OperatorTables = here.operatorTables;
    const errors = { DifferentSubjects: 1, NoContradiction: 1, IndexBeyondCount: 1, NotFinal: 1 };
    expect(elementAt(said, 0).speech.certificate.batch.operatorSetId).to.equal(strong.operatorSetId);
    await expectAllRefused(said, errors, (one, other, divergence) => {
      const [a, b] = [one.statement, other.statement];
      if (a.kind === "Page" && b.kind === "Page") {
        return books.freezeForPages.staticCall(one.speech, a.content, other.speech, b.content, divergence);
      }
      if (a.kind === "Table" && b.kind === "Table") {
        return books.freezeForTables.staticCall(one.speech, a.content, other.speech, b.content);
      }
      if (a.kind === "Rollup" && b.kind === "Rollup") {
        return books.freezeForEntries.staticCall(one.speech, a.content, other.speech, b.content);
      }
      return undefined;
    });
    expect(await books.frozenAt(strong.operatorSetId)).to.equal(0n);
  });
});
