import type { Selectable } from "kysely";
import type { z } from "zod";

import {
  findingKindSchema,
  findingStageSchema,
  MAX_FINDINGS,
  type Finding,
  type FindingKind,
  type FindingStage,
} from "#nodes/shared/api.ts";
import type { Clock } from "#nodes/shared/clock.ts";
import type { Log } from "#nodes/shared/log.ts";
import { bytes32Schema, chainIdSchema, parse, toJson } from "#protocol/schemas.ts";

import type { Place } from "./records.ts";
import type { WatcherStore } from "./store.ts";
import type { Tables } from "./tables.ts";

/** Longest detail that is told. */
const DETAIL_LENGTH = 1_000;

/** Something that was found, and is pursued until it is over. */
export interface Deed {
  readonly id: number;
  readonly kind: FindingKind;
  /** What it is about: what becomes known of the same subject opens it again. */
  readonly subject: string;
  readonly place: Place;
  /** What is remembered of it, as JSON. */
  readonly memory: unknown;
}

/** Something new to be pursued. */
export interface NewDeed {
  readonly kind: FindingKind;
  /** Nothing is opened twice under one key. */
  readonly key: string;
  readonly subject: string;
  readonly place: Place;
  readonly detail: string;
  readonly memory: unknown;
}

/** What was done about a deed, or seen of it. */
export interface NewStep {
  readonly stage: FindingStage;
  /** Tells steps of one stage apart: which rollup, which case, which slash. */
  readonly mark: string;
  readonly place: Place;
  readonly detail: string;
  readonly transactionHash?: string | undefined;
}

/** Everything that was found, step by step. Steps are never taken back. */
export class Docket {
  readonly #store: WatcherStore;
  readonly #clock: Clock;
  readonly #log: Log;

