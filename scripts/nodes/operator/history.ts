import { sql, type Transaction } from "kysely";

import type { SignRequest } from "#nodes/shared/api.ts";
import { openStore, type Store } from "#nodes/shared/store.ts";
import { batchDigest, type Domain } from "#protocol/batches.ts";
import type { G1Point } from "#protocol/bn254.ts";
import { isFinal } from "#protocol/contradictions.ts";
import { laneId, nonceAt } from "#protocol/messages.ts";
import { batchSchema, bytes32Schema, parse, statementSchema, toJson } from "#protocol/schemas.ts";
import { statementLeaf, type Page, type Statement } from "#protocol/statements.ts";
import type { BatchDigest, Brand, Bytes32, StatementLeaf } from "#protocol/types.ts";

import { messageSubject, rowsOf, type Claimed } from "./claims.ts";

/** A batch whose rows are on the disk. Only {@link SigningHistory.record} makes one, and only one can be signed. */
export type RecordedBatch = Brand<{ readonly digest: BatchDigest }, "Recorded">;

/** This key has said something else about a subject before. */
export class ContradictionError extends Error {
  readonly leaf: StatementLeaf;

  constructor(leaf: StatementLeaf, subject: string) {
    super(`this key has already signed something else about ${subject}`);
    this.name = "ContradictionError";
    this.leaf = leaf;
  }
}

/** The history cannot be read or written, or is another key's: nothing is signed. */
export class HistoryError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "HistoryError";
  }
}

/** Whose history it is. A file never serves a second key or a second domain. */
export interface HistoryOwner {
  readonly key: G1Point;
  readonly domain: Domain;
}

interface Tables {
  owner: { id: number; identity: string };
  said: { subject: string; content: string; final: number };
  statements: { leaf: string; json: string };
  batches: { digest: string; statements_root: string; issued_at: number; json: string; leaves: string };
}

const SCHEMA = [
  "CREATE TABLE IF NOT EXISTS owner (id INTEGER PRIMARY KEY CHECK (id = 1), identity TEXT NOT NULL)",
  "CREATE TABLE IF NOT EXISTS said (subject TEXT PRIMARY KEY, content TEXT NOT NULL, final INTEGER NOT NULL) WITHOUT ROWID",
  "CREATE TABLE IF NOT EXISTS statements (leaf TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID",
  "CREATE TABLE IF NOT EXISTS batches (digest TEXT PRIMARY KEY, statements_root TEXT NOT NULL, issued_at INTEGER NOT NULL, json TEXT NOT NULL, leaves TEXT NOT NULL) WITHOUT ROWID",
  "CREATE INDEX IF NOT EXISTS batches_by_root ON batches (statements_root, issued_at)",
];

/**
 * All that a key has ever signed, modelled on EIP-3076: row by row `(lane, nonce) → message id and chain head`,
 * `(set, epoch)`, `(chain id, version)`. Rows are on the disk before a signature leaves; a row that contradicts a final one
 * is refused for ever.
 */
export class SigningHistory {
  readonly #store: Store<Tables>;
  readonly #domain: Domain;

  private constructor(store: Store<Tables>, domain: Domain) {
    this.#store = store;
    this.#domain = domain;
  }

  /**
   * Opens a history, for this process alone.
   *
   * @param file - The file, or `:memory:`.
   * @param owner - Whose history it must be.
   * @param create - Whether a missing file is begun.
   * @returns The history; throws `HistoryError` when it is missing, damaged, in use or another's.
   */
  static async open(file: string, owner: HistoryOwner, create: boolean): Promise<SigningHistory> {
    let store: Store<Tables> | undefined;
    try {
      store = openStore<Tables>({ file, create, exclusive: true, schema: SCHEMA });
      const identity = toJson(owner);
      await store.db
        .insertInto("owner")
        .values({ id: 1, identity })
        .onConflict((on) => on.doNothing())
        .execute();
      const found = await store.db.selectFrom("owner").select("identity").executeTakeFirstOrThrow();
      if (found.identity !== identity) throw new Error("it is the history of another key or domain");
      return new SigningHistory(store, owner.domain);
    } catch (error) {
      await store?.close();
      throw new HistoryError(`signing history ${file}: ${messageOf(error)}`, { cause: error });
    }
  }

