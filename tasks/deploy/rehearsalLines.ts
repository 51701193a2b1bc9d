import { formatEther, formatUnits } from "ethers";

import type { PhaseCost, PhaseReport } from "#deploy/rehearse/costs.ts";
import type { Rehearsal } from "#deploy/rehearse/rehearse.ts";
import { toJson } from "#protocol/schemas.ts";

import { span } from "../shared/time.ts";
import { ether } from "./lines.ts";

/** A rehearsal as one JSON document. */
export function rehearsalDocument(network: string, on: string, { prices, ...rehearsal }: Rehearsal): string {
  const totals = totalsOf(rehearsal.phases).map((total) => ({ ...total, ...prices.get(total.chain) }));
  return toJson({ network, on, ...rehearsal, totals, seconds: secondsOf(rehearsal.phases) });
}

/** A rehearsal for people. */
export function rehearsalLines(title: string, { phases, prices, loss, rotations, retired }: Rehearsal): string[] {
  const { liars, collected, expected, token } = loss;
  const rows = [
    ["phase", "chain", "transactions", "gas", "cost", "sent along"],
    ...phases.flatMap(({ phase, costs }) => costs.map((cost, at) => row(at === 0 ? phase : "", cost))),
    ["", "", "", "", "", ""],
    ...totalsOf(phases).map((total, at) => row(at === 0 ? "together" : "", total)),
  ];
  return [
    `${title}: all went as it should`,
    "",
    ...table(rows),
    "",
    ...phases.flatMap(({ phase, waits }) => waits.map(({ what, seconds }) => `${phase}: ${span(seconds)} for ${what}`)),
    `together ${span(secondsOf(phases))} of delays; ${rotations} epochs were built and carried meanwhile (upkeep)`,
    "",
    `${liars.length} liars had ${formatEther(expected)} tokens to lose, and the vault has ${formatEther(collected)} of ${token}`,
    `${retired} is retired`,
    ...[...prices].map(
      ([chain, { price, isLive }]) =>
        `${chain}: at ${formatUnits(price, "gwei")} gwei, ${isLive ? "as of now" : "assumed"}`,
    ),
    "not counted: what rollups charge for data on the hub, and operators' stake",
  ];
}

function row(phase: string, { chain, transactions, gas, cost, value }: PhaseCost): string[] {
  return [phase, chain, String(transactions), grouped(gas), ether(cost), value === 0n ? "" : ether(value)];
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((cells) => cells[at]?.length ?? 0)));
  const isText = (at: number) => at < 2;
  return rows.map((cells) =>
    cells
      .map((cell, at) => (isText(at) ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

function totalsOf(phases: readonly PhaseReport[]): PhaseCost[] {
  const totals = new Map<string, PhaseCost>();
  for (const { chain, ...cost } of phases.flatMap(({ costs }) => costs)) {
    const { transactions = 0, gas = 0n, cost: paid = 0n, value = 0n } = totals.get(chain) ?? {};
    totals.set(chain, {
      ...{ chain, transactions: transactions + cost.transactions, gas: gas + cost.gas },
      ...{ cost: paid + cost.cost, value: value + cost.value },
    });
  }
  return [...totals.values()];
}

function secondsOf(phases: readonly PhaseReport[]): bigint {
  return phases.reduce((sum, { seconds }) => sum + seconds, 0n);
}

function grouped(value: bigint): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, " ");
}
