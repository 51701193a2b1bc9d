import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, open, readFile } from "node:fs/promises";

import { create, decrypt, defaultScryptModule } from "@chainsafe/bls-keystore";
import { concat, toBeHex } from "ethers";
import { z } from "zod";

import { CodedError, ProtocolError } from "#protocol/errors.ts";
import { keyPair, type G1Point, type KeyPair } from "#protocol/bn254.ts";
import { GROUP_ORDER } from "#protocol/field.ts";
import { parse } from "#protocol/schemas.ts";

// BN254 keys at rest: EIP-2335, version 4, by a library made for BLS12-381. `pubkey` is the key's half in G1 as operator tables
// have it (x 32, y 32): 64 bytes where validators' tools want 48, so none of them takes it for a key of theirs. `path` is empty,
// because no seed stands behind it.

/** What a file needs to open. */
export interface KeystoreFile {
  readonly file: string;
  /** Holds the password and nothing else but a line's end. */
  readonly passwordFile: string;
}

/** Why a keystore is of no use, by name. */
export type KeystoreErrorCode =
  "NotFound" | "AlreadyThere" | "NotWritable" | "Malformed" | "WrongPassword" | "PasswordTooShort";

/** A keystore is of no use. Never tells anything of key or password. */
export class KeystoreError extends CodedError<KeystoreErrorCode> {}

/** Fewer characters are guessed in no time. */
const LEAST_PASSWORD_LENGTH = 8;
/** A keystore of ours is shorter than a tenth of this. */
const MOST_FILE_LENGTH = 16_384;

const hexOf = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));
const noParams = z.strictObject({});
const kdfShape = { dklen: z.literal(32), salt: hexOf(32) };
const scryptParams = { n: z.int().min(2).max(1_048_576), r: z.int().min(1).max(8), p: z.int().min(1).max(4) };
const pbkdf2Params = { c: z.int().min(1).max(10_000_000), prf: z.literal("hmac-sha256") };

// Bounded, so that a file from elsewhere does not make us work for hours.
const keystoreSchema = z.strictObject({
  version: z.literal(4),
  uuid: z.uuid(),
  description: z.string().max(200).optional(),
  path: z.literal(""),
  pubkey: hexOf(64),
  crypto: z.strictObject({
    kdf: z.discriminatedUnion("function", [
      z.strictObject({
        function: z.literal("scrypt"),
        params: z.strictObject({ ...kdfShape, ...scryptParams }),
        message: z.literal(""),
      }),
      z.strictObject({
        function: z.literal("pbkdf2"),
        params: z.strictObject({ ...kdfShape, ...pbkdf2Params }),
        message: z.literal(""),
      }),
    ]),
    checksum: z.strictObject({ function: z.literal("sha256"), params: noParams, message: hexOf(32) }),
    cipher: z.strictObject({
      function: z.literal("aes-128-ctr"),
      params: z.strictObject({ iv: hexOf(16) }),
      message: hexOf(32),
    }),
  }),
});

/** A new key, from the system's randomness. */
export function newKey(): KeyPair {
  for (;;) {
    const candidate = BigInt(`0x${randomBytes(32).toString("hex")}`);
    if (candidate > 0n && candidate < GROUP_ORDER) return keyPair(candidate);
  }
}

/**
 * @param key - A key's half in G1.
 * @returns It as keystores and operator tables have it: x 32, y 32, in hex.
 */
export function packedKey({ x, y }: G1Point): string {
  return concat([toBeHex(x, 32), toBeHex(y, 32)]);
}

/**
 * Writes a key into a new file that only its owner reads. Never over another.
 *
 * @param file - Where.
 * @param key - The key.
 * @param password - At least 8 characters.
 */
export async function writeKeystore(file: string, key: KeyPair, password: string): Promise<void> {
  if (password.length < LEAST_PASSWORD_LENGTH) {
    throw new KeystoreError("PasswordTooShort", `a password has at least ${LEAST_PASSWORD_LENGTH} characters`);
  }
  const taken = () => new KeystoreError("AlreadyThere", `${file} exists; it is not overwritten`);
  if (existsSync(file)) throw taken();
  const secret = Buffer.from(toBeHex(key.secret, 32).slice(2), "hex");
  const pubkey = Buffer.from(packedKey(key.g1).slice(2), "hex");
  const keystore = await create(password, secret, pubkey, "", "Parley operator, BN254", defaultScryptModule());
  const handle = await open(file, "wx", 0o600).catch((error: unknown) => {
    if (isErrno(error, "EEXIST")) throw taken();
    const why = isErrno(error, "ENOENT") ? "its folder does not exist" : String(error);
    throw new KeystoreError("NotWritable", `${file} cannot be written: ${why}`);
  });
  try {
    await handle.writeFile(`${JSON.stringify(keystore, undefined, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  // What the process's umask took away stays away; what it left to others does not.
  await chmod(file, 0o600);
}

/**
 * @param file - A keystore.
 * @returns The public key that it says it holds, packed: checked against the secret only where that is opened.
 */
export async function publicKeyOf(file: string): Promise<string> {
  return `0x${(await readKeystore(file)).pubkey}`;
}

/**
 * Opens a keystore.
 *
 * @param file - Where.
 * @param password - Its password.
 * @returns The key; throws `WrongPassword`, or `Malformed` where the secret is not the public key's.
 */
export async function openKeystore(file: string, password: string): Promise<KeyPair> {
  const keystore = await readKeystore(file);
  const { description, ...rest } = keystore;
  const read = description === undefined ? rest : { ...rest, description };
  const secret = await decrypt(read, password).catch(() => {
    throw new KeystoreError("WrongPassword", `the password does not open ${file}`);
  });
  const scalar = BigInt(`0x${Buffer.from(secret).toString("hex")}`);
  if (scalar === 0n || scalar >= GROUP_ORDER) {
    throw new KeystoreError("Malformed", `${file} holds no BN254 key`);
  }
  const key = keyPair(scalar);
  if (packedKey(key.g1) !== `0x${keystore.pubkey}`) {
    throw new KeystoreError("Malformed", `${file} holds another key than it says`);
  }
  return key;
}

/**
 * @param file - A file that holds a password.
 * @returns It, without the line's end.
 */
export async function passwordIn(file: string): Promise<string> {
  return (await readText(file)).replace(/\r?\n$/, "");
}

async function readKeystore(file: string): Promise<z.output<typeof keystoreSchema>> {
  const text = await readText(file);
  try {
    return parse(keystoreSchema, JSON.parse(text));
  } catch (error) {
    const where = error instanceof ProtocolError ? `: ${error.message}` : "";
    throw new KeystoreError("Malformed", `${file} is no keystore of a BN254 key${where}`);
  }
}

async function readText(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw isErrno(error, "ENOENT") ? new KeystoreError("NotFound", `${file} does not exist`) : error;
  });
  if (text.length > MOST_FILE_LENGTH) throw new KeystoreError("Malformed", `${file} is too long`);
  return text;
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
