// Every line of contracts/ is run by a test, except doubles and interfaces. Runs the tests of contracts on instrumented code,
// then reads coverage/lcov.info. Only lines are judged: instrumented code needs more gas, so a test that counts it may fail
// here, and whether tests pass is what `npm test` is for.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";

import { inRoot, projectFiles, readText, root } from "./support/files.ts";
import { report } from "./support/report.ts";
import { contractStories, PLAIN, solidityTests } from "./support/tests.ts";

const LCOV = "coverage/lcov.info";
/** Lines are covered by the first case or not at all. */
const effort = { FUZZ_RUNS: "16", INVARIANT_RUNS: "1" };

rmSync(inRoot(LCOV), { force: true });
const tests = ["--coverage", ...PLAIN, "test", ...solidityTests(), ...contractStories()];
const { stdout, stderr } = spawnSync("hardhat", tests, {
  cwd: root,
  encoding: "utf8",
  maxBuffer: 1 << 28,
  shell: process.platform === "win32",
  env: { ...process.env, ...effort },
});
if (!existsSync(inRoot(LCOV))) throw new Error(`${LCOV} was not written; the tests did not run:\n${stdout}${stderr}`);
const passing = /^\d+ passing.*$/m.exec(stdout)?.[0];
if (passing === undefined) throw new Error(`the tests did not come to an end:\n${stdout}${stderr}`);
console.log(`coverage: ${passing}`);

const runs = linesByFile(readText(LCOV));
const problems: string[] = [];
for (const path of projectFiles("contracts/*.sol").filter(mustBeCovered)) {
  const hasCode = /^\s*(function|constructor)\b/m.test(readText(path));
  if (hasCode && !runs.has(path)) problems.push(`${path}: was not measured`);
}

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
const percent = all === 0 ? 0 : Math.floor((10_000 * covered) / all) / 100;
report("coverage", `${covered} of ${all} lines of ${runs.size} sources (${percent} %)`, problems);

function linesByFile(lcov: string): Map<string, Map<number, number>> {
  const files = new Map<string, Map<number, number>>();
  let path = "";
  for (const line of lcov.split("\n")) {
    if (line.startsWith("SF:")) path = line.slice("SF:".length);
    if (!line.startsWith("DA:") || !mustBeCovered(path)) continue;
    const [number = 0, hits = 0] = line.slice("DA:".length).split(",").map(Number);
    const lines = files.get(path) ?? new Map<number, number>();
    lines.set(number, (lines.get(number) ?? 0) + hits);
    files.set(path, lines);
  }
  return files;
}

function mustBeCovered(file: string): boolean {
  return /^contracts\/(?!mocks\/|interfaces\/)/.test(file);
}
