import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { z } from "zod";

import { inRoot } from "./files.ts";
import { fingerprint, type Mutant } from "./mutants.ts";

const LEDGER = inRoot("cache", "mutation", "ledger.json");

const verdict = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("noticed"), by: z.string() }),
  z.object({ kind: z.literal("missed") }),
  /** Does not compile, hence is no mutant. */
  z.object({ kind: z.literal("void") }),
]);
export type Verdict = z.infer<typeof verdict>;

/** What became of each mutant, kept in a file after each, so that a run that was interrupted can be resumed. */
export class Ledger {
  readonly #verdicts: Map<string, Verdict>;

  /** @param resumed Whether what earlier runs found out about the same sources still counts. */
  constructor(resumed: boolean) {
    const kept: unknown = resumed && existsSync(LEDGER) ? JSON.parse(readFileSync(LEDGER, "utf8")) : {};
    this.#verdicts = new Map(Object.entries(z.record(z.string(), verdict).parse(kept)));
  }

  of(mutant: Mutant): Verdict | undefined {
    return this.#verdicts.get(fingerprint(mutant));
  }

  record(mutant: Mutant, found: Verdict): void {
    this.#verdicts.set(fingerprint(mutant), found);
    mkdirSync(dirname(LEDGER), { recursive: true });
    writeFileSync(LEDGER, JSON.stringify(Object.fromEntries(this.#verdicts), undefined, 1));
  }
}
