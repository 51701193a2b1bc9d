import { openStore, type Store } from "#nodes/shared/store.ts";
import { MAX_CERTIFICATES, type PublishedCertificate } from "#nodes/shared/api.ts";
import type { Certificate } from "#protocol/certificates.ts";
import { laneId, PAGE_SIZE } from "#protocol/messages.ts";
import { toJson } from "#protocol/schemas.ts";
import type { Statement } from "#protocol/statements.ts";
import type { Bytes32, LaneId } from "#protocol/types.ts";

interface Tables {
  certificates: { seq: number; statements_root: string; json: string };
  lanes: { lane_id: string; covered: number };
}

const SCHEMA = [
  "CREATE TABLE IF NOT EXISTS certificates (seq INTEGER PRIMARY KEY, statements_root TEXT NOT NULL, json TEXT NOT NULL)",
  "CREATE INDEX IF NOT EXISTS certificates_by_root ON certificates (statements_root)",
  "CREATE TABLE IF NOT EXISTS lanes (lane_id TEXT PRIMARY KEY, covered INTEGER NOT NULL) WITHOUT ROWID",
];

/** The certificates that were published, and how far each lane is covered by them. */
export class Coverage {
  readonly #store: Store<Tables>;
  readonly #covered: Map<LaneId, number>;
  #lastSeq: number;

  private constructor(store: Store<Tables>, covered: Map<LaneId, number>, lastSeq: number) {
    this.#store = store;
    this.#covered = covered;
    this.#lastSeq = lastSeq;
  }

  /**
   * @param file - The file, or `:memory:`.
   * @param asLaneId - Reads back a lane's id.
   * @returns What was published before.
   */
  static async open(file: string, asLaneId: (value: string) => LaneId): Promise<Coverage> {
    const store = openStore<Tables>({ file, exclusive: true, schema: SCHEMA });
    const lanes = await store.db.selectFrom("lanes").selectAll().execute();
    const last = await store.db.selectFrom("certificates").select("seq").orderBy("seq", "desc").executeTakeFirst();
    return new Coverage(store, new Map(lanes.map((row) => [asLaneId(row.lane_id), row.covered])), last?.seq ?? 0);
  }

  /** Number of the last certificate; 0 before the first. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /**
   * @param lane - A lane's id.
   * @returns How many of its messages, from the first on, are in a certificate.
   */
  covered(lane: LaneId): number {
    return this.#covered.get(lane) ?? 0;
  }

  /**
   * Publishes a certificate.
   *
   * @param certificate - The certificate.
   * @param statements - All its statements.
   * @returns Its number.
   */
  async publish(certificate: Certificate, statements: readonly Statement[]): Promise<number> {
    const seq = this.#lastSeq + 1;
    const published: PublishedCertificate = { seq, certificate, statements: [...statements] };
    const reached = new Map<LaneId, number>();
    for (const { kind, content } of statements) {
      if (kind !== "Page") continue;
      const id = laneId(content);
      const end = Number(content.pageIndex) * PAGE_SIZE + content.count;
      reached.set(id, Math.max(end, reached.get(id) ?? this.covered(id)));
    }
    await this.#store.db.transaction().execute(async (transaction) => {
      const statements_root = certificate.batch.statementsRoot;
      await transaction
        .insertInto("certificates")
        .values({ seq, statements_root, json: toJson(published) })
        .execute();
      for (const [lane_id, covered] of reached) {
        await transaction
          .insertInto("lanes")
          .values({ lane_id, covered })
          .onConflict((on) => on.column("lane_id").doUpdateSet({ covered }))
          .execute();
      }
    });
    for (const [id, covered] of reached) this.#covered.set(id, covered);
    this.#lastSeq = seq;
    return seq;
  }

  /**
   * @param seq - A number.
   * @returns The certificates after it, as JSON, oldest first.
   */
  async after(seq: number): Promise<string> {
    const rows = await this.#store.db
      .selectFrom("certificates")
      .select("json")
      .where("seq", ">", seq)
      .orderBy("seq")
      .limit(MAX_CERTIFICATES)
      .execute();
    return `{"certificates":[${rows.map(({ json }) => json).join(",")}]}`;
  }

  /**
   * @param statementsRoot - A batch's root.
   * @returns Its last certificate, as JSON.
   */
  async byRoot(statementsRoot: Bytes32): Promise<string | undefined> {
    const row = await this.#store.db
      .selectFrom("certificates")
      .select("json")
      .where("statements_root", "=", statementsRoot)
      .orderBy("seq", "desc")
      .executeTakeFirst();
    return row?.json;
  }

  /** Closes the file. */
  close(): Promise<void> {
    return this.#store.close();
  }
}
