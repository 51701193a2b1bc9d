import { z } from "zod";

import type { Evidence } from "#protocol/evidence/evidence.ts";

import { memoryOf, type Deed } from "./docket.ts";
import type { EvidenceBook } from "./evidenceBook.ts";
import type { Pursuit } from "./pursuits.ts";
import type { Trial } from "./trial.ts";

/** What is remembered of a single false statement. */
export const lieSchema = z.object({ content: z.string() });

/** Tables and entries that the hub does not have, and pages of gateways that it does not know. */
export class HubLies implements Pursuit {
  readonly kinds = ["FalseTable", "FalseEntry", "Stranger"] as const;
  readonly #book: EvidenceBook;
  readonly #trial: Trial;

  /**
   * @param book - Who said so.
   * @param trial - What becomes of them.
   */
  constructor(book: EvidenceBook, trial: Trial) {
    this.#book = book;
    this.#trial = trial;
  }

  /** @inheritdoc */
  async advance(deed: Deed): Promise<boolean> {
    return this.#trial.pursue(deed, await this.evidence(deed));
  }

  /** @inheritdoc */
  async evidence(deed: Deed): Promise<readonly Evidence[]> {
    return this.#book.ofLie(deed.subject, memoryOf(lieSchema, deed).content);
  }
}
