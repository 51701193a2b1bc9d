import { z } from "zod";

import { MAX_STATEMENTS } from "#nodes/shared/api.ts";
import { fileSchema, hubConfigSchema, isHubOfDomain, listenSchema, rollupsSchema } from "#nodes/shared/config.ts";
import { domainSchema } from "#protocol/schemas.ts";

const fields = z.strictObject({
  domain: domainSchema,
  operatorSetId: z.int().min(0),
  /** The rollups whose lanes it watches. */
  rollups: rollupsSchema,
  /** The hub. Without it no rollup is told what is new there. */
  hub: hubConfigSchema.optional(),
  /** Where the operators of the set listen; unless given, those are asked that the hub names. */
  operators: z.array(z.url()).min(1).max(256).optional(),
  /** For how long what the hub says of operators' endpoints is kept. */
  endpointsMs: z.int().min(1).default(30_000),
  /** Weight that a certificate needs, in basis points. */
  quorumBps: z.int().min(1).max(10_000).default(6_667),
  /** Finality of the pages that it proposes: 1 latest, 2 safe, 3 final. */
  finality: z.int().min(1).max(3).default(3),
  /** The most statements in a batch. */
  maxStatements: z.int().min(1).max(MAX_STATEMENTS).default(64),
  /** Pause between two rounds. */
  roundMs: z.int().min(1).default(1_000),
  /** Pause between two looks at what rollups lack of the hub. */
  factsMs: z.int().min(1).default(5_000),
  /** After how long an operator counts as absent. */
  operatorTimeoutMs: z.int().min(1).default(5_000),
  /** How long a lane or a fact rests that lacked a quorum, and a page that was certified again; doubles, up to 64 times. */
  restMs: z.int().min(1).default(2_000),
  storeFile: fileSchema,
  listen: listenSchema.default({ host: "127.0.0.1", port: 0 }),
});

/** What an aggregator is told. Parse it with `parse(aggregatorConfigSchema, …)`. One aggregator serves one set. */
export const aggregatorConfigSchema = fields
  .refine(isHubOfDomain, "hub and domain differ")
  .refine(({ operators, hub }) => operators !== undefined || hub !== undefined, "neither operators nor a hub");
export type AggregatorConfig = z.output<typeof aggregatorConfigSchema>;
