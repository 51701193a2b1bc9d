import type { Hex } from "#protocol/types.ts";

/** A part of a network's life, in its order. */
export const PHASES = [
  "hub",
  "operator sets",
  "operators",
  "first table",
  "rollups",
  "registry",
  "upkeep",
  "entries",
  "message",
  "fault",
  "slash",
  "drain",
] as const;
/** One of {@link PHASES}. */
export type Phase = (typeof PHASES)[number];

/** A transaction that would be paid for. */
export interface Booked {
  readonly phase: Phase;
  /** `hub`, or a rollup's name. */
  readonly chain: string;
  readonly hash: Hex;
}

/** Time that would pass. */
export interface Waited {
  readonly phase: Phase;
  readonly what: string;
  readonly seconds: bigint;
}

/** What a rehearsal books: every transaction of a phase, and every delay. What is sent in no phase is a preparation, and free. */
export class Ledger {
  readonly booked: Booked[] = [];
  readonly waited: Waited[] = [];
  readonly #report: (phase: Phase) => void;
  readonly #begun = new Set<Phase>();
  #phase: Phase | undefined;

  /** @param report - Told of every phase that begins. */
  constructor(report: (phase: Phase) => void) {
    this.#report = report;
  }

  /**
   * @param phase - What is done.
   * @param work - Does it.
   * @returns What the work returns.
   */
  async during<T>(phase: Phase, work: () => Promise<T>): Promise<T> {
    const before = this.#phase;
    if (!this.#begun.has(phase)) this.#report(phase);
    this.#begun.add(phase);
    this.#phase = phase;
    try {
      return await work();
    } finally {
      this.#phase = before;
    }
  }

  /** Books a transaction of the present phase. */
  book(chain: string, hash: Hex): void {
    if (this.#phase !== undefined) this.booked.push({ phase: this.#phase, chain, hash });
  }

  /** Books a delay of the present phase. */
  wait(what: string, seconds: bigint): void {
    if (this.#phase !== undefined && seconds > 0n) this.waited.push({ phase: this.#phase, what, seconds });
  }
}
