import type { PublishedCertificate } from "#nodes/shared/api.ts";
import { openStore, type Store } from "#nodes/shared/store.ts";
import { toJson } from "#protocol/schemas.ts";
import type { Bytes32 } from "#protocol/types.ts";

/** What a relayer remembers of a message that was not simply delivered. Everything else is on the chains. */
export interface Attempt {
  readonly messageId: Bytes32;
  readonly attempts: number;
  /** When the next attempt may be made, in milliseconds. */
  readonly nextAtMs: number;
  /** Why the last attempt failed; undefined once delivered. */
  readonly reason: string | undefined;
  /** Of the last attempt that was sent. */
  readonly transactionHash: string | undefined;
}

interface Tables {
  certificates: { root: string; issued_at: number; json: string };
  cursors: { url: string; seq: number };
  attempts: {
    message_id: string;
    attempts: number;
    next_at_ms: number;
    reason: string | null;
    transaction_hash: string | null;
  };
}

const SCHEMA = [
  "CREATE TABLE IF NOT EXISTS certificates (root TEXT PRIMARY KEY, issued_at INTEGER NOT NULL, json TEXT NOT NULL) WITHOUT ROWID",
  "CREATE INDEX IF NOT EXISTS certificates_by_issue ON certificates (issued_at)",
  "CREATE TABLE IF NOT EXISTS cursors (url TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID",
  "CREATE TABLE IF NOT EXISTS attempts (message_id TEXT PRIMARY KEY, attempts INTEGER NOT NULL, next_at_ms INTEGER NOT NULL, reason TEXT, transaction_hash TEXT) WITHOUT ROWID",
];

/** The relayer's own file. Losing it costs work, never a message. */
export class RelayerStore {
  readonly #store: Store<Tables>;

  /** @param file - The file, or `:memory:`. */
  constructor(file: string) {
    this.#store = openStore<Tables>({ file, exclusive: true, schema: SCHEMA });
  }

  /** All kept certificates, as JSON, oldest first. */
  async certificates(): Promise<string[]> {
    const rows = await this.#store.db.selectFrom("certificates").select("json").orderBy("issued_at").execute();
    return rows.map(({ json }) => json);
  }

  /** Keeps a certificate; the later one of a root that was certified twice. */
  async keepCertificate(published: PublishedCertificate): Promise<void> {
    const { statementsRoot, issuedAt } = published.certificate.batch;
    const row = { root: statementsRoot, issued_at: Number(issuedAt), json: toJson(published) };
    await this.#store.db
      .insertInto("certificates")
      .values(row)
      .onConflict((on) => on.column("root").doUpdateSet({ issued_at: row.issued_at, json: row.json }))
      .execute();
  }

  /** Forgets certificates that were issued before a second, but those of some roots. */
  async dropCertificatesBefore(second: bigint, needed: ReadonlySet<string>): Promise<void> {
    const { db } = this.#store;
    const old = await db.selectFrom("certificates").select("root").where("issued_at", "<", Number(second)).execute();
    for (const { root } of old) {
      if (!needed.has(root)) await db.deleteFrom("certificates").where("root", "=", root).execute();
    }
  }

  /** Number of the last certificate that was read from an aggregator; 0 for none. */
  async cursor(url: string): Promise<number> {
    const row = await this.#store.db.selectFrom("cursors").select("seq").where("url", "=", url).executeTakeFirst();
    return row?.seq ?? 0;
  }

  /** Remembers it. */
  async setCursor(url: string, seq: number): Promise<void> {
    await this.#store.db
      .insertInto("cursors")
      .values({ url, seq })
      .onConflict((on) => on.column("url").doUpdateSet({ seq }))
      .execute();
  }

  /** What is remembered of a message. */
  async attempt(messageId: Bytes32): Promise<Attempt | undefined> {
    const row = await this.#store.db
      .selectFrom("attempts")
      .selectAll()
      .where("message_id", "=", messageId)
      .executeTakeFirst();
    return row === undefined
      ? undefined
      : {
          messageId,
          attempts: row.attempts,
          nextAtMs: row.next_at_ms,
          reason: row.reason ?? undefined,
          transactionHash: row.transaction_hash ?? undefined,
        };
  }

  /** Remembers them, all at once. */
  async setAttempts(list: readonly Attempt[]): Promise<void> {
    await this.#store.db.transaction().execute(async (transaction) => {
      for (const { messageId, attempts, nextAtMs, reason, transactionHash } of list) {
        const row = {
          attempts,
          next_at_ms: nextAtMs,
          reason: reason ?? null,
          transaction_hash: transactionHash ?? null,
        };
        await transaction
          .insertInto("attempts")
          .values({ message_id: messageId, ...row })
          .onConflict((on) => on.column("message_id").doUpdateSet(row))
          .execute();
      }
    });
  }

  /** Closes the file. */
  close(): Promise<void> {
    return this.#store.close();
  }
}