  /**
   * @param store - Where it is kept.
   * @param clock - Time.
   * @param log - Where each step is told.
   */
  constructor(store: WatcherStore, clock: Clock, log: Log) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
  }

  /** Opens a deed, unless it is known. */
  async open({ kind, key, subject, place, detail, memory }: NewDeed): Promise<void> {
    const { db } = this.#store;
    const row = {
      ...{ key, kind, subject, is_over: 0 },
      chain_id: String(place.chainId),
      block_number: place.blockNumber,
      json: toJson(memory),
    };
    const known = await db.selectFrom("deeds").select("id").where("key", "=", key).executeTakeFirst();
    if (known !== undefined) return;
    const { id } = await db.insertInto("deeds").values(row).returning("id").executeTakeFirstOrThrow();
    const deed = { id, kind, subject, place, memory };
    await this.note(deed, { stage: "found", mark: "", place, detail });
  }

  /** What is not over, oldest first. */
  async pending(): Promise<Deed[]> {
    const rows = await this.#store.db.selectFrom("deeds").selectAll().where("is_over", "=", 0).orderBy("id").execute();
    return rows.map(deedFrom);
  }

  /** Something that was found, by its number; undefined for none. */
  async deed(id: number): Promise<Deed | undefined> {
    const row = await this.#store.db.selectFrom("deeds").selectAll().where("id", "=", id).executeTakeFirst();
    return row === undefined ? undefined : deedFrom(row);
  }

  /** How often a subject was found, and whether it still is. */
  async timesOf(subject: string): Promise<{ readonly count: number; readonly isPending: boolean }> {
    const rows = await this.#store.db.selectFrom("deeds").select("is_over").where("subject", "=", subject).execute();
    return { count: rows.length, isPending: rows.some(({ is_over }) => is_over === 0) };
  }

  /** Takes a step, once. */
  async note(deed: Pick<Deed, "id" | "kind">, step: NewStep): Promise<void> {
    const { stage, mark, place, transactionHash } = step;
    const detail = step.detail.slice(0, DETAIL_LENGTH);
    const result = await this.#store.db
      .insertInto("steps")
      .values({
        ...{ deed: deed.id, stage, mark, detail },
        at: Number(this.#clock.nowSeconds()),
        chain_id: String(place.chainId),
        block_number: place.blockNumber,
        hash: transactionHash ?? null,
      })
      .onConflict((on) => on.columns(["deed", "stage", "mark"]).doNothing())
      .executeTakeFirst();
    if ((result.numInsertedOrUpdatedRows ?? 0n) === 0n) return;
    const told = { finding: deed.id, kind: deed.kind, stage, chainId: String(place.chainId), detail };
    this.#log.warn({ ...told, blockNumber: place.blockNumber, transactionHash }, "finding");
  }

  /** Whether a step was taken. */
  async has(deed: Deed, stage: FindingStage, mark: string): Promise<boolean> {
    const found = await this.#store.db
      .selectFrom("steps")
      .select("seq")
      .where("deed", "=", deed.id)
      .where("stage", "=", stage)
      .where("mark", "=", mark)
      .executeTakeFirst();
    return found !== undefined;
  }

  /** Remembers something else of a deed. */
  async remember(deed: Deed, memory: unknown): Promise<void> {
    await this.#store.db
      .updateTable("deeds")
      .set({ json: toJson(memory) })
      .where("id", "=", deed.id)
      .execute();
  }

  /** Nothing is left to be done. */
  async finish(deed: Deed): Promise<void> {
    await this.#store.db.updateTable("deeds").set({ is_over: 1 }).where("id", "=", deed.id).execute();
  }

  /** More became known of a subject: what is pending about it is looked at again. */
  async reopen(subjects: readonly string[]): Promise<void> {
    if (subjects.length === 0) return;
    await this.#store.db
      .updateTable("deeds")
      .set({ is_over: 0 })
      .where("subject", "in", [...subjects])
      .execute();
  }

  /**
   * @param after - Number of the last step that the caller knows.
   * @returns Those that came after, oldest first.
   */
  async findings(after: number): Promise<Finding[]> {
    const rows = await this.#store.db
      .selectFrom("steps")
      .innerJoin("deeds", "deeds.id", "steps.deed")
      .selectAll("steps")
      .select("deeds.kind")
      .where("steps.seq", ">", after)
      .orderBy("steps.seq")
      .limit(MAX_FINDINGS)
      .execute();
    return rows.map(({ seq, deed, at, chain_id, block_number, kind, stage, detail, hash }) => ({
      ...{ seq, finding: deed, at, chainId: chain_id, blockNumber: block_number, detail },
      kind: parse(findingKindSchema, kind),
      stage: parse(findingStageSchema, stage),
      ...(hash === null ? {} : { transactionHash: parse(bytes32Schema, hash) }),
    }));
  }

  /** How many steps there are, by kind and stage. */
  async counts(): Promise<{ readonly kind: string; readonly stage: string; readonly steps: number }[]> {
    const rows = await this.#store.db
      .selectFrom("steps")
      .innerJoin("deeds", "deeds.id", "steps.deed")
      .select(["deeds.kind", "steps.stage"])
      .select(({ fn }) => fn.countAll<number>().as("steps"))
      .groupBy(["deeds.kind", "steps.stage"])
      .execute();
    return rows.map(({ kind, stage, steps }) => ({ kind, stage, steps }));
  }
}

function deedFrom(row: Selectable<Tables["deeds"]>): Deed {
  return {
    id: row.id,
    kind: parse(findingKindSchema, row.kind),
    subject: row.subject,
    place: { chainId: parse(chainIdSchema, row.chain_id), blockNumber: row.block_number },
    memory: JSON.parse(row.json) as unknown,
  };
}

/**
 * @param schema - What a deed's memory must be.
 * @param deed - The deed.
 * @returns Its memory.
 */
export function memoryOf<T>(schema: z.ZodType<T>, { memory }: Deed): T {
  return parse(schema, memory);
}
