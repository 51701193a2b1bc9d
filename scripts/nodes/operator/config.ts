import { z } from "zod";

import { fileSchema, hubConfigSchema, isHubOfDomain, listenSchema, rollupsSchema } from "#nodes/shared/config.ts";
import { bytes32Schema, chainIdSchema, domainSchema } from "#protocol/schemas.ts";

const fields = z.strictObject({
  /** Where signatures are valid. */
  domain: domainSchema,
  /** The BN254 secret as 32 bytes of hex, below the group's order: this, or `keystore`. */
  secretKey: bytes32Schema.optional(),
  /** An encrypted keystore (EIP-2335) with the BN254 key, and the file that holds its password. */
  keystore: z.strictObject({ file: z.string().min(1), passwordFile: z.string().min(1) }).optional(),
  /** Every gateway it reads: sources, and the destinations of their lanes, replaced ones that drain among them. */
  rollups: rollupsSchema,
  /** The hub. Without it no fact of the hub is signed, and the ends of lanes are looked up in directories only. */
  hub: hubConfigSchema.optional(),
  /** The allow list: chain ids whose pages it signs, those of any gateway of theirs in `rollups`. */
  sources: z.array(chainIdSchema),
  /** Least finality of a page that it signs. */
  minFinality: z.int().min(1).max(3).default(3),
  /** How far a batch's `issuedAt` may be from its own clock. */
  clockToleranceSeconds: z.int().min(0).default(900),
  /** The signing history: one file, one writer. */
  historyFile: fileSchema,
  /** Whether a missing history may be begun. A key that has signed before never begins a new one. */
  newHistory: z.boolean().default(false),
  listen: listenSchema.default({ host: "127.0.0.1", port: 0 }),
});

/** What an operator is told. Parse it with `parse(operatorConfigSchema, …)`. */
export const operatorConfigSchema = fields
  .refine(isHubOfDomain, "hub and domain differ")
  .refine(
    ({ secretKey, keystore }) => (secretKey === undefined) !== (keystore === undefined),
    "either secretKey or keystore",
  );
export type OperatorConfig = z.output<typeof operatorConfigSchema>;
