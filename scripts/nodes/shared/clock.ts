/** Time, handed in: nodes never ask the machine themselves. */
export interface Clock {
  /** Seconds since 1970, as chains count them. */
  nowSeconds(): bigint;
  /** Milliseconds, for delays and backoff only. */
  nowMs(): number;
}

/** The machine's clock. */
export const systemClock: Clock = {
  nowSeconds: () => BigInt(Math.floor(Date.now() / 1_000)),
  nowMs: () => Date.now(),
};
