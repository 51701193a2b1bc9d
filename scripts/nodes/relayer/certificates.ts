import { fetchJson } from "#nodes/shared/client.ts";
import { certificateListSchema, publishedCertificateSchema, type PublishedCertificate } from "#nodes/shared/api.ts";
import type { Clock } from "#nodes/shared/clock.ts";
import { reasonOf, type Log } from "#nodes/shared/log.ts";
import { Rests } from "#nodes/shared/rests.ts";
import { StatementTree } from "#protocol/batches.ts";
import type { Certificate } from "#protocol/certificates.ts";
import { laneId } from "#protocol/messages.ts";
import { parse, toJson } from "#protocol/schemas.ts";
import { isHubFact, type Page } from "#protocol/statements.ts";
import type { LaneId } from "#protocol/types.ts";

import type { Checker } from "./checker.ts";
import type { FactBook } from "./factBook.ts";
import type { RelayerStore } from "./store.ts";

/** A page with the certificate that it is in. */
export interface CertifiedPage {
  readonly page: Page;
  readonly certificate: Certificate;
  readonly statements: StatementTree;
}

/** Certificates are kept so long even if nobody waits for them, for those who ask where a message is. */
const KEPT_SECONDS = 2n * 86_400n;
const FETCH_TIMEOUT_MS = 10_000;
/** The most answers of one aggregator that are read in a round, so that none keeps the others waiting without end. */
const ANSWERS_A_ROUND = 8;

/** What a book works with. */
export interface BookParts {
  readonly store: RelayerStore;
  readonly checker: Checker;
  /** Takes facts of the hub. */
  readonly facts: FactBook;
  /** Where certificates are published. */
  readonly aggregators: readonly string[];
  /** Pause before a page is asked for a second time; doubles with each, up to 64 times. */
  readonly retryMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** What aggregators published, kept across restarts: of each page the certificate that says most, and latest. */
export class CertificateBook {
  readonly #parts: BookParts;
  readonly #pages = new Map<string, CertifiedPage>();
  readonly #asked: Rests;

  /** @param parts - What it works with. */
  constructor(parts: BookParts) {
    this.#parts = parts;
    this.#asked = new Rests(parts.retryMs, parts.clock);
  }

  /** All certified pages. */
  get pages(): readonly CertifiedPage[] {
    return [...this.#pages.values()];
  }

  /**
   * @param lane - A lane's id.
   * @param pageIndex - One of its pages.
   * @returns The page as it was certified last.
   */
  page(lane: LaneId, pageIndex: bigint): CertifiedPage | undefined {
    return this.#pages.get(keyOf(lane, pageIndex));
  }

  /** Reads back what was kept. */
  async load(): Promise<void> {
    for (const json of await this.#parts.store.certificates()) {
      const published = parse(publishedCertificateSchema, JSON.parse(json));
      const pages = published.statements.flatMap(({ kind, content }) => (kind === "Page" ? [content] : []));
      const facts = published.statements.filter(isHubFact);
      const statements = new StatementTree(published.statements);
      this.#take(published.certificate, statements, pages);
      this.#parts.facts.take(published.certificate, statements, facts);
    }
    this.#parts.facts.forget(this.#parts.clock.nowSeconds());
  }

  /**
   * Asks every aggregator what is new.
   *
   * @returns Why an aggregator could not be read, for people.
   */
  async poll(): Promise<string[]> {
    this.#parts.checker.refresh();
    const found = await Promise.all(
      this.#parts.aggregators.map(async (url) => {
        try {
          await this.#pollOne(url);
          return [];
        } catch (error) {
          return [`aggregator ${url}: ${reasonOf(error)}`];
        }
      }),
    );
    return found.flat();
  }

  /**
   * Forgets old certificates without a page that somebody waits for. One that is too old for its destination is not too
   * old to be asked for again.
   *
   * @param isAwaited - Whether a message of a page may still be delivered.
   */
  async forget(isAwaited: (page: Page) => boolean): Promise<void> {
    const horizon = this.#parts.clock.nowSeconds() - KEPT_SECONDS;
    for (const [key, { page, certificate }] of this.#pages) {
      if (certificate.batch.issuedAt >= horizon || isAwaited(page)) continue;
      this.#pages.delete(key);
      this.#asked.wake(key);
    }
    this.#parts.facts.forget(this.#parts.clock.nowSeconds());
    const needed = new Set(this.pages.map(({ certificate }) => certificate.batch.statementsRoot));
    await this.#parts.store.dropCertificatesBefore(horizon, needed);
  }

  /**
   * Asks the aggregators to certify a page again, more and more rarely as long as it is of no avail.
   *
   * @param page - A page whose certificate grew too old.
   */
  async askAgain(page: Page): Promise<void> {
    const key = keyOf(laneId(page), page.pageIndex);
    if (this.#asked.isResting(key)) return;
    this.#asked.rest(key);
    const body = { laneId: laneId(page), pageIndex: String(page.pageIndex) };
    for (const url of this.#parts.aggregators) {
      try {
        await fetch(`${url}/pages`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: toJson(body),
          signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
        });
      } catch (error) {
        this.#parts.log.warn({ url, reason: reasonOf(error) }, "could not ask for a page again");
      }
    }
  }

  async #pollOne(url: string): Promise<void> {
    for (let answers = 0; answers < ANSWERS_A_ROUND; answers++) {
      const after = await this.#parts.store.cursor(url);
      const answer = await fetchJson(
        { url: `${url}/certificates?after=${String(after)}`, timeoutMs: FETCH_TIMEOUT_MS },
        certificateListSchema,
      );
      const [last] = answer.certificates.slice(-1);
      if (last === undefined || last.seq <= after) return;
      for (const published of answer.certificates) {
        if (published.seq <= after) continue;
        await this.#consider(published);
        await this.#parts.store.setCursor(url, published.seq);
      }
    }
  }

  async #consider(published: PublishedCertificate): Promise<void> {
    const { checker, store, log } = this.#parts;
    const { certificate } = published;
    const statements = new StatementTree(published.statements);
    const isWhole = statements.root === certificate.batch.statementsRoot;
    const { pages, facts } = isWhole ? await checker.standing(published) : { pages: [], facts: [] };
    if (pages.length + facts.length === 0) {
      log.warn({ root: certificate.batch.statementsRoot }, "a certificate that certifies nothing here");
      return;
    }
    await store.keepCertificate(published);
    this.#take(certificate, statements, pages);
    this.#parts.facts.take(certificate, statements, facts);
  }

  #take(certificate: Certificate, statements: StatementTree, pages: readonly Page[]): void {
    for (const page of pages) {
      const key = keyOf(laneId(page), page.pageIndex);
      const known = this.#pages.get(key);
      const isBetter =
        known === undefined ||
        page.count > known.page.count ||
        (page.count === known.page.count && certificate.batch.issuedAt > known.certificate.batch.issuedAt);
      if (isBetter) this.#pages.set(key, { page, certificate, statements });
    }
  }
}

function keyOf(lane: LaneId, pageIndex: bigint): string {
  return `${lane} ${String(pageIndex)}`;
}
