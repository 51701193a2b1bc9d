import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { z } from "zod";

import { LIE_NAMES, liesNamed, type LieName } from "./names.ts";

// Shows all lies, or those that are named, and says in one line each how it ended. Two devnets at a time, or one (`--single`), each in a process
// of its own, which shows one lie after the other; the hubs behave as two releases of EigenLayer.

const RELEASES = ["1.13", "1.5"] as const;
/** No lie takes as long; a devnet that hangs must not hang whoever waits for it. */
const MOST_MS_EACH = 300_000;

const reportSchema = z.looseObject({
  lie: z.enum(LIE_NAMES),
  ok: z.boolean(),
  lost: z.array(z.object({ name: z.string(), tokens: z.string() })),
  vault: z.string(),
  messages: z.object({ sent: z.number(), delivered: z.number() }),
  durationMs: z.number(),
});

const folder = mkdtempSync(join(tmpdir(), "parley-lies-"));

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: { single: { type: "boolean" } }, allowPositionals: true });
  const names = positionals.length > 0 ? liesNamed(positionals.join(",")) : [...LIE_NAMES];
  // Every other one: those that wait for the court are not all in one process.
  const shares = RELEASES.map((_, at) => names.filter((_name, index) => index % RELEASES.length === at));
  const running: Promise<number>[] = [];
  for (const [at, share] of shares.entries()) {
    // Each builds first, and two that build at the same moment spoil each other's cache: the next begins when this one shows something.
    await new Promise<void>((begun) => {
      const shown = showShare(share, RELEASES[at] ?? RELEASES[0], values.single === true ? () => undefined : begun);
      running.push(shown.finally(begun));
    });
  }
  const failed = await Promise.all(running);
  const sum = failed.reduce((total, one) => total + one, 0);
  process.stdout.write(`lies: ${names.length - sum} ended as they must, ${sum} did not\n`);
  return sum === 0 ? 0 : 1;
}

// How many did not end as they must; `onBegun` hears when the first devnet is being started.
async function showShare(names: readonly LieName[], release: string, onBegun: () => void): Promise<number> {
  if (names.length === 0) return 0;
  const ended = new Set<LieName>();
  const child = spawn(
    "hardhat",
    [
      ...["devnet", "--once", "--json", "--fault", names.join(","), "--port-base", "0"],
      ...["--eigenlayer", release, "--deployment", join(folder, `${release}.json`)],
    ],
    { stdio: ["ignore", "pipe", "pipe"], timeout: MOST_MS_EACH * names.length },
  );
  const lines: string[] = [];
  let rest = "";
  child.stderr.on("data", (part: Buffer) => {
    lines.push(part.toString());
    if (part.includes("A hub and three rollups")) onBegun();
  });
  child.stdout.on("data", (part: Buffer) => {
    const [last = "", ...whole] = `${rest}${part.toString()}`.split("\n").reverse();
    rest = last;
    for (const line of whole.reverse()) {
      const report = parse(line);
      if (report === undefined) continue;
      if (report.ok) ended.add(report.lie);
      process.stdout.write(`${described(report, release)}\n`);
    }
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const failed = names.filter((name) => !ended.has(name));
  // Whatever did not end has told why, further down; the exit code counts too.
  if (failed.length > 0 || code !== 0) {
    process.stdout.write(lines.join(""));
    for (const name of failed) process.stdout.write(`${name.padEnd(15)} failed\n`);
  }
  return code === 0 ? failed.length : Math.max(1, failed.length);
}

function parse(line: string): z.output<typeof reportSchema> | undefined {
  try {
    return reportSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function described({ lie, ok, lost, vault, messages, durationMs }: z.output<typeof reportSchema>, release: string) {
  const paid = lost.map(({ name, tokens }) => `${name.replace("operator ", "#")} ${tokens}`).join(", ");
  return [
    ...[lie.padEnd(15), ok ? "as it must" : "NOT as it must", `EigenLayer ${release.padEnd(4)}`],
    `${(durationMs / 1_000).toFixed(0).padStart(3)} s`,
    `${messages.delivered} of ${messages.sent} messages`,
    paid === "" ? "nobody paid" : `paid: ${paid}; in the vault ${vault}`,
  ].join("  ");
}

try {
  process.exitCode = await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
