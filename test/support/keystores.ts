import { writeFileSync } from "node:fs";

import { create, defaultScryptModule } from "@chainsafe/bls-keystore";
import { toBeHex } from "ethers";

import { packedKey } from "#nodes/shared/keystore.ts";
import type { KeyPair } from "#protocol/bn254.ts";

/** Writes a keystore that opens at once, which a real one must not. */
export async function quickKeystore(file: string, key: KeyPair, password: string): Promise<string> {
  const scrypt = defaultScryptModule();
  const [secret, pubkey] = [toBeHex(key.secret, 32), packedKey(key.g1)].map((hex) => Buffer.from(hex.slice(2), "hex"));
  if (secret === undefined || pubkey === undefined) throw new Error("a key has two halves");
  const quick = { ...scrypt, params: { ...scrypt.params, n: 1_024 } };
  writeFileSync(file, JSON.stringify(await create(password, secret, pubkey, "", "of a test", quick)));
  return file;
}
