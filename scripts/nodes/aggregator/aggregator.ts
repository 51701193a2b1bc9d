import type { InstalledTable } from "#chain/operatorTables.ts";
import type { Clock } from "#nodes/shared/clock.ts";
import { reasonOf, type Log } from "#nodes/shared/log.ts";
import { Rests } from "#nodes/shared/rests.ts";
import type { Rollups } from "#nodes/shared/rollups.ts";
import { StatementTree, type Batch } from "#protocol/batches.ts";
import type { BlsVerifier } from "#protocol/bls.ts";
import { assembleCertificate, ensureQuorum, FULL_BPS, verifyCertificate } from "#protocol/certificates.ts";
import { elementAt, ProtocolError } from "#protocol/errors.ts";
import { laneId } from "#protocol/messages.ts";
import { statementLeaf, type Page, type Statement } from "#protocol/statements.ts";

import { collect, type Ballot, type Vote } from "./ballot.ts";
import type { AggregatorConfig } from "./config.ts";
import type { Coverage } from "./coverage.ts";
import { byEpoch, type EpochPages } from "./epochs.ts";
import type { Proposer } from "./proposer.ts";
import { sortSignatures } from "./signatures.ts";

/** What an aggregator works with. */
export interface AggregatorParts {
  readonly config: AggregatorConfig;
  readonly rollups: Rollups;
  readonly proposer: Proposer;
  readonly coverage: Coverage;
  readonly verifier: BlsVerifier;
  readonly clock: Clock;
  readonly log: Log;
}

/** A page that is proposed. */
interface Candidate {
  readonly page: Page;
  readonly statement: Statement;
  readonly leaf: string;
}

/** Step 3 of 5. Proposes batches, collects signatures, publishes certificates. Trusted with nothing. */
export class Aggregator {
  readonly #parts: AggregatorParts;
  readonly #rests: Rests;
  readonly #blamed = new Map<string, number>();
  #problems: readonly string[] = [];
  #rounds = 0;

  /** @param parts - What it works with. */
  constructor(parts: AggregatorParts) {
    this.#parts = parts;
    this.#rests = new Rests(parts.config.restMs, parts.clock);
  }

  /** What went wrong in the last round. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** Certificates so far, and how often each operator sent a signature that does not hold. */
  get counters(): Record<string, number> {
    const blamed = [...this.#blamed].map(([url, times]) => [`blamed ${url}`, times] as const);
    return { certificates: this.#parts.coverage.lastSeq, ...Object.fromEntries(blamed) };
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

  async #certify({ epoch, pages }: EpochPages): Promise<string[]> {
    const { config, coverage, proposer, log } = this.#parts;
    const problems: string[] = [];
    let candidates = pages.map((page): Candidate => {
      const statement: Statement = { kind: "Page", content: page };
      return { page, statement, leaf: statementLeaf(statement) };
    });
    while (candidates.length > 0) {
      const statements = candidates.map(({ statement }) => statement);
      const batch = this.#batch(statements, epoch);
      const request = { batch, statements };
      const ballot = await collect(config.operators, request, epoch.table, config.operatorTimeoutMs);
      const votes = this.#goodVotes(batch, epoch, ballot.votes);
      const certificate = this.#assemble(batch, epoch, votes);
      if (certificate !== undefined) {
        const seq = await coverage.publish(certificate, statements);
        for (const { page } of candidates) {
          this.#rests.wake(laneId(page));
          proposer.done(laneId(page), page.pageIndex);
        }
        log.info({ seq, statements: statements.length, nonSigners: certificate.nonSigners.toString(2) }, "certified");
        return problems;
      }
      const dropped = withoutQuorum(candidates, votes, ballot, epoch, config.quorumBps);
      if (dropped.size === 0) {
        const doubted = new Set(ballot.objections.flatMap(({ leaves }) => [...leaves]).map(String));
        for (const { page, leaf } of candidates) if (doubted.has(leaf)) this.#rests.rest(laneId(page));
        return [...problems, `no quorum: ${describe(ballot)}`];
      }
      for (const { page, leaf } of candidates) {
        if (!dropped.has(leaf)) continue;
        this.#rests.rest(laneId(page));
        problems.push(`dropped page ${String(page.pageIndex)} of lane ${laneId(page)}`);
      }
      candidates = candidates.filter(({ leaf }) => !dropped.has(leaf));
    }
    return problems;
  }

  #batch(statements: readonly Statement[], { operatorSetId, epoch }: InstalledTable): Batch {
    // A chain's clock may be a little ahead of ours, and no page may be from after its batch.
    const issuedAt = statements.reduce(
      (latest, { kind, content }) =>
        kind === "Page" && content.sourceTimestamp > latest ? content.sourceTimestamp : latest,
      this.#parts.clock.nowSeconds(),
    );
    return { operatorSetId, tableEpoch: epoch, issuedAt, statementsRoot: new StatementTree(statements).root };
  }

  #goodVotes(batch: Batch, epoch: InstalledTable, votes: readonly Vote[]): readonly Vote[] {
    const { verifier, config, log } = this.#parts;
    const context = { domain: config.domain, table: epoch.table, batch, verifier };
    const { good, bad } = sortSignatures(context, votes);
    for (const { url, row } of bad) {
      this.#blamed.set(url, (this.#blamed.get(url) ?? 0) + 1);
      log.warn({ url, row }, "sent a signature that does not hold");
    }
    return good;
  }

