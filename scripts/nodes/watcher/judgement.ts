import type { FindingKind } from "#nodes/shared/api.ts";
import { reasonOf } from "#nodes/shared/log.ts";
import type { Divergence } from "#protocol/evidence/divergence.ts";
import { convicts, type Refutation } from "#protocol/evidence/refutation.ts";

import type { Docket } from "./docket.ts";
import { divergenceBetween, leavesOf } from "./glimpses.ts";
import type { Saying, Sayings } from "./sayings.ts";
import type { Recorded } from "./records.ts";
import type { WatcherStore } from "./store.ts";
import { pageSubject } from "./subjects.ts";
import type { Lie, TruthRound } from "./truths.ts";

/** The most statements that are looked at in a round. */
const STATEMENTS_A_ROUND = 512;

/** What each lie is called as a fault. */
const FAULT_OF: Readonly<Record<Lie, FindingKind>> = {
  Differs: "FalsePage",
  NotYet: "FalsePage",
  Stranger: "Stranger",
  FalseTable: "FalseTable",
  FalseEntry: "FalseEntry",
};

/** Looks at what was certified: against the chains that it is about, against everything else of its subject, and against what sources say. */
export class Judgement {
  readonly #store: WatcherStore;
  readonly #docket: Docket;
  readonly #sayings: Sayings;

  /**
   * @param store - What was certified.
   * @param docket - Where lies are told.
   * @param sayings - What sources say.
   */
  constructor(store: WatcherStore, docket: Docket, sayings: Sayings) {
    this.#store = store;
    this.#docket = docket;
    this.#sayings = sayings;
  }

  /**
   * @param round - What is known of the chains.
   * @returns What kept statements from being told true from false.
   */
  async recompute(round: TruthRound): Promise<string[]> {
    const failures = new Set<string>();
    for (const recorded of await this.#store.openStatements(STATEMENTS_A_ROUND)) {
      try {
        await this.#recomputeOne(recorded, round);
      } catch (error) {
        failures.add(`${recorded.subject}: ${reasonOf(error)}`);
        await this.#store.postpone(recorded.leaf);
      }
    }
    return [...failures];
  }

  /** Finds statements of one subject that cannot both be true. */
  async compare(): Promise<void> {
    for (const recorded of await this.#store.uncompared(STATEMENTS_A_ROUND)) {
      const { subject, slot } = recorded;
      if (recorded.isFinal) {
        for (const other of await this.#store.contents(subject, slot)) await this.#contradict(recorded, other);
      }
      await this.#store.setCompared(recorded.leaf);
    }
  }

  /**
   * A source that says of itself what its own storage denies frames whoever certified the truth.
   *
   * @param sayings - What was said newly.
   */
  async hear(sayings: readonly Saying[]): Promise<void> {
    for (const { refutation, place } of sayings) {
      for (const recorded of await this.#store.contents(pageSubject(refutation))) {
        if (recorded.truth === "true") await this.#frame(recorded, refutation, place);
      }
    }
  }

  async #recomputeOne(recorded: Recorded, round: TruthRound): Promise<void> {
    const { leaf, statement, subject, content, place } = recorded;
    const told = await round.tell(statement, await this.#store.issuedAt(leaf));
    if (told.truth === "later") {
      await this.#store.postpone(leaf);
      return;
    }
    if (told.truth === "false") {
      const kind = FAULT_OF[told.lie];
      const memory = { leaf, content };
      await this.#docket.open({
        kind,
        key: `${kind} ${subject} ${content}`,
        subject,
        place,
        detail: told.reason,
        memory,
      });
    }
    if (statement.kind === "Page") await this.#contradictByLeaves({ ...recorded, truth: told.truth }, round);
    await this.#store.setTruth(leaf, told.truth);
    if (told.truth !== "true" || statement.kind !== "Page") return;
    for (const said of await this.#sayings.against(statement.content)) {
      await this.#frame(recorded, said.refutation, said.place);
    }
  }

  // Pages at different counts: only what was shown of a false one can be held against the others.
  async #contradictByLeaves(recorded: Recorded, round: TruthRound): Promise<void> {
    const { subject, slot, truth } = recorded;
    const others = truth === "false" ? await this.#store.contents(subject) : await this.#store.lies(subject);
    for (const other of others) {
      if (other.slot === slot) continue;
      const [a, b] = inOrder(recorded, other);
      const divergence = divergenceBetween(leavesOf(a, round), leavesOf(b, round));
      if (divergence !== undefined) await this.#contradict(a, b, divergence);
    }
  }

  async #contradict(a: Recorded, b: Recorded, divergence?: Divergence): Promise<void> {
    if (a.content === b.content) return;
    const [first, second] = inOrder(a, b);
    await this.#docket.open({
      kind: "Equivocation",
      key: `Equivocation ${a.subject} ${first.content} ${second.content}`,
      subject: a.subject,
      place: a.place,
      detail: `two statements about one ${a.statement.kind} cannot both be true`,
      memory: { contents: [first.content, second.content], ...(divergence === undefined ? {} : { divergence }) },
    });
  }

  async #frame({ statement, subject }: Recorded, refutation: Refutation, place: Saying["place"]): Promise<void> {
    if (statement.kind !== "Page" || !convicts(refutation, statement.content)) return;
    const { sourceChainId, pageIndex, count } = statement.content;
    await this.#docket.open({
      kind: "Framing",
      key: `Framing ${subject} ${String(count)}`,
      subject,
      place,
      detail: `chain ${String(sourceChainId)} denies what its own storage proves: page ${String(pageIndex)} at ${String(count)} messages. Whoever certified it is innocent; the court should know`,
      memory: {},
    });
  }
}

// So that one contradiction has one key, whichever half was seen first.
function inOrder(a: Recorded, b: Recorded): readonly [Recorded, Recorded] {
  return a.content < b.content ? [a, b] : [b, a];
}
