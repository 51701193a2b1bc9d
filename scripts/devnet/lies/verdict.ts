import type { MessageId } from "#protocol/types.ts";

import { tokens } from "../narrator.ts";
import type { Verdict } from "../reconciliation.ts";
import type { Screen } from "../screen.ts";
import { showVerdict } from "../summary.ts";
import type { LieName } from "./names.ts";
import { percent, type Reckoning } from "./reckoning.ts";

/** How a lie ended; `--json` prints it. */
export interface LieReport {
  readonly lie: LieName;
  /** Whether exactly the guilty lost exactly what they must, and every honest message was delivered once. */
  readonly ok: boolean;
  /** Parts of 10¹⁸, and tokens. */
  readonly lost: readonly { readonly name: string; readonly wad: string; readonly tokens: string }[];
  /** Tokens in the vault. */
  readonly vault: string;
  /** Delivered though nobody sent it. */
  readonly forged: readonly MessageId[];
  readonly messages: { readonly sent: number; readonly delivered: number };
  readonly durationMs: number;
  /** What is not as it must be. */
  readonly failures: readonly string[];
}

/** What a report is made of. */
export interface LieOutcome {
  readonly lie: LieName;
  readonly reckoning: Reckoning;
  readonly verdict: Verdict;
  readonly forged: readonly MessageId[];
  readonly durationMs: number;
}

/**
 * @param outcome - What the chains say.
 * @returns The report.
 */
export function lieReport({ lie, reckoning, verdict, forged, durationMs }: LieOutcome): LieReport {
  const failures = [
    ...reckoning.contradictions,
    ...verdict.contradictions,
    ...verdict.missing.map((id) => `${id} was not delivered`),
    ...verdict.unexpected.map((id) => `${id} was delivered, and never sent`),
    ...verdict.repeated.map((id) => `${id} was delivered more than once`),
  ];
  return {
    lie,
    ok: reckoning.ok && verdict.ok,
    lost: reckoning.lost.map(({ name, wad, shares }) => ({ name, wad: wad.toString(), tokens: tokens(shares) })),
    vault: tokens(reckoning.booked),
    forged,
    messages: { sent: verdict.sent, delivered: verdict.delivered },
    durationMs,
    failures,
  };
}

/** Who paid what, whether that is right, and whether honest messages arrived. */
export function showOutcome(screen: Screen, { reckoning, verdict }: LieOutcome): void {
  screen.title("Who paid, read from the chains");
  const { ok, lost, booked, contradictions } = reckoning;
  if (lost.length > 0) {
    const rows = lost.map(({ name, wad, shares }) => [name, percent(wad), tokens(shares)]);
    screen.table(["operator", "of its stake", "tokens"], [...rows, ["the vault has", "", tokens(booked)]]);
  }
  if (ok) {
    const what =
      lost.length === 0 ? "nobody lost anything" : "exactly those who had to pay paid exactly what they had to";
    screen.line("verdict", `${what}, everybody else nothing`);
  } else {
    screen.line("failed", "the stakes are not what they must be");
    for (const text of contradictions) screen.plain(`    ${text}`);
  }
  showVerdict(screen, verdict);
}
