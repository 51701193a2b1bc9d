import { z } from "zod";

import { addressSchema } from "#protocol/schemas.ts";

import { loopbackUrl } from "../loopback.ts";

// The parts of a network's configuration. Field names are those of the Solidity structs wherever there is one.

/** One: multipliers and fractions are parts of it. */
export const WAD = 10n ** 18n;

const ZERO = /^0x0{40}$/;
const UINT24_MAX = 2 ** 24 - 1;
const UINT32_MAX = 2 ** 32 - 1;
const MAX_METADATA_BYTES = 1_024;
const MAX_WEIGHT_LOG2 = 104;

/** A number of seconds that a contract keeps in 32 bits. */
export const seconds = z.int().min(0).max(UINT32_MAX);
const positiveSeconds = z.int().min(1).max(UINT32_MAX);
const bps = z.int().min(0).max(10_000);

/** Somebody, or something, that is there. */
export const someone = addressSchema.refine((found) => !ZERO.test(found), "the zero address is nobody");

/** Whole numbers of at most so many bits. */
export const wei = (bits: number) =>
  z
    .bigint()
    .min(0n)
    .max((1n << BigInt(bits)) - 1n);

const positive = (bits: number) => wei(bits).min(1n);

/** A fraction of 1e18. */
export const wad = z.bigint().min(0n).max(WAD);

/** A text that a contract keeps. */
export const metadataURI = z
  .string()
  .refine(
    (text) => new TextEncoder().encode(text).length <= MAX_METADATA_BYTES,
    `longer than ${MAX_METADATA_BYTES} bytes`,
  );

/** How a chain is reached: over a network of hardhat.config.ts, which alone knows its endpoint and its accounts. */
export const chainShape = {
  /** The name of its network in hardhat.config.ts. */
  network: z.string().min(1),
  /** What that network must be; anything else is refused. */
  chainId: z.int().min(1),
  /** Only of chains of this machine: endpoints of public networks hold keys, and are configuration variables. */
  url: loopbackUrl.optional(),
  /** Blocks after which a transaction is taken for done, the one that holds it included. */
  confirmations: z.int().min(1).max(256).default(1),
};

/** How long each part of an epoch's life lasts: `Windows`. */
export const windowsSchema = z.strictObject({
  lead: positiveSeconds,
  validity: positiveSeconds,
  grace: seconds,
  evidence: positiveSeconds,
  pause: seconds,
  margin: positiveSeconds,
  hubFact: positiveSeconds,
  secondsPerBlock: positiveSeconds,
  buildBlocks: z.int().min(1).max(65_535),
});

/** How long what is announced to the registry waits: `Notices`. */
export const noticesSchema = z.strictObject({
  first: positiveSeconds,
  change: positiveSeconds,
  draining: positiveSeconds,
  bond: positiveSeconds,
  pace: positiveSeconds,
  raise: positiveSeconds,
});

/** EigenLayer on the hub: never ours, but for networks of one's own. */
export const eigenLayerSchema = z.strictObject({
  /** The release that was reviewed there. */
  release: z.string().regex(/^\d+\.\d+(\.\d+)?$/, "a release, such as 1.13"),
  allocationManager: someone,
  delegationManager: someone,
  strategyManager: someone,
  keyRegistrar: someone,
});

/** An operator set. Its id is its place in the list, from 1 on; none is ever taken away. */
export const operatorSetSchema = z
  .strictObject({
    /** What counts, ascending by address, and how much: `multiplier` is the weight of 1e18 shares. */
    strategies: z
      .array(z.strictObject({ strategy: someone, multiplier: positive(96) }))
      .min(1)
      .max(8)
      .refine(ascending, "strategies ascend by address"),
    minimumWeight: positive(96),
    hasAllowList: z.boolean(),
    /** Who is on the allow-list from the beginning: else the first table would be of whoever joins first. */
    founders: z.array(someone).max(256).default([]),
    /** What a full fault takes of an operator's allocation, of 1e18. */
    fullFraction: wad.min(1n),
  })
  .refine(({ hasAllowList, founders }) => hasAllowList || founders.length === 0, {
    path: ["founders"],
    message: "without an allow-list anybody joins",
  });

/** What a rollup demands of a source: `SourcePolicy`. */
export const sourcePolicySchema = z.strictObject({
  maxAgeSeconds: positiveSeconds.max(UINT24_MAX),
  quorumBps: bps.min(6_667),
  minFinality: z.int().min(1).max(3),
  minTotalWeightLog2: z.int().min(0).max(MAX_WEIGHT_LOG2),
  acceptsIrrefutable: z.boolean(),
  refused: z.boolean(),
  messagesPerHour: z.int().min(0).max(UINT32_MAX),
});

/** A rollup's policy: what it demands of sources that appear, and how quickly that may become less. */
export const policySchema = sourcePolicySchema
  .extend({
    owner: someone,
    looseningDelaySeconds: positiveSeconds,
    exitTimeSeconds: seconds,
    haltQuorumBps: bps.min(3_334),
  })
  .refine(({ looseningDelaySeconds, exitTimeSeconds }) => looseningDelaySeconds > exitTimeSeconds, {
    path: ["looseningDelaySeconds"],
    message: "a loosening waits longer than exitTimeSeconds",
  });

const delaysShape = {
  /** The most gas that news use on the rollup. */
  rollupGas: z.int().min(1).max(UINT32_MAX),
  uncontestedDelaySeconds: seconds,
  contestedDelaySeconds: seconds,
};

/** A rollup's canonical bridge: contracts of its stack, never ours. */
export const bridgeSchema = z
  .discriminatedUnion("stack", [
    z.strictObject({
      stack: z.literal("op-stack"),
      /** The rollup's L1CrossDomainMessenger, on the hub, which is no other rollup's. */
      hubMessenger: someone,
      /** The L2CrossDomainMessenger, on the rollup. */
      rollupMessenger: someone,
      ...delaysShape,
    }),
    z.strictObject({
      stack: z.literal("orbit"),
      /** The rollup's Inbox, on the hub. */
      inbox: someone,
      ...delaysShape,
    }),
  ])
  .refine(({ uncontestedDelaySeconds, contestedDelaySeconds }) => uncontestedDelaySeconds <= contestedDelaySeconds, {
    path: ["contestedDelaySeconds"],
    message: "what somebody contests takes at least as long",
  });

/** What the registry shall say of a rollup. */
export const entrySchema = z
  .strictObject({
    /** Proposes the entry, pays the bond, and owns it then. */
    owner: someone,
    operatorSetId: z.int().min(1),
    finality: z.int().min(1).max(3),
    refutable: z.boolean(),
    refuteWad: wad,
    softWad: wad,
    metadataURI,
  })
  .refine(({ refuteWad, softWad }) => softWad <= refuteWad, {
    path: ["softWad"],
    message: "what is not final takes at most refuteWad",
  });

function ascending(list: readonly { readonly strategy: string }[]): boolean {
  const places = list.map(({ strategy }) => BigInt(strategy));
  return places.every((place, index) => index === 0 || place > (places[index - 1] ?? 0n));
}
