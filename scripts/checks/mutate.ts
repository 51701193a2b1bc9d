// Switches off one `require` after the other, each in a copy of the project, and runs the tests: one must fail.
// `--short` takes a few of them, others each day; `--only Inbox` takes one source; a full run writes the report.
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

import { inRoot, projectFiles } from "./support/files.ts";
import { type Mutant, mutantsOf } from "./support/mutants.ts";

const REPORT = "docs/reports/mutation.md";
const TARGETS = /^contracts\/(rollup\/(Gateway|Outbox|Inbox|CertificateVerifier)|libraries\/\w+)\.sol$/;
const WORKERS = 2;
const SHORT = WORKERS;
/** What runs contracts; the rest of the TypeScript tests cannot notice. */
const STORIES = projectFiles("test/*.test.ts").filter((path) =>
  /^test\/(rollup|libraries|hub|bridges|e2e)\//.test(path),
);
/** A require that only a rare input reaches is not guarded by its test; few cases make that visible, and the run short. */
const effort = { FUZZ_RUNS: "64", INVARIANT_RUNS: "4" };

interface Outcome {
  mutant: Mutant;
  /** Title of the first test that failed; undefined if all passed. */
  killer: string | undefined;
}

const { values } = parseArgs({ options: { short: { type: "boolean", default: false }, only: { type: "string" } } });

const all = mutantsOf((path) => TARGETS.test(path) && (values.only === undefined || path.includes(values.only)));
const chosen = values.short ? pick(all, SHORT) : all;
if (chosen.length === 0) throw new Error("there is nothing to break; is the project built?");

let stories: Promise<unknown> = Promise.resolve();
const homes = Array.from({ length: Math.min(WORKERS, chosen.length) }, (_, index) => copyProject(index));
if (!values.short) {
  const sound = await test(homes[0] ?? "");
  if (sound.code !== 0) throw new Error(`the tests fail with nothing broken:\n${sound.output}`);
}

const queue = [...chosen];
const outcomes: Outcome[] = [];
await Promise.all(homes.map((home) => worker(home)));

const survivors = outcomes.filter(({ killer }) => killer === undefined);
if (!values.short && values.only === undefined) writeReport();
console.log(`mutation: ${outcomes.length - survivors.length} noticed, ${survivors.length} not`);
process.exitCode = survivors.length === 0 ? 0 : 1;

async function worker(home: string): Promise<void> {
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    writeFileSync(join(home, mutant.path), mutant.source);
    const { code, output } = await test(home);
    copyFileSync(inRoot(mutant.path), join(home, mutant.path));
    if (/HHE\d+: Compilation failed/.test(output)) throw new Error(`${mutant.path}:${mutant.line}:\n${output}`);
    const killer = code === 0 ? undefined : (/^\s+1\) (.+)$/m.exec(output)?.[1] ?? "the run as a whole");
    outcomes.push({ mutant, killer });
    const mark = killer === undefined ? "✘ not noticed" : "✔";
    console.log(
      `${mark} ${mutant.path}:${mutant.line} ${mutant.condition}${killer === undefined ? "" : ` → ${killer}`}`,
    );
  }
}

/** Solidity first; stories, which open ports, one at a time and only if nothing failed yet. */
async function test(home: string): Promise<{ code: number | null; output: string }> {
  const quick = await run(home, ["hardhat", "test", "solidity"]);
  if (quick.code !== 0) return quick;
  const mine = stories.then(() => run(home, ["hardhat", "test", "mocha", "--bail", ...STORIES]));
  stories = mine;
  return mine;
}

function run(cwd: string, [program = "", ...args]: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...effort } });
    let output = "";
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code, output });
    });
  });
}

/** A copy that shares nothing but the installed packages, so that the working tree is never broken. */
function copyProject(index: number): string {
  const home = inRoot("cache", "mutation", String(index));
  rmSync(home, { recursive: true, force: true });
  for (const path of projectFiles()) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    copyFileSync(inRoot(path), join(home, path));
  }
  symlinkSync(inRoot("node_modules"), join(home, "node_modules"));
  return home;
}

/** Spread over the list, and moved on by a day's number, so that in time all have their turn. */
function pick(mutants: Mutant[], count: number): Mutant[] {
  const day = Math.floor(Date.now() / 86_400_000);
  const step = Math.max(1, Math.floor(mutants.length / count));
  return Array.from({ length: Math.min(count, mutants.length) }, (_, index) =>
    mutants.at((day + index * step) % mutants.length),
  ).filter((mutant) => mutant !== undefined);
}

function writeReport(): void {
  const rows = outcomes
    .sort((a, b) => a.mutant.path.localeCompare(b.mutant.path) || a.mutant.line - b.mutant.line)
    .map(({ mutant, killer }) => {
      const noticed = killer === undefined ? "**nobody**" : killer.replaceAll("|", "\\|");
      return `| ${mutant.path} | \`${mutant.condition.replaceAll("|", "\\|")}\` | ${noticed} |`;
    });
  const text = [
    "# Mutation",
    "",
    "Each `require` below was switched off once, alone. The last column is the first test that failed. Written by",
    "`npm run mutate`.",
    "",
    `${outcomes.length} broken, ${outcomes.length - survivors.length} noticed.`,
    "",
    "| source | condition | noticed by |",
    "| --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
  mkdirSync(dirname(inRoot(REPORT)), { recursive: true });
  writeFileSync(inRoot(REPORT), text);
}
