import { fetchJson } from "#nodes/shared/client.ts";
import { certificateListSchema, publishedCertificateSchema, type PublishedCertificate } from "#nodes/shared/api.ts";
import type { Clock } from "#nodes/shared/clock.ts";
import { reasonOf, type Log } from "#nodes/shared/log.ts";
import { StatementTree } from "#protocol/batches.ts";
import type { Certificate } from "#protocol/certificates.ts";
import { laneId } from "#protocol/messages.ts";
import { parse, toJson } from "#protocol/schemas.ts";
import type { Page } from "#protocol/statements.ts";
import type { LaneId } from "#protocol/types.ts";

import type { RelayerStore } from "./store.ts";

/** A page with the certificate that it is in. */
export interface CertifiedPage {
  readonly page: Page;
  readonly certificate: Certificate;
  readonly statements: StatementTree;
}

/** Certificates older than this are of no use anywhere. */
const KEPT_SECONDS = 2n * 86_400n;
const FETCH_TIMEOUT_MS = 10_000;

/** What aggregators published, kept across restarts: of each page the certificate that says most, and latest. */
export class CertificateBook {
  readonly #store: RelayerStore;
  readonly #aggregators: readonly string[];
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #pages = new Map<string, CertifiedPage>();

  /**
   * @param store - Where certificates are kept.
   * @param aggregators - Where they are published.
   * @param clock - Time.
   * @param log - Where problems go.
   */
  constructor(store: RelayerStore, aggregators: readonly string[], clock: Clock, log: Log) {
    this.#store = store;
    this.#aggregators = aggregators;
    this.#clock = clock;
    this.#log = log;
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
    await this.#store.dropCertificatesBefore(this.#clock.nowSeconds() - KEPT_SECONDS);
    for (const json of await this.#store.certificates())
      this.#take(parse(publishedCertificateSchema, JSON.parse(json)));
  }

  /**
   * Asks every aggregator what is new.
   *
   * @returns Why an aggregator could not be read, for people.
   */
  async poll(): Promise<string[]> {
    const problems: string[] = [];
    for (const url of this.#aggregators) {
      try {
        await this.#pollOne(url);
      } catch (error) {
        problems.push(`aggregator ${url}: ${reasonOf(error)}`);
      }
    }
    return problems;
  }

  /**
   * Asks the aggregators to certify a page again.
   *
   * @param page - A page whose certificate grew too old.
   */
  async askAgain(page: Page): Promise<void> {
    const body = { laneId: laneId(page), pageIndex: String(page.pageIndex) };
    for (const url of this.#aggregators) {
      try {
        await fetch(`${url}/pages`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: toJson(body),
          signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
        });
      } catch (error) {
        this.#log.warn({ url, reason: reasonOf(error) }, "could not ask for a page again");
      }
    }
  }

  async #pollOne(url: string): Promise<void> {
    for (;;) {
      const after = await this.#store.cursor(url);
      const answer = await fetchJson(
        { url: `${url}/certificates?after=${String(after)}`, timeoutMs: FETCH_TIMEOUT_MS },
        certificateListSchema,
      );
      const [last] = answer.certificates.slice(-1);
      if (last === undefined || last.seq <= after) return;
      for (const published of answer.certificates) {
        if (this.#take(published)) await this.#store.keepCertificate(published);
      }
      await this.#store.setCursor(url, last.seq);
    }
  }

  #take({ certificate, statements: list }: PublishedCertificate): boolean {
    const statements = new StatementTree(list);
    if (statements.root !== certificate.batch.statementsRoot) {
      this.#log.warn({ root: certificate.batch.statementsRoot }, "the statements are not those of the certificate");
      return false;
    }
    for (const statement of list) {
      if (statement.kind !== "Page") continue;
      const page = statement.content;
      const key = keyOf(laneId(page), page.pageIndex);
      const known = this.#pages.get(key);
      const isBetter =
        known === undefined ||
        page.count > known.page.count ||
        (page.count === known.page.count && certificate.batch.issuedAt > known.certificate.batch.issuedAt);
      if (isBetter) this.#pages.set(key, { page, certificate, statements });
    }
    return true;
  }
}

function keyOf(lane: LaneId, pageIndex: bigint): string {
  return `${lane} ${String(pageIndex)}`;
}
