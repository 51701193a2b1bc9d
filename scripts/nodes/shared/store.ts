import Database from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";

/** An open SQLite file, with queries typed by its tables. */
export interface Store<Tables> {
  readonly db: Kysely<Tables>;
  close(): Promise<void>;
}

/** How a store is opened. */
export interface StoreOptions {
  readonly file: string;
  /** Whether a missing file is begun; else opening fails. */
  readonly create?: boolean;
  /** Whether this process is the file's only user, for as long as it is open. */
  readonly exclusive?: boolean;
  /** Statements that make the tables, each harmless when repeated. */
  readonly schema: readonly string[];
}

/**
 * Opens a store. What a transaction wrote is on the disk once it is committed.
 *
 * @param options - File and tables.
 * @returns The store; throws SQLite's error for a file that is missing, damaged or in use.
 */
export function openStore<Tables>(options: StoreOptions): Store<Tables> {
  const { file, create = true, exclusive = false, schema } = options;
  const sqlite = new Database(file, { fileMustExist: !create && file !== ":memory:", timeout: 1_000 });
  try {
    if (exclusive) sqlite.pragma("locking_mode = EXCLUSIVE");
    sqlite.pragma("journal_mode = WAL");
    sqlite.pragma("synchronous = FULL");
    const check = sqlite.pragma("quick_check", { simple: true });
    if (check !== "ok") throw new Error(`${file} is damaged: ${String(check)}`);
    for (const statement of schema) sqlite.exec(statement);
  } catch (error) {
    sqlite.close();
    throw error;
  }
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: sqlite }) });
  return { db, close: () => db.destroy() };
}
