import { keccak256 } from "ethers";
import { z } from "zod";

import { addressSchema, bytes32Schema, hexSchema } from "#protocol/schemas.ts";
import { byteLength, type Address } from "#protocol/types.ts";

import { SnapshotError } from "./errors.ts";

/** The file format: accounts with code, nonce, balance and configuration slots. */
export const SNAPSHOT_FORMAT = "eigenlayer-snapshot/1";

/** Most accounts of a snapshot. */
export const MAX_ACCOUNTS = 64;
/** Most slots of one account. */
const MAX_SLOTS = 4_096;
/** Longest code of an account; chains do not take as much today. */
export const MAX_CODE_BYTES = 262_144;

const accountSchema = z.object({
  name: z.string().min(1).max(200),
  /** How code and slots are known: by a proof, or by an endpoint's word. Files of others say other things. */
  origin: z.string().max(200).optional(),
  nonce: z.number().int().nonnegative(),
  balance: z
    .string()
    .regex(/^0x[0-9a-f]{1,64}$/i)
    .transform(BigInt),
  code: hexSchema.refine((code) => byteLength(code) > 0 && byteLength(code) <= MAX_CODE_BYTES, "code is missing"),
  codeHash: bytes32Schema.optional(),
  storage: z
    .record(bytes32Schema, bytes32Schema)
    .refine((storage) => Object.keys(storage).length <= MAX_SLOTS, "too many slots"),
});

const snapshotSchema = z.object({
  format: z.literal(SNAPSHOT_FORMAT),
  chainId: z.number().int().positive(),
  forkBlock: z.number().int().nonnegative(),
  accounts: z
    .record(addressSchema, accountSchema)
    .refine((accounts) => Object.keys(accounts).length <= MAX_ACCOUNTS, "too many accounts"),
});

/** A snapshot, read. */
export type Snapshot = z.output<typeof snapshotSchema>;
/** One account of it. */
export type SnapshotAccount = z.output<typeof accountSchema>;

/**
 * @param text - A snapshot's file.
 * @returns What it holds; throws `InvalidSnapshot` for another format, and for code that is not what its hash says.
 */
export function parseSnapshot(text: string): Snapshot {
  const parsed = snapshotSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.map(String).join(".") ?? "";
    throw new SnapshotError("InvalidSnapshot", `not a file of ${SNAPSHOT_FORMAT}: ${where}: ${issue?.message ?? ""}`);
  }
  for (const [account, { name, code, codeHash }] of Object.entries(parsed.data.accounts)) {
    if (codeHash === undefined || keccak256(code) === codeHash) continue;
    throw new SnapshotError("InvalidSnapshot", `the code of ${name} (${account}) is not what its hash says`);
  }
  return parsed.data;
}

/**
 * @param snapshot - A snapshot.
 * @param name - An account's name in it.
 * @returns Where the account is; throws `InvalidSnapshot` when there is none.
 */
export function accountNamed({ accounts }: Snapshot, name: string): Address {
  const found = Object.entries(accounts).find(([, account]) => account.name === name)?.[0];
  if (found === undefined) throw new SnapshotError("InvalidSnapshot", `the snapshot has no ${name}`);
  return addressSchema.parse(found);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SnapshotError("InvalidSnapshot", "not JSON", { cause: error });
  }
}
