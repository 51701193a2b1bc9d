import type { Clock } from "#nodes/shared/clock.ts";
import type { LaneId } from "#protocol/types.ts";

/** The longest rest is this many times the first. */
const MOST_DOUBLINGS = 6;

/** Lanes whose pages were dropped rest a while, so that they do not slow every round; longer each time. */
export class Rests {
  readonly #restMs: number;
  readonly #clock: Clock;
  readonly #lanes = new Map<LaneId, { readonly times: number; readonly untilMs: number }>();

  /**
   * @param restMs - The first rest.
   * @param clock - Time.
   */
  constructor(restMs: number, clock: Clock) {
    this.#restMs = restMs;
    this.#clock = clock;
  }

  /** Whether the lane rests now. */
  isResting(lane: LaneId): boolean {
    return (this.#lanes.get(lane)?.untilMs ?? 0) > this.#clock.nowMs();
  }

  /** Sends the lane to rest. */
  rest(lane: LaneId): void {
    const times = this.#lanes.get(lane)?.times ?? 0;
    const untilMs = this.#clock.nowMs() + this.#restMs * 2 ** Math.min(times, MOST_DOUBLINGS);
    this.#lanes.set(lane, { times: times + 1, untilMs });
  }

  /** The lane is well again. */
  wake(lane: LaneId): void {
    this.#lanes.delete(lane);
  }
}
