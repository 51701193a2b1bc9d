import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";

import { z } from "zod";

import { CodedError } from "#protocol/errors.ts";
import { addressSchema, bytes32Schema, hexSchema, parse } from "#protocol/schemas.ts";

import { loopbackUrl } from "./loopback.ts";

/** How a contract came to be where it is. */
export const recordSchema = z.strictObject({
  /** The name it was compiled under. */
  contract: z.string().min(1),
  address: addressSchema,
  /** Where its creation was mined. */
  block: z.int().min(0),
  transactionHash: bytes32Schema,
  codeHash: bytes32Schema,
  /** What its constructor was given, encoded, and by names. */
  constructorArguments: hexSchema,
  args: z.record(z.string(), z.unknown()),
});

const chain = {
  /** How it is called; the name of its network in hardhat.config.ts, too, unless `network` says another. */
  name: z.string().min(1),
  network: z.string().min(1).optional(),
  chainId: z.int().min(1),
  /** Where it is reached. Only of chains of this machine: urls of public networks hold keys, and stay in the configuration. */
  url: loopbackUrl.optional(),
  /** Ours have no event in any block before this one. */
  fromBlock: z.int().min(0),
  /** By ids of the steps that deployed them; only of what `deploy apply` did. */
  records: z.record(z.string(), recordSchema).optional(),
};

/** Where the hub's contracts and EigenLayer's are. */
export const hubBookSchema = z.object({
  ...chain,
  contracts: z.strictObject({
    shaper: addressSchema,
    claimsTimelock: addressSchema,
    certificateVerifier: addressSchema,
    vault: addressSchema,
    tableBuilder: addressSchema,
    registry: addressSchema,
    slasher: addressSchema,
    serviceManagerImplementation: addressSchema,
    serviceManager: addressSchema,
  }),
  eigenLayer: z.strictObject({
    allocationManager: addressSchema,
    delegationManager: addressSchema,
    strategyManager: addressSchema,
    keyRegistrar: addressSchema,
    /** Only where EigenLayer is our own. */
    strategyFactory: addressSchema.optional(),
  }),
  /** What sets may count, ascending by strategy. */
  assets: z.array(z.strictObject({ strategy: addressSchema, token: addressSchema })),
  /** The first is the one that speaks about directory entries. */
  operatorSetIds: z.array(z.int().min(1)).min(1),
});

/** Where a rollup's contracts are. */
export const rollupBookSchema = z.object({
  ...chain,
  contracts: z.strictObject({
    gateway: addressSchema,
    directory: addressSchema,
    operatorTables: addressSchema,
    policy: addressSchema,
    certificateVerifier: addressSchema,
  }),
  /** The ends of its canonical bridge; none where it has no slow road. */
  bridge: z
    .strictObject({ stack: z.enum(["op-stack", "orbit"]), hubEnd: addressSchema, rollupEnd: addressSchema })
    .optional(),
});

/** Where everything is, one file a network. What else a file says is not read. */
export const addressBookSchema = z.object({
  hub: hubBookSchema,
  rollups: z.array(rollupBookSchema),
  /** The commit that was deployed from, and a hash of what parley.config.ts said of the network. */
  commit: z.string().optional(),
  configHash: bytes32Schema.optional(),
});

/** What {@link hubBookSchema} parses to. */
export type HubBook = z.output<typeof hubBookSchema>;
/** What {@link rollupBookSchema} parses to. */
export type RollupBook = z.output<typeof rollupBookSchema>;
/** What {@link recordSchema} parses to. */
export type DeploymentRecord = z.output<typeof recordSchema>;
/** What {@link addressBookSchema} parses to. */
export type AddressBook = z.output<typeof addressBookSchema>;

/** Why an address book cannot be read. */
export class AddressBookError extends CodedError<"NotFound" | "Malformed"> {}

/**
 * @param path - A file.
 * @returns The address book in it; throws {@link AddressBookError}.
 */
export async function readAddressBook(path: string): Promise<AddressBook> {
  if (!existsSync(path)) throw new AddressBookError("NotFound", `${path} does not exist`);
  try {
    return parse(addressBookSchema, JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    throw new AddressBookError("Malformed", `${path} is no address book: ${String(error)}`, { cause: error });
  }
}
