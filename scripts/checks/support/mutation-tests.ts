import { spawn } from "node:child_process";
import { basename } from "node:path";

import type { Verdict } from "./mutation-ledger.ts";
import { contractStories, PLAIN, solidityTests } from "./tests.ts";

/** A place that only a rare input reaches is not guarded by its test; few cases make that visible, and the run short. */
const EFFORT = { FUZZ_RUNS: "64", NO_COLOR: "1" };

type Environment = Readonly<Record<string, string>>;

/** Unit tests take seconds: what lasts longer does not end. Stories end, because transactions have a limit. */
const LONGEST_MS = 180_000;

/** The tests that matter to a source, by their file names; without an entry: those named like the source. */
const GUARDS: Readonly<Record<string, RegExp>> = {
  Acceptance: /^Acceptance|^(Directory|Inbox)\.status|^Inbox\.(gas|skips)/,
  Announcements: /^Policy|^OperatorTables\.news|^Directory\.news/,
  BN254: /^BN254|^Certificates|^OperatorTable\.|^certificates/,
  CertificateVerifier: /^certificates|^gamma/,
  Certificates: /^Certificates|^certificates|^gamma/,
  Directory: /^Directory|^Policy\.test|^Acceptance\./,
  EpochBook: /^OperatorTables/,
  Epochs: /^Epochs|^Acceptance\.|^OperatorTables/,
  Frames: /^Frames|^Inbox\.(recipients|halfSuccess|reentrancy|delivery|privileges)/,
  Gateway: /^Gateway|^Lanes|^Policy|^typeConfusion/,
  Halts: /^Policy/,
  HubFacts: /^Acceptance|^Inbox\.confirmed|^OperatorTables|^Policy/,
  Inbox: /^Inbox|^Acceptance/,
  Interoperable: /^InteroperableAddress|^Frames|^Inbox\.delivery/,
  Messages: /^Messages|^MessageIds|^Runs|^Inbox\.(corruption|calldata)/,
  Outbox: /^Outbox|^Lanes|^Gateway/,
  PageTree: /^PageTree|^Runs|^Inbox\.corruption/,
  Policy: /^Policy|^Gateway/,
  Statements: /^Statements|^Acceptance|^OperatorTables/,
  Status: /^Directory|^Acceptance/,
};

const BUILD = ["build", "--no-tests"];
const STORIES = ["test", "mocha", "--no-compile", "--bail"];

/** The tests that matter to a source, the quick ones first, as commands. */
function stepsOf(path: string): string[][] {
  const name = basename(path, ".sol");
  const guards = GUARDS[name] ?? new RegExp(`^${name}`);
  const isOwn = (test: string): boolean => basename(test) === `${name}.t.sol`;
  const isGuard = (test: string): boolean => guards.test(basename(test)) && !isOwn(test);
  const [own, units] = [solidityTests().filter(isOwn), solidityTests().filter(isGuard)];
  const stories = contractStories().filter(isGuard);
  return [
    ...[own, units].filter(({ length }) => length > 0).map((files) => ["test", "solidity", ...files]),
    ...(stories.length === 0 ? [] : [BUILD, [...STORIES, ...stories]]),
  ];
}

/** Runs the tests that matter to a changed source in a copy until one fails. */
export async function verdictOf(home: string, changed: string): Promise<Verdict> {
  return firstNoticed(home, stepsOf(changed));
}

/** The same for a check that is turned off in what is built already: first the stories in which it fired. */
export async function verdictOfSwitched(
  home: string,
  path: string,
  environment: Environment,
  firings: ReadonlySet<string>,
): Promise<Verdict> {
  const steps = stepsOf(path).filter((step) => step !== BUILD);
  const [units, stories] = [steps.filter((step) => !isStory(step)), steps.filter(isStory)];
  if (firings.size === 0) return firstNoticed(home, units, environment);
  const titles = [...firings].slice(0, 4).map((title) => title.replace(/[^\w\s]/g, "\\$&"));
  const likely = stories.map((step) => [...step, "--grep", titles.join("|")]);
  return firstNoticed(home, [...likely, ...units, ...stories], environment);
}

async function firstNoticed(home: string, steps: string[][], environment?: Environment): Promise<Verdict> {
  for (const step of steps) {
    const { verdict } = await run(home, [...PLAIN, ...step], environment);
    if (verdict.kind !== "missed") return verdict;
  }
  return { kind: "missed" };
}

/** The same tests with as few commands. */
function together(steps: string[][]): string[][] {
  const filesOf = (some: string[][]): string[] => [...new Set(some.flat().filter((word) => word.startsWith("test/")))];
  const units = filesOf(steps.filter((step) => !isStory(step)));
  const stories = filesOf(steps.filter(isStory));
  return [
    ...(units.length === 0 ? [] : [["test", "solidity", ...units]]),
    ...(stories.length === 0 ? [] : [BUILD, [...STORIES, ...stories]]),
  ];
}

function isStory(step: string[]): boolean {
  return step.includes("mocha");
}

/** Compiles all contracts of a copy, and nothing else. */
export async function build(home: string): Promise<void> {
  const { code, output } = await execute(home, [...PLAIN, ...BUILD], {});
  if (code !== 0) throw new Error(`with nothing broken, it does not compile:\n${output.slice(-4_000)}`);
}

/**
 * The same tests, in a copy in which nothing is broken: all must pass, or that one fails later would mean nothing.
 * @returns what they said
 */
export async function mustPass(home: string, paths: readonly string[], environment?: Environment): Promise<string> {
  let said = "";
  for (const step of together(paths.flatMap(stepsOf))) {
    const { verdict, output } = await run(home, [...PLAIN, ...step], environment);
    if (verdict.kind === "noticed") throw new Error(`with nothing broken, this fails: ${verdict.by}`);
    if (verdict.kind === "void") throw new Error(`with nothing broken, it does not compile:\n${output.slice(-4_000)}`);
    said += output;
  }
  return said;
}

interface Run {
  verdict: Verdict;
  output: string;
}

async function run(home: string, args: string[], environment: Environment = {}): Promise<Run> {
  const { code, output } = await execute(home, args, environment);
  const found = (verdict: Verdict): Run => ({ verdict, output });
  if (code === 0) return found({ kind: "missed" });
  if (code === undefined && args.includes("solidity"))
    return found({ kind: "noticed", by: "a test that does not end" });
  if (code === undefined || output.includes("Timeout of")) throw new Error("the machine was too slow to tell");
  const title = /^\s+1\) (.+)$/m.exec(output)?.[1];
  if (title !== undefined) return found({ kind: "noticed", by: title.trim() });
  if (output.includes("Compilation failed")) return found({ kind: "void" });
  throw new Error(`no test failed, but the run did:\n${output.slice(-4_000)}`);
}

interface Outcome {
  code: number | null | undefined;
  output: string;
}

function execute(cwd: string, args: string[], environment: Environment): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...EFFORT, ...environment };
    const child = spawn("hardhat", args, { cwd, stdio: ["ignore", "pipe", "pipe"], env });
    let output = "";
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, LONGEST_MS);
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code: late ? undefined : code, output });
    });
  });
}
