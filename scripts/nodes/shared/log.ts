import { pino, type Logger } from "pino";

/** Where a node writes what it does. */
export type Log = Logger;

/**
 * @param role - Which node speaks.
 * @param level - pino's level, `silent` for none.
 * @returns The node's log: one JSON document a line.
 */
export function openLog(role: string, level = "info"): Log {
  return pino({ name: role, level });
}

/** Longest reason; other nodes take a little more. */
const REASON_LENGTH = 500;

/** Says nothing. */
export const silentLog: Log = pino({ level: "silent" });

/**
 * @param error - Whatever was thrown.
 * @returns What people read.
 */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, REASON_LENGTH);
}
