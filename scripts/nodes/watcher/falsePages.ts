import { z } from "zod";

import type { BridgeSite } from "#chain/bridge/ends.ts";
import { refutePage, type Logs } from "#chain/bridge/plan.ts";
import { isRefuted } from "#chain/bridge/refute.ts";
import type { HubClient } from "#chain/hub.ts";
import type { RollupClient } from "#chain/rollup.ts";
import type { Evidence } from "#protocol/evidence/evidence.ts";
import type { Refutation } from "#protocol/evidence/refutation.ts";
import { bytes32Schema } from "#protocol/schemas.ts";
import type { Page } from "#protocol/statements.ts";

import { memoryOf, type Deed, type Docket } from "./docket.ts";
import type { EvidenceBook } from "./evidenceBook.ts";
import type { Hands } from "./hands.ts";
import type { Pursuit } from "./pursuits.ts";
import type { Sayings } from "./sayings.ts";
import type { WatcherStore } from "./store.ts";
import type { Trial } from "./trial.ts";
import type { TruthRound } from "./truths.ts";

/** What is remembered of a false page. */
export const falsePageSchema = z.object({ content: z.string(), leaf: bytes32Schema });

/** A source that can be made to speak. */
export interface RefutingSource {
  readonly source: RollupClient;
  /** Both ends of its canonical bridge. */
  readonly bridge: BridgeSite;
  /** Where its messages are read. */
  readonly logs: Logs;
}

/** What it works with. */
export interface FalsePageParts {
  readonly sources: readonly RefutingSource[];
  readonly hub: HubClient;
  readonly store: WatcherStore;
  readonly sayings: Sayings;
  readonly book: EvidenceBook;
  readonly trial: Trial;
  readonly hands: Hands;
  readonly docket: Docket;
}

/** Pages that their source did not send: it is made to say so over its own bridge, and whoever certified them is accused. */
export class FalsePages implements Pursuit {
  readonly kinds = ["FalsePage"] as const;
  readonly #parts: FalsePageParts;

  /** @param parts - What it works with. */
  constructor(parts: FalsePageParts) {
    this.#parts = parts;
  }

  /** @inheritdoc */
  async advance(deed: Deed, round: TruthRound): Promise<boolean> {
    const { store, sources, sayings, book, trial, hub } = this.#parts;
    const { leaf, content } = memoryOf(falsePageSchema, deed);
    const recorded = await store.statement(leaf);
    if (recorded?.statement.kind !== "Page") return true;
    const page = recorded.statement.content;
    const found = sources.find(
      ({ source }) => source.chainId === page.sourceChainId && source.gateway === page.sourceGateway,
    );
    if (found === undefined) return this.#lapse(deed, "the source has no slow road that this watcher knows");
    const said = (await sayings.against(page)).map(({ refutation }) => refutation);
    if (said.length === 0) return this.#refute(deed, page, found, round);
    const heard: Evidence[] = [];
    for (const refutation of said) {
      const isHeard = await hub.endpoints.first((provider) => isRefuted(provider, found.bridge, refutation));
      if (isHeard) heard.push(...(await book.ofLie(deed.subject, content, refutation)));
    }
    return heard.length > 0 && trial.pursue(deed, heard);
  }

  /** Before the source has said anything, evidence that lacks its word: whoever has the source say it needs that. */
  async evidence(deed: Deed): Promise<readonly Evidence[]> {
    const { store, sayings, book } = this.#parts;
    const { leaf, content } = memoryOf(falsePageSchema, deed);
    const recorded = await store.statement(leaf);
    if (recorded?.statement.kind !== "Page") return [];
    const said = await sayings.against(recorded.statement.content);
    if (said.length === 0) return book.ofLie(deed.subject, content);
    const all = await Promise.all(said.map(({ refutation }) => book.ofLie(deed.subject, content, refutation)));
    return all.flat();
  }

  async #refute(deed: Deed, page: Page, { source, bridge, logs }: RefutingSource, round: TruthRound): Promise<boolean> {
    const told = await round.tell({ kind: "Page", content: page }, 0n);
    // It was sent by now: what was false of it, nobody can show any more.
    if (told.truth === "true") return this.#lapse(deed, "by now the source has sent what was certified too early");
    const { hands, sayings } = this.#parts;
    if (told.truth !== "false" || !hands.canAct || !sayings.isCaughtUp) return false;
    const done = await hands.act(source, (signer) => refutePage(signer, bridge, page, logs));
    const detail = `chain ${String(source.chainId)} tells the hub: ${textOf(done.result.refutation)}`;
    await this.#parts.docket.note(deed, { stage: "refuted", mark: "", detail, ...done });
    // The hub hears it when the bridge has carried it.
    return false;
  }

  async #lapse(deed: Deed, detail: string): Promise<boolean> {
    await this.#parts.docket.note(deed, { stage: "lapsed", mark: "", place: deed.place, detail });
    return true;
  }
}

function textOf({ isNotYet, count, timestamp }: Refutation): string {
  return isNotYet
    ? `by ${String(timestamp)} the page held ${String(count)} messages`
    : `at ${String(count)} messages the page was another one`;
}
