import type { Domain } from "#protocol/batches.ts";
import type { Divergence } from "#protocol/evidence/divergence.ts";
import type { Evidence, SpeakersTable, Utterance } from "#protocol/evidence/evidence.ts";
import type { Refutation } from "#protocol/evidence/refutation.ts";
import { convicts } from "#protocol/evidence/refutation.ts";
import { absenteesOf } from "#protocol/certificates.ts";
import { elementAt } from "#protocol/errors.ts";
import type { Statement } from "#protocol/statements.ts";

import type { SpeakersBook } from "./speakers.ts";
import type { Testimony } from "./records.ts";
import type { WatcherStore } from "./store.ts";

/** The most pairs of certificates that are tried to find everybody who signed both. */
const MOST_PAIRS = 256;

/** A statement with somebody who said it. */
type Told = Testimony & { readonly statement: Statement };

/** Two that may be shown to a rollup, with how much the weaker of them weighs. */
export interface Pair {
  readonly evidence: Evidence;
  readonly signedBps: number;
  /** Whether the hub has the tables of both. */
  readonly isJudged: boolean;
}

/** Turns what is kept into evidence: as few cases as name everybody who is guilty. */
export class EvidenceBook {
  readonly #domain: Domain;
  readonly #store: WatcherStore;
  readonly #speakers: SpeakersBook;

  /**
   * @param domain - Where signatures are valid.
   * @param store - What was certified.
   * @param speakers - By whom.
   */
  constructor(domain: Domain, store: WatcherStore, speakers: SpeakersBook) {
    this.#domain = domain;
    this.#store = store;
    this.#speakers = speakers;
  }

  /**
   * @param subject - What a false statement is about.
   * @param content - What it says.
   * @param refutation - For a page that its source refutes.
   * @returns Evidence against everybody who said so in an epoch of the hub.
   */
  async ofLie(subject: string, content: string, refutation?: Refutation): Promise<Evidence[]> {
    const found: Evidence[] = [];
    const charged = new Set<string>();
    for (const told of await this.#store.testimonies(subject, content)) {
      const { statement } = told;
      const isOfPage = statement.kind === "Page" && refutation !== undefined && convicts(refutation, statement.content);
      if (refutation !== undefined && !isOfPage) continue;
      const speakers = await this.#speakersOf(told);
      if (speakers?.isJudged !== true) continue;
      const fresh = speakers.keys.filter((key) => !charged.has(key));
      if (fresh.length === 0) continue;
      for (const key of fresh) charged.add(key);
      const speeches = [utteranceOf(told)] as const;
      const parts = { domain: this.#domain, tables: [speakers.table], speeches };
      found.push(refutation === undefined ? parts : { ...parts, refutation });
    }
    return found;
  }

  /**
   * @param subject - What two contents contradict each other about.
   * @param contents - Both.
   * @param divergence - For pages of different counts.
   * @returns Pairs that name everybody who said both, the heaviest first; one that names nobody if there is no other.
   */
  async ofContradiction(
    subject: string,
    contents: readonly [string, string],
    divergence: Divergence | undefined,
  ): Promise<Pair[]> {
    const [ones, others] = [
      await this.#store.testimonies(subject, contents[0]),
      await this.#store.testimonies(subject, contents[1]),
    ];
    const found: Pair[] = [];
    const charged = new Set<string>();
    let tried = 0;
    for (const one of ones) {
      for (const other of others) {
        if (one.certificate.batch.operatorSetId !== other.certificate.batch.operatorSetId) continue;
        if (tried++ >= MOST_PAIRS) return found;
        const [a, b] = [await this.#speakersOf(one), await this.#speakersOf(other)];
        if (a === undefined || b === undefined) continue;
        const both = a.keys.filter((key) => b.keys.includes(key));
        const isNew = both.some((key) => !charged.has(key));
        // One pair must be there to stop the set with, even if nobody signed both.
        if (!isNew && found.length > 0) continue;
        for (const key of both) charged.add(key);
        const tables = a.table.epoch === b.table.epoch ? [a.table] : [a.table, b.table];
        const speeches = [utteranceOf(one), utteranceOf(other)] as const;
        const evidence = { domain: this.#domain, tables, speeches };
        found.push({
          evidence: divergence === undefined ? evidence : { ...evidence, divergence },
          signedBps: Math.min(one.signedBps, other.signedBps),
          isJudged: a.isJudged && b.isJudged && both.length > 0,
        });
      }
    }
    return found;
  }

  async #speakersOf({
    certificate,
  }: Told): Promise<
    { readonly keys: readonly string[]; readonly table: SpeakersTable; readonly isJudged: boolean } | undefined
  > {
    const { operatorSetId, tableEpoch } = certificate.batch;
    const speakers = await this.#speakers.of(operatorSetId, tableEpoch);
    if (speakers === undefined) return undefined;
    const absent = new Set(absenteesOf(speakers.table, certificate.nonSigners));
    const keys = [...speakers.table.rows.keys()]
      .filter((row) => !absent.has(row))
      .map((row) => {
        const { x, y } = elementAt(speakers.table.rows, row).key;
        return `${String(x)} ${String(y)}`;
      });
    const table = { operatorSetId, epoch: tableEpoch, rows: speakers.table.packed };
    return { keys, table, isJudged: speakers.isHubs };
  }
}

function utteranceOf({ certificate, statement, batchProof }: Told): Utterance {
  return { certificate, statement, batchProof };
}
