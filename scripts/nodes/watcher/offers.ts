import type { HubClient } from "#chain/hub.ts";
import { certificateListSchema, type PublishedCertificate } from "#nodes/shared/api.ts";
import { fetchJson } from "#nodes/shared/client.ts";
import { reasonOf, type Log } from "#nodes/shared/log.ts";
import { StatementTree } from "#protocol/batches.ts";
import { ProtocolError } from "#protocol/errors.ts";

import type { Intake } from "./intake.ts";
import type { WatcherStore } from "./store.ts";

const FETCH_TIMEOUT_MS = 10_000;
/** The most answers of one aggregator that are read in a round. */
const ANSWERS_A_ROUND = 8;

/** What a reader of offers works with. */
export interface OffersParts {
  /** Where certificates are published. */
  readonly aggregators: readonly string[];
  readonly hub: HubClient;
  readonly store: WatcherStore;
  readonly intake: Intake;
  readonly log: Log;
}

/** Reads certificates before they land anywhere: what aggregators publish, with all their statements. */
export class Offers {
  readonly #parts: OffersParts;

  /** @param parts - What it works with. */
  constructor(parts: OffersParts) {
    this.#parts = parts;
  }

  /**
   * Asks every aggregator what is new.
   *
   * @returns Why one could not be read, for people.
   */
  async follow(): Promise<string[]> {
    const found = await Promise.all(
      this.#parts.aggregators.map(async (url) => {
        try {
          await this.#followOne(url);
          return [];
        } catch (error) {
          return [`aggregator ${url}: ${reasonOf(error)}`];
        }
      }),
    );
    return found.flat();
  }

  async #followOne(url: string): Promise<void> {
    const { store } = this.#parts;
    for (let answers = 0; answers < ANSWERS_A_ROUND; answers++) {
      const after = await store.cursor(`offers ${url}`, 0);
      const request = { url: `${url}/certificates?after=${String(after)}`, timeoutMs: FETCH_TIMEOUT_MS };
      const { certificates } = await fetchJson(request, certificateListSchema);
      const fresh = certificates.filter(({ seq }) => seq > after);
      if (fresh.length === 0) return;
      for (const published of fresh) {
        await this.#take(published);
        await store.setCursor(`offers ${url}`, published.seq);
      }
    }
  }

  async #take({ certificate, statements }: PublishedCertificate): Promise<void> {
    const { hub, intake, log } = this.#parts;
    const { statementsRoot } = certificate.batch;
    let tree: StatementTree;
    try {
      tree = new StatementTree(statements);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      log.warn({ root: statementsRoot, reason: reasonOf(error) }, "statements that are no batch");
      return;
    }
    const isWhole = tree.root === statementsRoot;
    if (!isWhole) log.warn({ root: statementsRoot }, "a certificate with other statements than its own");
    const said = isWhole
      ? statements.map((statement) => ({ statementsRoot, statement, batchProof: tree.proof(statement) }))
      : [];
    const { block } = await hub.final();
    await intake.take({ certificates: [certificate], said }, { chainId: hub.chainId, blockNumber: block.number });
  }
}
