import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

import { expect } from "chai";

const BASELINE = "deployments/baselines/gas.json";

/** One row of what messages must cost. */
interface Row {
  readonly work: string;
  readonly gas: number;
  readonly target?: number;
  readonly peer?: string;
}

/** Rows above their target, why, and what to try next. A row that misses its target and is not named here fails. */
const MISSED = new Map([
  [
    "one message of 256 B, root already stored",
    "4 cold slots, a cold recipient and 16 400 of calldata leave 15 000 for the work; next: read source, epoch and stored batch as packed words, without the structs in memory",
  ],
  [
    "certificate + 10 messages of 256 B, per message",
    "a frame's own call is dispatched among 36 functions, and OpenZeppelin's proof costs 140 a level; next: a fallback that knows frames only",
  ],
]);

const rows: Row[] = [];

/** Remembers a row, and holds it to its target. */
export function record(work: string, gas: number, target?: number, peer?: string): void {
  rows.push({ work, gas, ...(target === undefined ? {} : { target }), ...(peer === undefined ? {} : { peer }) });
  if (target !== undefined)
    expect(gas > target, `${work}: ${String(gas)} of ${String(target)}`).to.equal(MISSED.has(work));
}

/** Prints all rows. */
export function printTable(): void {
  const grouped = (gas: number | undefined) =>
    gas === undefined ? "" : gas.toLocaleString("fr-FR").replace(/\s/g, " ");
  console.log(`\n${"work".padEnd(66)}${"gas".padStart(10)}${"at most".padStart(10)}   best peers, measured`);
  for (const { work, gas, target, peer } of rows) {
    console.log(`${work.padEnd(66)}${grouped(gas).padStart(10)}${grouped(target).padStart(10)}   ${peer ?? ""}`);
  }
  for (const [work, reason] of MISSED) console.log(`above its target: ${work}: ${reason}`);
}

/** Holds all rows to what they were; `GAS_BASELINE=write` accepts what they are. */
export function compareWithBaseline(): void {
  const measured = Object.fromEntries(rows.map(({ work, gas }) => [work, gas]));
  if (process.env.GAS_BASELINE === "write" || !existsSync(BASELINE)) {
    mkdirSync("deployments/baselines", { recursive: true });
    writeFileSync(BASELINE, `${JSON.stringify(measured, null, 2)}\n`);
    return;
  }
  expect(measured, `differs from ${BASELINE}; GAS_BASELINE=write npm run gas accepts it`).to.deep.equal(
    JSON.parse(readFileSync(BASELINE, "utf8")),
  );
}
