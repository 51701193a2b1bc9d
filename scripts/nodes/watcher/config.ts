import { z } from "zod";

import {
  distinctGateways,
  fileSchema,
  hubConfigSchema,
  listenSchema,
  rollupConfigSchema,
} from "#nodes/shared/config.ts";
import { addressSchema, bytes32Schema, uintSchema } from "#protocol/schemas.ts";

/** A rollup, and the ends of its canonical bridge where it has a slow road. */
const watchedRollupSchema = rollupConfigSchema.safeExtend({
  bridge: z
    .strictObject({
      hubEnd: addressSchema,
      rollupEnd: addressSchema,
      /** What its stack is offered for each news, in wei, beside the gas. */
      feeWei: uintSchema(96).default(0n),
    })
    .optional(),
});

/** The hub with all that a case needs, EigenLayer's contracts among it. */
const watchedHubSchema = hubConfigSchema.safeExtend({
  slasher: addressSchema,
  vault: addressSchema,
  allocationManager: addressSchema,
  delegationManager: addressSchema,
  keyRegistrar: addressSchema,
  /** Block in which the first of ours was deployed. */
  fromBlock: z.int().min(0).default(0),
  blockRange: z.int().min(1).max(1_000_000).default(2_000),
});

/** What a watcher is told. Parse it with `parse(watcherConfigSchema, …)`. */
export const watcherConfigSchema = z.strictObject({
  /** The account that pays for what is done, on every chain; nobody else may use it. Without it, the watcher only watches. */
  privateKey: bytes32Schema.optional(),
  /** Sources and destinations. What a source says is believed as far as its endpoints are independent of each other. */
  rollups: distinctGateways(watchedRollupSchema),
  hub: watchedHubSchema,
  /** Where certificates are published: what no rollup took yet is seen there. */
  aggregators: z.array(z.url()).max(64).default([]),
  /** Pause between two rounds. */
  pollMs: z.int().min(1).default(5_000),
  /** Pause before what failed is tried again; doubles with each, up to 64 times. */
  retryMs: z.int().min(1).default(5_000),
  /** Pause between two looks at what rollups have of the hub. */
  copiesMs: z.int().min(1).default(60_000),
  /** How far ahead of the hub's block that is final here whoever certifies may be: what is newer is not called made up yet. */
  aheadSeconds: z.int().min(0).default(900),
  /** How long news on their way are waited for before they are sent again. */
  newsSeconds: z.int().min(1).default(3_600),
  /** After how many certificates in a row an absent operator counts as silent. */
  silentAfter: z.int().min(1).default(256),
  /** How long what was certified is kept. At least until nobody can be slashed for it any more. */
  keptSeconds: z
    .int()
    .min(3_600)
    .default(30 * 86_400),
  /** The most that it pays for a unit of gas, in gwei, whatever an endpoint says that gas costs. */
  mostFeeGwei: z.number().min(1e-9).max(1e6).default(100),
  /** After how long an unanswered transaction is given up and sent anew. */
  confirmTimeoutMs: z.int().min(1).default(60_000),
  storeFile: fileSchema,
  listen: listenSchema.default({ host: "127.0.0.1", port: 0 }),
});
export type WatcherConfig = z.output<typeof watcherConfigSchema>;
