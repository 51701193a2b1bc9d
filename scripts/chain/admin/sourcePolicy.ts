/** What a rollup demands of a source. Field names are those of the Solidity struct. */
export interface SourcePolicy {
  readonly maxAgeSeconds: number;
  readonly quorumBps: number;
  readonly minFinality: number;
  /** Least total weight of the operator table: 2 to this power. */
  readonly minTotalWeightLog2: number;
  readonly acceptsIrrefutable: boolean;
  readonly refused: boolean;
  /** `NO_LIMIT` for none. */
  readonly messagesPerHour: number;
}

/** `messagesPerHour` of a policy without limit. */
export const NO_LIMIT = 2 ** 32 - 1;

/** Least and most of each number, as the contract has them. */
export const POLICY_BOUNDS = {
  maxAgeSeconds: [1, 2 ** 24 - 1],
  quorumBps: [6_667, 10_000],
  minFinality: [1, 3],
  minTotalWeightLog2: [0, 104],
  messagesPerHour: [0, NO_LIMIT],
} as const satisfies Partial<Record<keyof SourcePolicy, readonly [number, number]>>;

/** A field of {@link SourcePolicy}. */
export type PolicyField = keyof SourcePolicy;

/** The fields in the order of the struct. */
export const POLICY_FIELDS = [
  "maxAgeSeconds",
  "quorumBps",
  "minFinality",
  "minTotalWeightLog2",
  "acceptsIrrefutable",
  "refused",
  "messagesPerHour",
] as const satisfies readonly PolicyField[];

/** A policy as a contract returns it. */
export interface PolicyAnswer {
  readonly maxAgeSeconds: bigint;
  readonly quorumBps: bigint;
  readonly minFinality: bigint;
  readonly minTotalWeightLog2: bigint;
  readonly acceptsIrrefutable: boolean;
  readonly refused: boolean;
  readonly messagesPerHour: bigint;
}

/**
 * @param answer - A contract's.
 * @returns The policy; undefined for a source that has none.
 */
export function policyFrom(answer: PolicyAnswer): SourcePolicy | undefined {
  if (answer.quorumBps === 0n) return undefined;
  const { acceptsIrrefutable, refused } = answer;
  return {
    maxAgeSeconds: Number(answer.maxAgeSeconds),
    quorumBps: Number(answer.quorumBps),
    minFinality: Number(answer.minFinality),
    minTotalWeightLog2: Number(answer.minTotalWeightLog2),
    ...{ acceptsIrrefutable, refused },
    messagesPerHour: Number(answer.messagesPerHour),
  };
}

/** Which value of a field lets less through: the smaller, the larger, true or false. */
const TIGHTER = {
  maxAgeSeconds: (a: number, b: number) => Math.min(a, b),
  quorumBps: (a: number, b: number) => Math.max(a, b),
  minFinality: (a: number, b: number) => Math.max(a, b),
  minTotalWeightLog2: (a: number, b: number) => Math.max(a, b),
  acceptsIrrefutable: (a: boolean, b: boolean) => a && b,
  refused: (a: boolean, b: boolean) => a || b,
  messagesPerHour: (a: number, b: number) => Math.min(a, b),
};

/**
 * @param a - A policy.
 * @param b - Another.
 * @returns In each field what lets less through.
 */
export function strictest(a: SourcePolicy, b: SourcePolicy): SourcePolicy {
  return {
    maxAgeSeconds: TIGHTER.maxAgeSeconds(a.maxAgeSeconds, b.maxAgeSeconds),
    quorumBps: TIGHTER.quorumBps(a.quorumBps, b.quorumBps),
    minFinality: TIGHTER.minFinality(a.minFinality, b.minFinality),
    minTotalWeightLog2: TIGHTER.minTotalWeightLog2(a.minTotalWeightLog2, b.minTotalWeightLog2),
    acceptsIrrefutable: TIGHTER.acceptsIrrefutable(a.acceptsIrrefutable, b.acceptsIrrefutable),
    refused: TIGHTER.refused(a.refused, b.refused),
    messagesPerHour: TIGHTER.messagesPerHour(a.messagesPerHour, b.messagesPerHour),
  };
}

/**
 * @param a - A policy.
 * @param b - Another.
 * @returns The fields in which they differ, in the order of the struct.
 */
export function fieldsThatDiffer(a: SourcePolicy, b: SourcePolicy): PolicyField[] {
  return POLICY_FIELDS.filter((field) => a[field] !== b[field]);
}
