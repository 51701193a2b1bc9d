import type { Generated } from "kysely";

/** A statement, and where it was seen first. */
export interface StatementRow {
  leaf: string;
  subject: string;
  slot: number;
  content: string;
  final: number;
  json: string;
  truth: string;
  compared: number;
  tried: number;
  glimpse: string | null;
  chain_id: string;
  block_number: number;
  seen_at: number;
}

/** The tables of a watcher's file. */
export interface Tables {
  certificates: { id: string; root: string; issued_at: number; bps: number; json: string };
  statements: StatementRow;
  said: { root: string; leaf: string; proof: string; seen_at: number };
  cursors: { name: string; value: number };
  deeds: {
    id: Generated<number>;
    key: string;
    kind: string;
    subject: string;
    chain_id: string;
    block_number: number;
    is_over: number;
    json: string;
  };
  steps: {
    seq: Generated<number>;
    deed: number;
    at: number;
    chain_id: string;
    block_number: number;
    stage: string;
    mark: string;
    detail: string;
    hash: string | null;
  };
  refutations: { hash: string; subject: string; json: string; chain_id: string; block_number: number };
}

/** Statements that make them. */
export const SCHEMA = [
  "CREATE TABLE IF NOT EXISTS certificates (id TEXT PRIMARY KEY, root TEXT NOT NULL, issued_at INTEGER NOT NULL, bps INTEGER NOT NULL, json TEXT NOT NULL) WITHOUT ROWID",
  "CREATE INDEX IF NOT EXISTS certificates_by_root ON certificates (root)",
  "CREATE TABLE IF NOT EXISTS statements (leaf TEXT PRIMARY KEY, subject TEXT NOT NULL, slot INTEGER NOT NULL, content TEXT NOT NULL, final INTEGER NOT NULL, json TEXT NOT NULL, truth TEXT NOT NULL, compared INTEGER NOT NULL, tried INTEGER NOT NULL, glimpse TEXT, chain_id TEXT NOT NULL, block_number INTEGER NOT NULL, seen_at INTEGER NOT NULL) WITHOUT ROWID",
  "CREATE INDEX IF NOT EXISTS statements_by_subject ON statements (subject, slot, content)",
  "CREATE INDEX IF NOT EXISTS statements_by_truth ON statements (truth, tried)",
  "CREATE TABLE IF NOT EXISTS said (root TEXT NOT NULL, leaf TEXT NOT NULL, proof TEXT NOT NULL, seen_at INTEGER NOT NULL, PRIMARY KEY (leaf, root)) WITHOUT ROWID",
  "CREATE TABLE IF NOT EXISTS cursors (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
  "CREATE TABLE IF NOT EXISTS deeds (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, subject TEXT NOT NULL, chain_id TEXT NOT NULL, block_number INTEGER NOT NULL, is_over INTEGER NOT NULL, json TEXT NOT NULL)",
  "CREATE INDEX IF NOT EXISTS deeds_by_subject ON deeds (subject)",
  "CREATE TABLE IF NOT EXISTS steps (seq INTEGER PRIMARY KEY, deed INTEGER NOT NULL, at INTEGER NOT NULL, chain_id TEXT NOT NULL, block_number INTEGER NOT NULL, stage TEXT NOT NULL, mark TEXT NOT NULL, detail TEXT NOT NULL, hash TEXT, UNIQUE (deed, stage, mark))",
  "CREATE TABLE IF NOT EXISTS refutations (hash TEXT PRIMARY KEY, subject TEXT NOT NULL, json TEXT NOT NULL, chain_id TEXT NOT NULL, block_number INTEGER NOT NULL) WITHOUT ROWID",
  "CREATE INDEX IF NOT EXISTS refutations_by_subject ON refutations (subject)",
];
