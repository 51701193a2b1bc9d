import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { excuseOf } from "./excuses.ts";
import { EXCUSES } from "./excuses-list.ts";
import { inRoot } from "./files.ts";
import { isOfRollup, type Mutant } from "./mutants.ts";
import type { Ledger } from "./mutation-ledger.ts";

const REPORT = "docs/reports/mutation.md";

interface Row {
  mutants: number;
  run: number;
  noticed: number;
  excused: number;
}

/** Writes docs/reports/mutation.md from what is known of all mutants. */
export function writeReport(all: readonly Mutant[], ledger: Ledger): void {
  const mutants = all.filter((mutant) => ledger.of(mutant)?.kind !== "void");
  const checks = mutants.filter(({ isCheck, path }) => isCheck && isOfRollup(path));
  const rows = rowsOf(mutants, ledger);
  const ofChecks = countOf(checks, ledger);
  const sum = countOf(mutants, ledger);
  const missed = mutants.filter((mutant) => ledger.of(mutant)?.kind === "missed" && excuseOf(mutant) === undefined);
  const text = [
    "# Mutation",
    "",
    "One small fault at a time is put into a copy of the contracts: a check that always or never holds, a statement or a",
    "modifier left out, another operator, another constant. The tests that matter to the source",
    "([which](../../scripts/checks/support/mutation-tests.ts)) run without optimizer and with few fuzz cases; one of them",
    "must fail; before, with nothing broken, all must pass. Written by `npm run mutate`.",
    "",
    "## Checks that never fire",
    "",
    "Each `require`, each `if` that reverts or refuses, and in assembly each comparison that ends or goes into a flag, of",
    "`contracts/libraries` and `contracts/rollup`, off once: one mutant for each part of its condition. `npm run mutate --",
    "--checks` runs them all.",
    "",
    ofChecks.run + ofChecks.excused === ofChecks.mutants
      ? "All were run or are excused."
      : `${ofChecks.mutants - ofChecks.run - ofChecks.excused} of them were not run.`,
    "",
    "| source | checks | run | noticed | excused |",
    "| --- | --: | --: | --: | --: |",
    ...[...rowsOf(checks, ledger), ["**all**", ofChecks] satisfies [string, Row]].map(
      ([name, { mutants: found, run, noticed, excused }]) =>
        `| ${name} | ${found} | ${run} | ${noticed} | ${excused} |`,
    ),
    "",
    "## All faults",
    "",
    `Of ${sum.mutants} mutants ${sum.excused} are excused and ${sum.run} were run (${percent(sum.run, sum.mutants - sum.excused)} of`,
    `the others); ${sum.noticed} of these were noticed (${percent(sum.noticed, sum.run)}).`,
    ...(sum.run + sum.excused < sum.mutants
      ? [
          "Not all were run: the checks that the first table counts, of the rest some sources and a sample that a hash of each mutant draws. The table says how many.",
        ]
      : []),
    "",
    "| source | mutants | excused | run | noticed |",
    "| --- | --: | --: | --: | --: |",
    ...[...rows, ["**all**", sum] satisfies [string, Row]].map(
      ([name, { mutants, run, noticed, excused }]) => `| ${name} | ${mutants} | ${excused} | ${run} | ${noticed} |`,
    ),
    "",
    ...(missed.length === 0 ? [] : ["## Not noticed", "", ...missed.map(nameOf), ""]),
    "## Excused: what no test can notice",
    "",
    ...EXCUSES.map(
      ({ path, code, changes, reason }) =>
        `- ${path.replace("contracts/", "")}, ${quoted(code)}: ${changes.map(quoted).join(", ")}. ${reason}`,
    ),
    "",
  ].join("\n");
  mkdirSync(dirname(inRoot(REPORT)), { recursive: true });
  writeFileSync(inRoot(REPORT), text);
}

function rowsOf(mutants: readonly Mutant[], ledger: Ledger): Array<[string, Row]> {
  return [...new Set(mutants.map(({ path }) => path))].map((path) => [
    path.replace("contracts/", ""),
    countOf(
      mutants.filter((mutant) => mutant.path === path),
      ledger,
    ),
  ]);
}

function countOf(mutants: readonly Mutant[], ledger: Ledger): Row {
  const open = mutants.filter((mutant) => excuseOf(mutant) === undefined);
  const verdicts = open.map((mutant) => ledger.of(mutant)).filter((verdict) => verdict !== undefined);
  return {
    mutants: mutants.length,
    run: verdicts.length,
    noticed: verdicts.filter(({ kind }) => kind === "noticed").length,
    excused: mutants.length - open.length,
  };
}

function nameOf({ path, code, change }: Mutant): string {
  return `- ${path.replace("contracts/", "")}, ${quoted(code)}: ${quoted(change)}`;
}

/** Code as Markdown has it. */
function quoted(code: string): string {
  return `\`${code}\``;
}

/** Rounded down, so that only all is 100 %. */
function percent(part: number, whole: number): string {
  return whole === 0 ? "none" : `${Math.floor((part * 100) / whole)} %`;
}
