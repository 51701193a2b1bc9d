import { z } from "zod";

import type { Domain } from "#protocol/batches.ts";
import { addressSchema, chainIdSchema } from "#protocol/schemas.ts";

/** Where a node listens; port 0 takes a free one. */
export const listenSchema = z.strictObject({
  host: z.string().default("127.0.0.1"),
  port: z.int().min(0).max(65_535).default(0),
});

/**
 * One gateway as a node sees it, and the endpoints that tell about its chain. A chain whose gateway was replaced is told
 * about once for each: what the old one was sent, or has sent, must be certified and delivered while it drains.
 */
export const rollupConfigSchema = z
  .strictObject({
    chainId: chainIdSchema,
    gateway: addressSchema,
    /** JSON-RPC endpoints. For a source that an operator signs: at least two, run by different people. */
    urls: z.array(z.url()).min(1).max(16),
    /** How many different endpoints must say the same of a block or a book; 1 is for development chains only. */
    minAgreeing: z.int().min(1).max(16).default(2),
    /** Block in which the gateway was deployed: nothing of it is older. */
    fromBlock: z.int().min(0).default(0),
    /** The most blocks asked for logs at once. */
    blockRange: z.int().min(1).max(1_000_000).default(2_000),
    /** After how long an endpoint counts as silent. */
    timeoutMs: z.int().min(1).default(10_000),
  })
  .refine(({ urls, minAgreeing }) => new Set(urls).size >= minAgreeing, "fewer different urls than minAgreeing");

/** What {@link rollupConfigSchema} parses to. */
export type RollupConfig = z.output<typeof rollupConfigSchema>;

/**
 * @param schema - A gateway, as a role is told about it.
 * @returns A list of gateways without repetitions.
 */
export function distinctGateways<T extends Pick<RollupConfig, "chainId" | "gateway">>(schema: z.ZodType<T>) {
  return z
    .array(schema)
    .min(1)
    .refine(
      (rollups) =>
        new Set(rollups.map(({ chainId, gateway }) => `${String(chainId)} ${gateway}`)).size === rollups.length,
      "a gateway repeats",
    );
}

/** A list of gateways without repetitions. */
export const rollupsSchema = distinctGateways(rollupConfigSchema);

/** The hub's contracts, and the endpoints that tell about its chain. */
export const hubConfigSchema = z
  .strictObject({
    chainId: chainIdSchema,
    serviceManager: addressSchema,
    tableBuilder: addressSchema,
    registry: addressSchema,
    /** JSON-RPC endpoints. For an operator: at least two, run by different people. */
    urls: z.array(z.url()).min(1).max(16),
    /** How many different endpoints must say the same of a fact; 1 is for development chains only. */
    minAgreeing: z.int().min(1).max(16).default(2),
    /** After how long an endpoint counts as silent. */
    timeoutMs: z.int().min(1).default(10_000),
  })
  .refine(({ urls, minAgreeing }) => new Set(urls).size >= minAgreeing, "fewer different urls than minAgreeing");

/**
 * @param config - What a node is told.
 * @param config.domain - Where signatures are valid.
 * @param config.hub - The hub, if it is followed.
 * @returns Whether the hub is the domain's: a fact of another one is worth a slash in this one.
 */
export function isHubOfDomain({
  domain,
  hub,
}: {
  readonly domain: Domain;
  readonly hub?: z.output<typeof hubConfigSchema> | undefined;
}): boolean {
  return hub === undefined || (hub.chainId === domain.hubChainId && hub.serviceManager === domain.serviceManager);
}

/** A file of the node's own, or `:memory:`. */
export const fileSchema = z.string().min(1);
