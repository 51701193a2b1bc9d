import { openStore, type Store } from "#nodes/shared/store.ts";
import { MAX_CERTIFICATES, type PublishedCertificate } from "#nodes/shared/api.ts";
import type { Certificate } from "#protocol/certificates.ts";
import { laneId, PAGE_SIZE } from "#protocol/messages.ts";
import { toJson } from "#protocol/schemas.ts";
import { isHubFact, statementLeaf, type Statement } from "#protocol/statements.ts";
import type { Bytes32, LaneId } from "#protocol/types.ts";

interface Tables {
  certificates: { seq: number; statements_root: string; json: string };
  lanes: { lane_id: string; covered: number };
  facts: { leaf: string; epoch: number; issued_at: number };
}

const SCHEMA = [
  "CREATE TABLE IF NOT EXISTS certificates (seq INTEGER PRIMARY KEY, statements_root TEXT NOT NULL, json TEXT NOT NULL)",
  "CREATE INDEX IF NOT EXISTS certificates_by_root ON certificates (statements_root)",
  "CREATE TABLE IF NOT EXISTS lanes (lane_id TEXT PRIMARY KEY, covered INTEGER NOT NULL) WITHOUT ROWID",
  "CREATE TABLE IF NOT EXISTS facts (leaf TEXT PRIMARY KEY, epoch INTEGER NOT NULL, issued_at INTEGER NOT NULL) WITHOUT ROWID",
];

/** No rollup takes a fact of the hub from a certificate that is older. */
const FACT_SECONDS = 6n * 3_600n;

/** In which epoch's certificate a fact of the hub is, and since when. */
interface CertifiedFact {
  readonly epoch: number;
  readonly issuedAt: bigint;
}

/** The certificates that were published, how far each lane is covered by them, and which facts of the hub are. */
export class Coverage {
  readonly #store: Store<Tables>;
  readonly #covered: Map<LaneId, number>;
  readonly #facts: Map<string, CertifiedFact>;
  #lastSeq: number;
  #publishing: Promise<unknown> = Promise.resolve();

  private constructor(
    store: Store<Tables>,
    covered: Map<LaneId, number>,
    facts: Map<string, CertifiedFact>,
    lastSeq: number,
  ) {
    this.#store = store;
    this.#covered = covered;
    this.#facts = facts;
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
    const facts = await store.db.selectFrom("facts").selectAll().execute();
    return new Coverage(
      store,
      new Map(lanes.map((row) => [asLaneId(row.lane_id), row.covered])),
      new Map(facts.map((row) => [row.leaf, { epoch: row.epoch, issuedAt: BigInt(row.issued_at) }])),
      last?.seq ?? 0,
    );
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
   * @param leaf - A fact of the hub.
   * @param epoch - The epoch that is to speak.
   * @param nowSeconds - The time.
   * @returns Whether a certificate of this epoch has it that rollups take for a while: the second half of its time is left for
   * another one, so that nobody is without.
   */
  hasFact(leaf: Bytes32, epoch: number, nowSeconds: bigint): boolean {
    const known = this.#facts.get(leaf);
    return known?.epoch === epoch && nowSeconds <= known.issuedAt + FACT_SECONDS / 2n;
  }

  /**
   * Publishes a certificate, one after the other.
   *
   * @param certificate - The certificate.
   * @param statements - All its statements.
   * @returns Its number.
   */
  publish(certificate: Certificate, statements: readonly Statement[]): Promise<number> {
    const published = this.#publishing.then(() => this.#publish(certificate, statements));
    this.#publishing = published.catch(() => undefined);
    return published;
  }

  async #publish(certificate: Certificate, statements: readonly Statement[]): Promise<number> {
    const seq = this.#lastSeq + 1;
    const published: PublishedCertificate = { seq, certificate, statements: [...statements] };
    const reached = new Map<LaneId, number>();
    for (const { kind, content } of statements) {
      if (kind !== "Page") continue;
      const id = laneId(content);
      const end = Number(content.pageIndex) * PAGE_SIZE + content.count;
      reached.set(id, Math.max(end, reached.get(id) ?? this.covered(id)));
    }
    const { tableEpoch: epoch, issuedAt } = certificate.batch;
    const leaves = statements.filter(isHubFact).map(statementLeaf);
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
      const row = { epoch, issued_at: Number(issuedAt) };
      for (const leaf of leaves) {
        await transaction
          .insertInto("facts")
          .values({ leaf, ...row })
          .onConflict((on) => on.column("leaf").doUpdateSet(row))
          .execute();
      }
      await transaction
        .deleteFrom("facts")
        .where("issued_at", "<", Number(issuedAt - FACT_SECONDS))
        .execute();
    });
    for (const leaf of leaves) this.#facts.set(leaf, { epoch, issuedAt });
    for (const [leaf, fact] of this.#facts) if (fact.issuedAt < issuedAt - FACT_SECONDS) this.#facts.delete(leaf);
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
