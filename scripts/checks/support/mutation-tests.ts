import { spawn } from "node:child_process";
import { basename } from "node:path";

import type { Verdict } from "./mutation-ledger.ts";
import { contractStories, PLAIN, solidityTests } from "./tests.ts";

/** A place that only a rare input reaches is not guarded by its test; few cases make that visible, and the run short. */
const EFFORT = { FUZZ_RUNS: "64", NO_COLOR: "1" };

/** Unit tests take seconds: what lasts longer does not end. Stories end, because transactions have a limit. */
const LONGEST_MS = 180_000;

/** The tests that matter to a source, by their file names; without an entry: those named like the source. */
const GUARDS: Readonly<Record<string, RegExp>> = {
  Acceptance: /^Acceptance|^(Directory|Inbox)\.status|^Inbox\.(gas|skips)/,
  BN254: /^BN254|^Certificates|^OperatorTable\.|^certificates/,
  CertificateVerifier: /^certificates|^gamma/,
  Certificates: /^Certificates|^certificates|^gamma/,
  Directory: /^Directory|^Policy\.test|^Acceptance\./,
  Epochs: /^Epochs|^Acceptance\.|^OperatorTables/,
  Frames: /^Frames|^Inbox\.(recipients|halfSuccess|reentrancy|delivery|privileges)/,
  Gateway: /^Gateway|^Lanes|^Policy|^typeConfusion/,
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

/**
 * Runs the tests that matter to a changed source in a copy, the quick ones first, until one fails. That all of them pass
 * with nothing changed, on the same build, coverage shows.
 */
export async function verdictOf(home: string, changed: string): Promise<Verdict> {
  const name = basename(changed, ".sol");
  const guards = GUARDS[name] ?? new RegExp(`^${name}`);
  const isOwn = (path: string): boolean => basename(path) === `${name}.t.sol`;
  const isGuard = (path: string): boolean => guards.test(basename(path)) && !isOwn(path);
  const [own, units] = [solidityTests().filter(isOwn), solidityTests().filter(isGuard)];
  const stories = contractStories().filter(isGuard);
  const steps = [
    ...[own, units].filter(({ length }) => length > 0).map((files) => ["test", "solidity", ...files]),
    ...(stories.length === 0
      ? []
      : [
          ["build", "--no-tests"],
          ["test", "mocha", "--no-compile", "--bail", ...stories],
        ]),
  ];
  for (const step of steps) {
    const verdict = await run(home, [...PLAIN, ...step]);
    if (verdict.kind !== "missed") return verdict;
  }
  return { kind: "missed" };
}

async function run(home: string, args: string[]): Promise<Verdict> {
  const { code, output } = await execute(home, args);
  if (code === 0) return { kind: "missed" };
  if (code === undefined && args.includes("solidity")) return { kind: "noticed", by: "a test that does not end" };
  if (code === undefined || output.includes("Timeout of")) throw new Error("the machine was too slow to tell");
  const title = /^\s+1\) (.+)$/m.exec(output)?.[1];
  if (title !== undefined) return { kind: "noticed", by: title.trim() };
  if (output.includes("Compilation failed")) return { kind: "void" };
  throw new Error(`no test failed, but the run did:\n${output.slice(-4_000)}`);
}

function execute(cwd: string, args: string[]): Promise<{ code: number | null | undefined; output: string }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...EFFORT };
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
