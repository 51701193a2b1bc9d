import type { Clock } from "#nodes/shared/clock.ts";
import { reasonOf, type Log } from "#nodes/shared/log.ts";
import { Rests } from "#nodes/shared/rests.ts";
import type { Rollups } from "#nodes/shared/rollups.ts";
import { laneId } from "#protocol/messages.ts";
import type { Page } from "#protocol/statements.ts";

import { candidateOf, type Certifier } from "./certifier.ts";
import type { AggregatorConfig } from "./config.ts";
import type { Coverage } from "./coverage.ts";
import { byEpoch, type EpochPages } from "./epochs.ts";
import type { FactProposer } from "./facts.ts";
import type { Proposer } from "./proposer.ts";

/** What an aggregator works with. */
export interface AggregatorParts {
  readonly config: AggregatorConfig;
  readonly rollups: Rollups;
  readonly proposer: Proposer;
  /** What rollups lack of the hub; undefined where it is not followed. */
  readonly facts: FactProposer | undefined;
  readonly certifier: Certifier;
  readonly coverage: Coverage;
  readonly clock: Clock;
  readonly log: Log;
}

/** Least weight behind a fact of the hub, in basis points: no rollup takes less. */
const HUB_QUORUM_BPS = 6_667;

/** Step 3 of 5. Proposes batches, collects signatures, publishes certificates. Trusted with nothing. */
export class Aggregator {
  readonly #parts: AggregatorParts;
  readonly #rests: Rests;
  readonly #factRests: Rests;
  #problems: readonly string[] = [];
  #factProblems: readonly string[] = [];
  #facts = 0;
  #rounds = 0;

  /** @param parts - What it works with. */
  constructor(parts: AggregatorParts) {
    this.#parts = parts;
    this.#rests = new Rests(parts.config.restMs, parts.clock);
    this.#factRests = new Rests(parts.config.restMs, parts.clock);
  }

  /** What went wrong in the last round. */
  get problems(): readonly string[] {
    return [...this.#problems, ...this.#factProblems];
  }

  /** Certificates so far, facts of the hub since the start, and how often each operator sent a signature that does not hold. */
  get counters(): Record<string, number> {
    const { certifier, coverage } = this.#parts;
    const blamed = [...certifier.blamed].map(([url, times]) => [`blamed ${url}`, times] as const);
    return { certificates: coverage.lastSeq, facts: this.#facts, ...Object.fromEntries(blamed) };
  }

  /** One round: whatever is new, in one batch of each epoch, without what lacks a quorum. */
  async round(): Promise<void> {
    const { proposer, config } = this.#parts;
    const { lanes, problems } = await proposer.propose((lane) => this.#rests.isResting(lane));
    const noted = [...problems];
    const pages = interleave(rotate(lanes, this.#rounds++)).slice(0, config.maxStatements);
    const { rollups, clock } = this.#parts;
    const { operatorSetId } = config;
    const found = await byEpoch(pages, { rollups, operatorSetId, nowSeconds: clock.nowSeconds() });
    noted.push(...found.problems);
    for (const lane of found.stranded) this.#rests.rest(lane);
    for (const group of found.groups) {
      try {
        noted.push(...(await this.#certify(group)));
      } catch (error) {
        noted.push(reasonOf(error));
      }
    }
    if (noted.length > 0) this.#parts.log.warn({ problems: noted }, "round");
    this.#problems = noted;
  }

  /** One look at what rollups lack of the hub. It has batches and a pace of its own, so that it and pages never wait for each other. */
  async facts(): Promise<void> {
    const { facts, certifier, config, log } = this.#parts;
    if (facts === undefined) return;
    const noted: string[] = [];
    try {
      const { groups, problems } = await facts.propose((subject) => this.#factRests.isResting(subject));
      noted.push(...problems);
      const quorumBps = Math.max(config.quorumBps, HUB_QUORUM_BPS);
      for (const { epoch, facts: statements } of groups) {
        const outcome = await certifier.certify(epoch, statements, quorumBps, this.#factRests);
        this.#facts += outcome.certified.length;
        noted.push(...outcome.problems);
      }
    } catch (error) {
      noted.push(reasonOf(error));
    }
    if (noted.length > 0) log.warn({ problems: noted }, "facts of the hub");
    this.#factProblems = noted;
  }

  async #certify({ epoch, pages }: EpochPages): Promise<readonly string[]> {
    const { certifier, proposer, config } = this.#parts;
    const candidates = pages.map((page) =>
      candidateOf(
        { kind: "Page", content: page },
        laneId(page),
        `page ${String(page.pageIndex)} of lane ${laneId(page)}`,
      ),
    );
    const { certified, problems } = await certifier.certify(epoch, candidates, config.quorumBps, this.#rests);
    for (const { statement } of certified) {
      if (statement.kind === "Page") proposer.done(laneId(statement.content), statement.content.pageIndex);
    }
    return problems;
  }
}

// Another lane is the first in each round: with more lanes than a batch has room for, none is always the last.
function rotate<T>(lanes: readonly T[], by: number): T[] {
  const first = lanes.length === 0 ? 0 : by % lanes.length;
  return [...lanes.slice(first), ...lanes.slice(0, first)];
}

// One page of each lane, then the next of each: no lane waits for another's backlog.
function interleave(lanes: readonly (readonly Page[])[]): Page[] {
  const longest = Math.max(0, ...lanes.map((pages) => pages.length));
  return Array.from({ length: longest }, (_, at) => lanes.flatMap((pages) => pages.slice(at, at + 1))).flat();
}