  /**
   * Writes down what is about to be signed, all of it or nothing.
   *
   * @param batch - The batch.
   * @param claims - What each of its statements says.
   * @returns The batch, fit to be signed; throws `ContradictionError`, or `HistoryError` when it cannot be written.
   */
  async record(batch: SignRequest["batch"], claims: readonly Claimed[]): Promise<RecordedBatch> {
    const digest = batchDigest(this.#domain, batch);
    try {
      await this.#store.db.transaction().execute(async (transaction) => {
        for (const claim of claims) await this.#recordClaim(transaction, claim);
        const leaves = claims.map(({ statement }) => statementLeaf(statement));
        const row = {
          digest,
          statements_root: batch.statementsRoot,
          issued_at: Number(batch.issuedAt),
          json: toJson(batch),
          leaves: JSON.stringify(leaves),
        };
        await transaction
          .insertInto("batches")
          .values(row)
          .onConflict((on) => on.doNothing())
          .execute();
      });
    } catch (error) {
      if (error instanceof ContradictionError) throw error;
      throw new HistoryError(`signing history: ${messageOf(error)}`, { cause: error });
    }
    return recorded({ digest });
  }

  /**
   * @param leaf - A statement's leaf.
   * @returns The statement, if this key signed it.
   */
  async statement(leaf: Bytes32): Promise<Statement | undefined> {
    const row = await this.#store.db
      .selectFrom("statements")
      .select("json")
      .where("leaf", "=", leaf)
      .executeTakeFirst();
    return row === undefined ? undefined : parse(statementSchema, JSON.parse(row.json));
  }

  /**
   * @param page - A page that this key signed.
   * @returns Its leaves.
   */
  async leavesOf(page: Page): Promise<Bytes32[]> {
    const lane = laneId(page);
    const subjects = Array.from({ length: page.count }, (_, index) =>
      messageSubject(lane, nonceAt(page.pageIndex, index)),
    );
    const rows = await this.#store.db.selectFrom("said").selectAll().where("subject", "in", subjects).execute();
    const contents = new Map(rows.map(({ subject, content }) => [subject, content]));
    return subjects.map((subject) => parse(bytes32Schema, contents.get(subject)?.split(" ")[0]));
  }

  /**
   * @param statementsRoot - A batch's root.
   * @returns Of the batches with that root that this key signed, the one issued last, with all its statements.
   */
  async evidence(statementsRoot: Bytes32): Promise<SignRequest | undefined> {
    const row = await this.#store.db
      .selectFrom("batches")
      .selectAll()
      .where("statements_root", "=", statementsRoot)
      .orderBy("issued_at", "desc")
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const leaves: unknown = JSON.parse(row.leaves);
    const statements: Statement[] = [];
    for (const leaf of parse(bytes32Schema.array(), leaves)) {
      const statement = await this.statement(leaf);
      if (statement === undefined) throw new HistoryError(`signing history: statement ${leaf} is missing`);
      statements.push(statement);
    }
    return { batch: parse(batchSchema, JSON.parse(row.json)), statements };
  }

  /** Closes the file. */
  close(): Promise<void> {
    return this.#store.close();
  }

  async #recordClaim(transaction: Transaction<Tables>, claim: Claimed): Promise<void> {
    const { statement } = claim;
    const leaf = statementLeaf(statement);
    const final = isFinal(statement) ? 1 : 0;
    const rows = rowsOf(claim);
    const subjects = rows.map(({ subject }) => subject);
    const before = new Map(
      (await transaction.selectFrom("said").selectAll().where("subject", "in", subjects).execute()).map((row) => [
        row.subject,
        row,
      ]),
    );
    const changed = rows.filter(({ subject, content }) => {
      const said = before.get(subject);
      if (said === undefined) return true;
      if (said.content === content) return said.final < final;
      // Only a row below final yields, and only to a final one: a lane must survive a reorganisation.
      if (said.final === 1 || final === 0) throw new ContradictionError(leaf, subject);
      return true;
    });
    if (changed.length > 0) {
      await transaction
        .insertInto("said")
        .values(changed.map((row) => ({ ...row, final })))
        .onConflict((on) =>
          on.column("subject").doUpdateSet({ content: sql`excluded.content`, final: sql`excluded.final` }),
        )
        .execute();
    }
    await transaction
      .insertInto("statements")
      .values({ leaf, json: toJson(statement) })
      .onConflict((on) => on.doNothing())
      .execute();
  }
}

// The only place where a batch becomes a recorded one.
function recorded(value: { readonly digest: BatchDigest }): RecordedBatch {
  return value as RecordedBatch;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