  #assemble(batch: Batch, { table }: InstalledTable, votes: readonly Vote[]) {
    const { verifier, config } = this.#parts;
    const { domain, quorumBps } = config;
    if (votes.length === 0) return undefined;
    try {
      const signers = new Set(votes.map(({ row }) => row));
      ensureQuorum(
        table,
        [...table.rows.keys()].filter((row) => !signers.has(row)),
        quorumBps,
      );
      const certificate = assembleCertificate(domain, table, batch, votes, verifier);
      verifyCertificate({ domain, table, certificate, quorumBps, verifier });
      return certificate;
    } catch (error) {
      if (error instanceof ProtocolError) return undefined;
      throw error;
    }
  }
}

// Statements that less than a quorum stands behind; if there is none, yet no quorum for all of them together, the ones
// with the least behind them.
function withoutQuorum(
  candidates: readonly Candidate[],
  votes: readonly Vote[],
  { objections }: Ballot,
  { table }: InstalledTable,
  quorumBps: number,
): ReadonlySet<string> {
  if (objections.length === 0) return new Set();
  const weightOf = (row: number) => elementAt(table.rows, row).weight;
  const signed = votes.reduce((sum, { row }) => sum + weightOf(row), 0n);
  const support = candidates.map(({ leaf }) => ({
    leaf,
    weight: objections
      .filter(({ leaves }) => ![...leaves].some((doubted) => doubted === leaf))
      .reduce((sum, { row }) => sum + weightOf(row), signed),
  }));
  const lacking = support.filter(({ weight }) => weight * BigInt(FULL_BPS) < BigInt(quorumBps) * table.totalWeight);
  // When even those without any objection lack a quorum, it is absentees that are missing, and nothing is gained.
  const most = support.reduce((highest, { weight }) => (weight > highest ? weight : highest), 0n);
  if (lacking.length === support.length) {
    return new Set(support.filter(({ weight }) => weight < most).map(({ leaf }) => leaf));
  }
  const least = support.reduce((lowest, { weight }) => (weight < lowest ? weight : lowest), most);
  const dropped = lacking.length > 0 ? lacking : support.filter(({ weight }) => weight === least);
  return new Set(dropped.map(({ leaf }) => leaf));
}

function describe({ absentees, objections }: Ballot): string {
  const silent = [...absentees].map(([url, reason]) => `${url} ${reason}`);
  return [...silent, ...objections.map(({ url, leaves }) => `${url} doubts ${String(leaves.size)}`)].join("; ");
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
