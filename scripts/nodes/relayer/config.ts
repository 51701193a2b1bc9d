import { z } from "zod";

import { fileSchema, hubConfigSchema, listenSchema, rollupsSchema } from "#nodes/shared/config.ts";
import { addressSchema, bytes32Schema, chainIdSchema } from "#protocol/schemas.ts";

/** The slow road down to one rollup: nothing of it is trusted, but news are paid for. */
const bridgeSchema = z.strictObject({
  chainId: chainIdSchema,
  gateway: addressSchema,
  /** The hub's end of its canonical bridge. */
  hubEnd: addressSchema,
  /** Wei that its stack is offered for each news. Arbitrum's takes it and refunds the rest to this relayer there; OP Stack's takes none. */
  feeWei: z
    .string()
    .regex(/^(0|[1-9][0-9]{0,19})$/)
    .transform(BigInt)
    .default(0n),
});

const hubSchema = hubConfigSchema.safeExtend({
  /** Whether tables are built there at this relayer's cost. */
  buildsTables: z.boolean().default(false),
  /** Rollups to which newer epochs are sent, at this relayer's cost, when none speaks there any more. */
  bridges: z.array(bridgeSchema).max(256).default([]),
  /** After how long news that did not arrive are sent anew. */
  bridgeMs: z.int().min(1).default(3_600_000),
});

/** What a relayer is told. Parse it with `parse(relayerConfigSchema, …)`. */
export const relayerConfigSchema = z.strictObject({
  /** The account that pays for deliveries, on every chain; nobody else may use it. */
  privateKey: bytes32Schema,
  /** Sources and destinations. */
  rollups: rollupsSchema,
  /** The hub, and what is paid for there. Without it no table is carried. */
  hub: hubSchema.optional(),
  /** Chain ids it delivers to; all rollups unless given. */
  destinations: z.array(chainIdSchema).optional(),
  /** Where certificates are published. */
  aggregators: z.array(z.url()).min(1),
  /** The most gas of one transaction; EIP-7825 allows 16 777 216. */
  gasBudget: z.int().min(100_000).max(16_777_216).default(12_000_000),
  /** The most that it pays for a unit of gas, in gwei, whatever an endpoint says that gas costs. */
  mostFeeGwei: z.number().min(1e-9).max(1e6).default(100),
  /** The most messages of one transaction. */
  maxMessages: z.int().min(1).max(1_000).default(100),
  /** Pause between two rounds. */
  pollMs: z.int().min(1).default(1_000),
  /** Pause between two looks at what rollups lack of the hub, unless a certificate brings something new. */
  factsMs: z.int().min(1).default(5_000),
  /** After how long an unanswered transaction is given up and sent anew. */
  confirmTimeoutMs: z.int().min(1).default(60_000),
  /** How often a refused message is tried. */
  maxAttempts: z.int().min(1).default(6),
  /** Pause before the second attempt; doubles with each. */
  retryMs: z.int().min(1).default(5_000),
  storeFile: fileSchema,
  listen: listenSchema.default({ host: "127.0.0.1", port: 0 }),
});
export type RelayerConfig = z.output<typeof relayerConfigSchema>;
