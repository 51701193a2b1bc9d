import { NO_LIMIT, type SourcePolicy } from "#deploy/rollup.ts";

/** A policy that can be tightened and loosened in every field but `refused`, which can only be tightened. */
export const MIDDLE_POLICY: SourcePolicy = {
  maxAgeSeconds: 10_000,
  quorumBps: 8_000,
  minFinality: 2,
  minTotalWeightLog2: 2,
  acceptsIrrefutable: false,
  refused: false,
  messagesPerHour: 10,
};

/** The loosest policy that there is. */
export const LOOSEST_POLICY: SourcePolicy = {
  maxAgeSeconds: 2 ** 24 - 1,
  quorumBps: 6_667,
  minFinality: 1,
  minTotalWeightLog2: 0,
  acceptsIrrefutable: true,
  refused: false,
  messagesPerHour: NO_LIMIT,
};

/** Every way to be out of bounds by one, with what it is called. */
export const OUT_OF_BOUNDS: readonly (readonly [string, Partial<SourcePolicy>])[] = [
  ["an age of no time", { maxAgeSeconds: 0 }],
  ["a quorum below 6 667 bps", { quorumBps: 6_666 }],
  ["a quorum above the whole", { quorumBps: 10_001 }],
  ["no finality", { minFinality: 0 }],
  ["a finality above final", { minFinality: 4 }],
  ["a weight that twice the heaviest table would not have", { minTotalWeightLog2: 105 }],
];

/** A policy as the contract returns it. */
export function valuesOfPolicy(policy: SourcePolicy): readonly unknown[] {
  return [
    BigInt(policy.maxAgeSeconds),
    BigInt(policy.quorumBps),
    BigInt(policy.minFinality),
    BigInt(policy.minTotalWeightLog2),
    policy.acceptsIrrefutable,
    policy.refused,
    BigInt(policy.messagesPerHour),
  ];
}
