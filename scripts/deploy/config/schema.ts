import { z } from "zod";

import {
  bridgeSchema,
  chainShape,
  eigenLayerSchema,
  entrySchema,
  metadataURI,
  noticesSchema,
  operatorSetSchema,
  policySchema,
  seconds,
  someone,
  sourcePolicySchema,
  wei,
  windowsSchema,
} from "./parts.ts";

/** Names of networks and rollups: they become names of files. */
const name = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,31}$/, "letters, digits and dashes, a letter first");

/** Labels of addresses: another one is another deployment. */
const salt = z.string().min(1).max(64);

/** The hub as it should be. */
export const hubSchema = z.strictObject({
  ...chainShape,
  eigenLayer: eigenLayerSchema,
  windows: windowsSchema,
  notices: noticesSchema,
  /** Seconds that a case which rests on a source's word waits for the court. */
  courtSeconds: seconds,
  /** Seconds for which everything that shapes a table waits. */
  shapingSeconds: seconds,
  /** Seconds for which it waits who may pay what the vault holds. */
  claimsSeconds: seconds,
  /** Wei that a proposal to the registry costs, refundable. */
  bond: wei(128),
  /** Where the service describes itself. */
  metadataURI,
  operatorSets: z.array(operatorSetSchema).min(1).max(64),
  /** The set that speaks about directory entries. */
  directorySetId: z.int().min(1).default(1),
});

/** A rollup as it should be. */
export const rollupConfigSchema = z.strictObject({
  ...chainShape,
  entry: entrySchema,
  /** None where no slow road leads to the hub; then lies of its own cannot be proven. */
  bridge: bridgeSchema.optional(),
  policy: policySchema,
  /** What it demands of single sources, by their names here, where that is not the default. */
  sources: z.record(name, sourcePolicySchema).default({}),
  /** The network's unless given: only where a rollup is deployed anew. */
  salt: salt.optional(),
});

/** Who does what. Addresses only: keys are in Hardhat's keystore, on a Ledger, or in the environment. */
export const rolesSchema = z.strictObject({
  /** Deploys everything. All addresses follow from it, so nobody else can take them. */
  deployer: someone,
  /** Owner of the service manager. */
  owner: someone,
  /** Accepts what is proposed to the registry. */
  registrar: someone,
  /** Holds cases up, once each. */
  guardian: someone,
  /** Acquits of what rests on a source's word. */
  court: someone,
  /** Who may announce, and cancel, what shapes tables, and who pays. */
  shapers: z.array(someone).min(1).max(16),
});

/** A hub and its rollups as they should be. */
export const networkSchema = z
  .strictObject({
    salt,
    /** Whether it is thrown away: only then what is not the production build is deployed. */
    isLocal: z.boolean().default(false),
    roles: rolesSchema,
    hub: hubSchema,
    rollups: z.record(name, rollupConfigSchema),
  })
  .check(({ value: { hub, rollups }, issues }) => {
    const tell = (path: PropertyKey[], message: string) => {
      issues.push({ code: "custom", path, message, input: undefined });
    };
    const sets = hub.operatorSets.length;
    if (hub.directorySetId > sets) tell(["hub", "directorySetId"], `there are ${sets} operator sets`);
    const seen = new Map([[hub.chainId, "the hub"]]);
    if (Object.hasOwn(rollups, "hub")) tell(["rollups", "hub"], "the hub is called so");
    for (const [rollup, { chainId, entry, bridge, sources }] of Object.entries(rollups)) {
      const at = (...path: PropertyKey[]) => ["rollups", rollup, ...path];
      const other = seen.get(chainId);
      if (other !== undefined) tell(at("chainId"), `${other} has it already`);
      seen.set(chainId, rollup);
      if (entry.operatorSetId > sets) tell(at("entry", "operatorSetId"), `there are ${sets} operator sets`);
      if (entry.refutable && bridge === undefined) tell(at("entry", "refutable"), "there is no bridge to refute over");
      for (const source of Object.keys(sources)) {
        if (rollups[source] === undefined) tell(at("sources", source), "there is no such rollup");
        if (source === rollup) tell(at("sources", source), "nobody is a source of its own");
      }
    }
  });

/** Everything that parley.config.ts says. */
export const configSchema = z.strictObject({ networks: z.record(name, networkSchema) });

/** What parley.config.ts is written as. */
export type ParleyConfigInput = z.input<typeof configSchema>;
/** What one network of it is written as. */
export type NetworkConfigInput = z.input<typeof networkSchema>;
/** What {@link configSchema} parses to. */
export type ParleyConfig = z.output<typeof configSchema>;
/** What {@link networkSchema} parses to. */
export type NetworkConfig = z.output<typeof networkSchema>;
/** What {@link hubSchema} parses to. */
export type HubConfig = z.output<typeof hubSchema>;
/** What {@link rollupConfigSchema} parses to. */
export type RollupConfig = z.output<typeof rollupConfigSchema>;
/** What a rollup's `bridge` parses to. */
export type BridgeConfig = z.output<typeof bridgeSchema>;
/** What {@link rolesSchema} parses to. */
export type Roles = z.output<typeof rolesSchema>;

/**
 * @param config - What parley.config.ts says.
 * @returns The same, with its type.
 */
export function defineParley(config: ParleyConfigInput): ParleyConfigInput {
  return config;
}
