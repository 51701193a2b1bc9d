// Puts one small fault after the other into a copy of the contracts and runs the tests that matter: one must fail.
//   npm run mutate                     all, in hours on two cores; writes the report
//   npm run mutate -- --share 20       a fifth of them, always the same one
//   npm run mutate -- --file Inbox     those of some sources; `Inbox.sol:226` those of a line
//   npm run mutate -- --short          a few, always the same ones, for CI
// `--resume` takes over what earlier runs found out about the same sources, except what nobody noticed.
import { parseArgs } from "node:util";

import { isDeployed } from "./support/build-output.ts";
import { excuseOf, unusedExcuses } from "./support/excuses.ts";
import { type Mutant, mutantsOf, placeOf } from "./support/mutants.ts";
import { copyProject, withSource } from "./support/mutation-home.ts";
import { Ledger } from "./support/mutation-ledger.ts";
import { writeReport } from "./support/mutation-report.ts";
import { verdictOf } from "./support/mutation-tests.ts";

const WORKERS = 2;
const SHORT = 6;

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    resume: { type: "boolean", default: false },
    file: { type: "string" },
    share: { type: "string", default: "100" },
  },
});
const { short, resume, file } = values;
const share = Number(values.share);
if (!(share > 0 && share <= 100)) throw new Error(`--share is percent: ${values.share}`);

const all = mutantsOf((path) => isDeployed(path) || path.startsWith("contracts/libraries/"));
const open = all.filter((mutant) => excuseOf(mutant) === undefined);
const ledger = new Ledger(resume || file !== undefined);
const queue = chosen();
if (all.length === 0) throw new Error("there is nothing to break; is the project built?");

const problems = unusedExcuses(all).map((excuse) => `excuses nothing any more: ${excuse}`);
const count = { noticed: 0, missed: 0, void: 0 };
const started = performance.now();
const homes = Array.from({ length: Math.min(WORKERS, queue.length) }, (_, index) => copyProject(index));
await Promise.all(homes.map((home) => worker(home)));

if (!short && file === undefined) writeReport(all, ledger);
for (const problem of problems) console.log(`  ${problem}`);
const seconds = Math.round((performance.now() - started) / 1000);
console.log(
  `mutation: ${count.noticed} noticed, ${count.missed} not, ${count.void} did not compile, ` +
    `${all.length - open.length} excused, ${problems.length} problems, ${seconds} s`,
);
process.exitCode = count.missed === 0 && problems.length === 0 ? 0 : 1;

/** In an order of chance, so that a run that is interrupted is a sample too. */
function chosen(): Mutant[] {
  const wanted = open
    .filter(({ path, line }) => file === undefined || `${path}:${line}`.includes(file))
    .sort((a, b) => placeOf(a) - placeOf(b));
  if (short) return wanted.slice(0, SHORT);
  return wanted.filter((mutant) => {
    const known = resume ? ledger.of(mutant)?.kind : undefined;
    return known === "missed" || (known === undefined && placeOf(mutant) * 100 < share);
  });
}

async function worker(home: string): Promise<void> {
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const { path, line, change, source } = mutant;
    const name = `${path}:${line} ${change}`;
    try {
      const verdict = await withSource(home, path, source, () => verdictOf(home, path));
      if (!short) ledger.record(mutant, verdict);
      count[verdict.kind] += 1;
      if (verdict.kind === "missed") console.log(`✘ ${name}: nobody noticed`);
      else if (verdict.kind === "void") console.log(`- ${name}: does not compile`);
      else console.log(`✔ ${name} → ${verdict.by}`);
    } catch (error) {
      problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
