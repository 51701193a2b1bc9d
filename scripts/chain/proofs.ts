import { verifyMerkleProof } from "@ethereumjs/mpt";
import { decodeRlp, getBytes, keccak256, toBeHex, zeroPadValue } from "ethers";
import { z } from "zod";

import { hexSchema } from "#protocol/schemas.ts";
import { bytes32, hex, ZERO_BYTES32, type Address, type Bytes32, type Hex } from "#protocol/types.ts";

import { ChainError } from "./errors.ts";

/** Root of a trie that holds nothing. */
const EMPTY_ROOT = keccak256("0x80");
/** Place of the storage root in an account: nonce, balance, storage root, code hash. */
const STORAGE_ROOT_AT = 2;

const proofSchema = z.object({
  accountProof: z.array(hexSchema).min(1).max(64),
  storageProof: z.array(z.object({ proof: z.array(hexSchema).max(64) })).length(1),
});

/** An EIP-1186 proof of one slot. What the endpoint says the values are is not read at all. */
export type StorageProof = z.output<typeof proofSchema>;

/** Parameters of `eth_getProof` for one slot: padded to 32 bytes, as every client takes it. */
export function proofParameters(account: Address, slot: Bytes32, blockNumber: number): unknown[] {
  return [account, [zeroPadValue(slot, 32)], `0x${blockNumber.toString(16)}`];
}

/**
 * @param answer - What an endpoint answered to `eth_getProof`.
 * @returns The proof; throws `InvalidProof` for anything else.
 */
export function parseProof(answer: unknown): StorageProof {
  const parsed = proofSchema.safeParse(answer);
  if (!parsed.success) throw new ChainError("InvalidProof", "not an EIP-1186 proof of one slot");
  return parsed.data;
}

/**
 * Verifies an account and one of its slots against a state root.
 *
 * @param stateRoot - Of an agreed header.
 * @param account - Whose storage.
 * @param slot - Which slot.
 * @param proof - The proof.
 * @returns What the slot holds, zero included; throws `InvalidProof`.
 */
export async function provenSlot(
  stateRoot: Bytes32,
  account: Address,
  slot: Bytes32,
  proof: StorageProof,
): Promise<Bytes32> {
  const accountRlp = await provenValue(stateRoot, account, proof.accountProof);
  // Proven absent: not deployed yet at that block, so nothing is stored.
  if (accountRlp === null) return ZERO_BYTES32;
  const fields = decodeRlp(accountRlp);
  const storageRoot = Array.isArray(fields) ? fields[STORAGE_ROOT_AT] : undefined;
  if (typeof storageRoot !== "string") throw new ChainError("InvalidProof", "not an account");
  if (storageRoot === EMPTY_ROOT) return ZERO_BYTES32;

  const valueRlp = await provenValue(bytes32(storageRoot), slot, proof.storageProof[0]?.proof ?? []);
  if (valueRlp === null) return ZERO_BYTES32;
  const value = decodeRlp(valueRlp);
  if (typeof value !== "string") throw new ChainError("InvalidProof", "not a storage value");
  return bytes32(toBeHex(BigInt(value), 32));
}

async function provenValue(root: Bytes32, key: Hex | Address, nodes: readonly Hex[]): Promise<Uint8Array | null> {
  try {
    const options = { root: getBytes(root), useKeyHashing: true };
    return await verifyMerkleProof(
      getBytes(key),
      nodes.map((node) => getBytes(hex(node))),
      options,
    );
  } catch (error) {
    throw new ChainError("InvalidProof", `the nodes do not lead from ${root} to ${key}`, { cause: error });
  }
}
