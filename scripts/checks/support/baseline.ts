import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { z } from "zod";

import { inRoot } from "./files.ts";

/** A baseline: contract → whatever others depend on. It changes only as a diff that someone reviews. */
export type Baseline = Record<string, unknown>;

/**
 * Compares what was measured with deployments/baselines/<name>.json; `--write` replaces the file instead.
 * @returns one sentence per difference
 */
export function compareWithBaseline(name: string, measured: Baseline): string[] {
  const path = inRoot("deployments", "baselines", `${name}.json`);
  const sorted = Object.fromEntries(Object.entries(measured).sort(([a], [b]) => (a < b ? -1 : 1)));
  if (process.argv.includes("--write")) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(sorted, undefined, 2) + "\n");
    return [];
  }
  const stored = existsSync(path)
    ? z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(path, "utf8")))
    : {};
  const differences = [...new Set([...Object.keys(stored), ...Object.keys(sorted)])].flatMap((key) =>
    difference(key, stored[key], sorted[key]),
  );
  if (differences.length > 0) differences.push("if this is meant: npm run check -- sizes layout --write");
  return differences;
}

function difference(key: string, before: unknown, now: unknown): string[] {
  const [was, is] = [JSON.stringify(before), JSON.stringify(now)];
  if (was === is) return [];
  if (before === undefined) return [`${key}: new, not in the baseline: ${is}`];
  if (now === undefined) return [`${key}: in the baseline, but gone`];
  if (!Array.isArray(before) || !Array.isArray(now)) return [`${key}: was ${was}, is ${is}`];
  const old = before.map((line) => JSON.stringify(line));
  const current = now.map((line) => JSON.stringify(line));
  return [
    `${key}:`,
    ...old.filter((line) => !current.includes(line)).map((line) => `  - ${line}`),
    ...current.filter((line) => !old.includes(line)).map((line) => `  + ${line}`),
  ];
}
