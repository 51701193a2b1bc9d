// Every line of contracts/ is run by a test, except doubles and interfaces. Reads coverage/lcov.info.
import { existsSync } from "node:fs";

import { inRoot, readText } from "./support/files.ts";
import { report } from "./support/report.ts";

const LCOV = "coverage/lcov.info";
if (!existsSync(inRoot(LCOV))) throw new Error(`${LCOV} is missing; \`npm run coverage\` makes it`);

const runs = new Map<string, Map<number, number>>();
let path = "";
for (const line of readText(LCOV).split("\n")) {
  if (line.startsWith("SF:")) path = line.slice("SF:".length);
  if (!line.startsWith("DA:") || !mustBeCovered(path)) continue;
  const [number = 0, hits = 0] = line.slice("DA:".length).split(",").map(Number);
  const lines = runs.get(path) ?? new Map<number, number>();
  lines.set(number, (lines.get(number) ?? 0) + hits);
  runs.set(path, lines);
}

const problems: string[] = [];
let all = 0;
let covered = 0;
for (const [file, lines] of runs) {
  const source = readText(file).split("\n");
  for (const [number, hits] of lines) {
    all += 1;
    if (hits > 0) covered += 1;
    else problems.push(`${file}:${number} ${source[number - 1]?.trim() ?? ""}`);
  }
}
if (all === 0) problems.push("no line of contracts/ was measured");
const percent = all === 0 ? 0 : Math.floor((10_000 * covered) / all) / 100;
report("coverage", `${covered} of ${all} lines of ${runs.size} sources (${percent} %)`, problems);

function mustBeCovered(file: string): boolean {
  return /^contracts\/(?!mocks\/|interfaces\/)/.test(file);
}
