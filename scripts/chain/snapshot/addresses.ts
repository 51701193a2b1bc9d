import { z } from "zod";

import { addressSchema, parse } from "#protocol/schemas.ts";
import { ProtocolError } from "#protocol/errors.ts";

import { SnapshotError } from "./errors.ts";

/** Names of contracts and tokens. */
const NAME = /^[A-Za-z][A-Za-z0-9]{0,63}$/;
const [MAX_CONTRACTS, MAX_STRATEGIES] = [16, 8];

/** Where EigenLayer is on a chain: what one must know of it, the rest is found from there. */
const eigenLayerSiteSchema = z.strictObject({
  chainId: z.number().int().positive(),
  /** By EigenLayer's own names. */
  contracts: z
    .object({
      AllocationManager: addressSchema,
      DelegationManager: addressSchema,
      StrategyManager: addressSchema,
      KeyRegistrar: addressSchema,
    })
    .catchall(addressSchema)
    .refine((contracts) => Object.keys(contracts).every((name) => NAME.test(name)), "not a contract's name")
    .refine((contracts) => Object.keys(contracts).length <= MAX_CONTRACTS, "too many contracts"),
  /** Strategies that take deposits, by the names of their tokens. */
  strategies: z
    .record(z.string().regex(NAME), addressSchema)
    .refine((strategies) => Object.keys(strategies).length <= MAX_STRATEGIES, "too many strategies"),
});

/** Where EigenLayer is on a chain. */
export type EigenLayerSite = z.output<typeof eigenLayerSiteSchema>;

/**
 * @param value - A file of addresses, parsed as JSON.
 * @returns The addresses; throws `InvalidAddresses`.
 */
export function parseSite(value: unknown): EigenLayerSite {
  try {
    return parse(eigenLayerSiteSchema, value);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new SnapshotError("InvalidAddresses", `not a file of EigenLayer's addresses: ${error.message}`, {
      cause: error,
    });
  }
}
