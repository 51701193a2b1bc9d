import type { Clock } from "./clock.ts";

/** The longest rest is this many times the first. */
const MOST_DOUBLINGS = 6;

/** What was tried in vain rests a while, so that it does not slow every round; longer each time. */
export class Rests {
  readonly #restMs: number;
  readonly #clock: Clock;
  readonly #resting = new Map<string, { readonly times: number; readonly untilMs: number }>();

  /**
   * @param restMs - The first rest.
   * @param clock - Time.
   */
  constructor(restMs: number, clock: Clock) {
    this.#restMs = restMs;
    this.#clock = clock;
  }

  /** Whether it rests now. */
  isResting(key: string): boolean {
    return (this.#resting.get(key)?.untilMs ?? 0) > this.#clock.nowMs();
  }

  /** Sends it to rest. */
  rest(key: string): void {
    const times = this.#resting.get(key)?.times ?? 0;
    const untilMs = this.#clock.nowMs() + this.#restMs * 2 ** Math.min(times, MOST_DOUBLINGS);
    this.#resting.set(key, { times: times + 1, untilMs });
  }

  /** It is well again. */
  wake(key: string): void {
    this.#resting.delete(key);
  }
}
