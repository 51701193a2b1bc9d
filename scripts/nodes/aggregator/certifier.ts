import type { InstalledTable } from "#chain/operatorTables.ts";
import type { Clock } from "#nodes/shared/clock.ts";
import type { Log } from "#nodes/shared/log.ts";
import type { Rests } from "#nodes/shared/rests.ts";
import { StatementTree, type Batch } from "#protocol/batches.ts";
import type { BlsVerifier } from "#protocol/bls.ts";
import { assembleCertificate, ensureQuorum, FULL_BPS, verifyCertificate } from "#protocol/certificates.ts";
import { elementAt, ProtocolError } from "#protocol/errors.ts";
import { sortSignatures } from "#protocol/signatures.ts";
import { statementLeaf, type Statement } from "#protocol/statements.ts";
import type { StatementLeaf } from "#protocol/types.ts";

import { collect, type Ballot, type Vote } from "./ballot.ts";
import type { AggregatorConfig } from "./config.ts";
import type { Coverage } from "./coverage.ts";
import type { OperatorUrls } from "./operatorUrls.ts";

/** A statement that is proposed. */
export interface Candidate {
  readonly statement: Statement;
  readonly leaf: StatementLeaf;
  /** What rests when it lacks a quorum. */
  readonly subject: string;
  /** What it is, for people. */
  readonly name: string;
}

/** What becomes of candidates. */
export interface Outcome {
  /** Those that are in a certificate now. */
  readonly certified: readonly Candidate[];
  /** What went wrong, for people. */
  readonly problems: readonly string[];
}

/** What a certifier works with. */
export interface CertifierParts {
  readonly config: Pick<AggregatorConfig, "domain" | "operatorTimeoutMs">;
  readonly operators: OperatorUrls;
  readonly coverage: Coverage;
  readonly verifier: BlsVerifier;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * @param statement - A statement.
 * @param subject - What rests when it lacks a quorum.
 * @param name - What it is, for people.
 * @returns It as a candidate.
 */
export function candidateOf(statement: Statement, subject: string, name: string): Candidate {
  return { statement, leaf: statementLeaf(statement), subject, name };
}

/** Has operators sign batches, and publishes what a quorum stands behind. */
export class Certifier {
  readonly #parts: CertifierParts;
  readonly #blamed = new Map<string, number>();

  /** @param parts - What it works with. */
  constructor(parts: CertifierParts) {
    this.#parts = parts;
  }

  /** How often each operator sent a signature that does not hold, by its url. */
  get blamed(): ReadonlyMap<string, number> {
    return this.#blamed;
  }

  /**
   * Proposes statements in one batch, and again without those that lack a quorum, until the rest is certified.
   *
   * @param epoch - Who is to speak.
   * @param statements - What is proposed.
   * @param quorumBps - Weight that the certificate needs, in basis points.
   * @param rests - Takes what lacks a quorum.
   * @returns What is certified, and what went wrong.
   */
  async certify(
    epoch: InstalledTable,
    statements: readonly Candidate[],
    quorumBps: number,
    rests: Rests,
  ): Promise<Outcome> {
    const { config, coverage, operators, log } = this.#parts;
    const problems: string[] = [];
    const urls = await operators.urls();
    let candidates = statements;
    while (candidates.length > 0) {
      const proposed = candidates.map(({ statement }) => statement);
      const batch = this.#batch(proposed, epoch);
      const request = { batch, statements: proposed };
      const ballot = await collect(urls, request, epoch.table, config.operatorTimeoutMs);
      const votes = this.#goodVotes(batch, epoch, ballot.votes);
      const certificate = this.#assemble(batch, epoch, votes, quorumBps);
      if (certificate !== undefined) {
        const seq = await coverage.publish(certificate, proposed);
        for (const { subject } of candidates) rests.wake(subject);
        log.info({ seq, statements: proposed.length, nonSigners: certificate.nonSigners.toString(2) }, "certified");
        return { certified: candidates, problems };
      }
      const dropped = withoutQuorum(candidates, votes, ballot, epoch, quorumBps);
      if (dropped.size === 0) {
        const doubted = new Set(ballot.objections.flatMap(({ leaves }) => [...leaves]).map(String));
        for (const { subject, leaf } of candidates) if (doubted.has(leaf)) rests.rest(subject);
        return { certified: [], problems: [...problems, `no quorum: ${describe(ballot)}`] };
      }
      for (const { subject, leaf, name } of candidates) {
        if (!dropped.has(leaf)) continue;
        rests.rest(subject);
        problems.push(`dropped ${name}`);
      }
      candidates = candidates.filter(({ leaf }) => !dropped.has(leaf));
    }
    return { certified: [], problems };
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

  #assemble(batch: Batch, { table }: InstalledTable, votes: readonly Vote[], quorumBps: number) {
    const { verifier, config } = this.#parts;
    const { domain } = config;
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
