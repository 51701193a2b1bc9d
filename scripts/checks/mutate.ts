// Puts one small fault after the other into a copy of the contracts and runs the tests that matter: one must fail.
//   npm run mutate                     all, in hours on two cores; writes the report
//   npm run mutate -- --share 20       a fifth of them, always the same one
//   npm run mutate -- --file Inbox     those of some sources; `Inbox.sol:226` those of a line
//   npm run mutate -- --checks         each check of contracts/{libraries,rollup} off once; with `--file` those of some
//   npm run mutate -- --short          a few, always the same ones, for CI
// `--resume` takes over what earlier runs found out about the same sources, except what nobody noticed.
import { basename } from "node:path";
import { parseArgs } from "node:util";

import { isDeployed } from "./support/build-output.ts";
import { excuseOf, unusedExcuses } from "./support/excuses.ts";
import { isOfRollup, type Mutant, mutantsOf, placeOf } from "./support/mutants.ts";
import { copyProject, withSource } from "./support/mutation-home.ts";
import { Ledger, type Verdict } from "./support/mutation-ledger.ts";
import { writeReport } from "./support/mutation-report.ts";
import { environmentOf, firingsIn, writeSwitches } from "./support/mutation-switches.ts";
import { build, mustPass, verdictOf, verdictOfSwitched } from "./support/mutation-tests.ts";

const SHORT = 6;
/** From how many checks on a build with switches, which takes longer once, spares time. */
const WORTH_SWITCHES = 4;
/** What no message is safe without comes first. */
const FIRST =
  "Inbox Outbox Gateway CertificateVerifier PageTree Messages Statements Certificates BN254 OperatorTable Acceptance Epochs Frames";

const { values } = parseArgs({
  options: {
    checks: { type: "boolean", default: false },
    short: { type: "boolean", default: false },
    resume: { type: "boolean", default: false },
    file: { type: "string" },
    workers: { type: "string", default: "2" },
    share: { type: "string", default: "100" },
  },
});
const { short, resume, file, checks } = values;
const [share, workers] = [Number(values.share), Number(values.workers)];
if (!(share > 0 && share <= 100)) throw new Error(`--share is percent: ${values.share}`);

const all = mutantsOf((path) => isDeployed(path) || path.startsWith("contracts/libraries/"));
if (all.length === 0) throw new Error("there is nothing to break; is the project built?");
const open = all.filter((mutant) => excuseOf(mutant) === undefined);
const ledger = new Ledger(resume || checks || file !== undefined);
const switchable = open.filter(({ path, switched }) => switched !== undefined && isOfRollup(path));

const problems = unusedExcuses(all).map((excuse) => `excuses nothing any more: ${excuse}`);
const count = { noticed: 0, missed: 0, void: 0 };
const started = performance.now();
const chosen = checks ? chosenChecks() : chosenMutants();
const several = chosen.filter((mutant) => switchable.includes(mutant));
const isSwitched = (mutant: Mutant): boolean => several.length >= WORTH_SWITCHES && several.includes(mutant);
await inCopies(chosen.filter(isSwitched), true);
await inCopies(
  chosen.filter((mutant) => !isSwitched(mutant)),
  false,
);

if (!short && file === undefined) writeReport(all, ledger);
for (const problem of problems) console.log(`  ${problem}`);
const seconds = Math.round((performance.now() - started) / 1000);
console.log(
  `mutation: ${count.noticed} noticed, ${count.missed} not, ${count.void} did not compile, ` +
    `${all.length - open.length} excused, ${problems.length} problems, ${seconds} s`,
);
process.exitCode = count.missed === 0 && problems.length === 0 ? 0 : 1;

/** In an order of chance, so that a run that is interrupted is a sample too. */
function chosenMutants(): Mutant[] {
  const wanted = open
    .filter(({ path, line }) => file === undefined || `${path}:${line}`.includes(file))
    .sort((a, b) => placeOf(a) - placeOf(b));
  if (short) return wanted.filter((mutant) => switchable.includes(mutant)).slice(0, SHORT);
  return wanted.filter((mutant) => {
    const known = resume ? ledger.of(mutant)?.kind : undefined;
    return known === "missed" || (known === undefined && placeOf(mutant) * 100 < share);
  });
}

/** The whole class, or what of it is not known yet: what matters most first, source by source. */
function chosenChecks(): Mutant[] {
  const order = FIRST.split(" ");
  const rankOf = ({ path }: Mutant): number => {
    const place = order.indexOf(basename(path, ".sol"));
    return place === -1 ? order.length : place;
  };
  return open
    .filter(
      ({ isCheck, path, line }) =>
        isCheck && isOfRollup(path) && (file === undefined || `${path}:${line}`.includes(file)),
    )
    .filter((mutant) => !resume || ledger.of(mutant)?.kind !== "noticed")
    .sort((a, b) => rankOf(a) - rankOf(b));
}

async function inCopies(queue: Mutant[], switched: boolean): Promise<void> {
  // What is switched is built once, and its tests must pass once.
  const sources = [...new Set(queue.map(({ path }) => path))];
  const noting = switched ? environmentOf(undefined) : {};
  const baselines = new Map<string, Promise<string>>();
  const names = Array.from(
    { length: Math.min(workers, queue.length) },
    (_, index) => `${switched ? "switched" : ""}${index}`,
  );
  await Promise.all(
    names.map(async (name) => {
      const home = copyProject(name);
      if (switched) writeSwitches(home, switchable);
      if (switched) await build(home);
      for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
        const { path, line, change } = mutant;
        try {
          const baseline = baselines.get(switched ? "" : path) ?? mustPass(home, switched ? sources : [path], noting);
          baselines.set(switched ? "" : path, baseline);
          const said = await baseline;
          note(mutant, await judged(home, mutant, switched ? firingsIn(said) : undefined));
        } catch (error) {
          problems.push(`${path}:${line} ${change}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    }),
  );
}

function judged(home: string, mutant: Mutant, firings: ReturnType<typeof firingsIn> | undefined): Promise<Verdict> {
  const { path, source } = mutant;
  if (firings === undefined) return withSource(home, path, source, () => verdictOf(home, path));
  const index = switchable.indexOf(mutant);
  return verdictOfSwitched(home, path, environmentOf(index), firings.get(index) ?? new Set());
}

function note(mutant: Mutant, verdict: Verdict): void {
  const name = `${mutant.path}:${mutant.line} ${mutant.change}`;
  if (!short) ledger.record(mutant, verdict);
  count[verdict.kind] += 1;
  if (verdict.kind === "missed") console.log(`✘ ${name}: nobody noticed`);
  else if (verdict.kind === "void") console.log(`- ${name}: does not compile`);
  else console.log(`✔ ${name} → ${verdict.by}`);
}
