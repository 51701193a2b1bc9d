import { verifyMerkleProof } from "@ethereumjs/mpt";
import { decodeRlp, getBytes, keccak256, toBeHex, zeroPadValue } from "ethers";
import { z } from "zod";

import { hexSchema } from "#protocol/schemas.ts";
import { bytes32, hex, ZERO_BYTES32, type Address, type Bytes32, type Hex } from "#protocol/types.ts";

import { ChainError } from "./errors.ts";

/** Root of a trie that holds nothing. */
const EMPTY_ROOT = keccak256("0x80");
/** Fields of an account as the state trie holds it, and how many there are. */
const [NONCE_AT, BALANCE_AT, STORAGE_ROOT_AT, CODE_HASH_AT, ACCOUNT_FIELDS] = [0, 1, 2, 3, 4];

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
  const found = await provenAccount(stateRoot, account, proof.accountProof);
  // Proven absent: not deployed yet at that block, so nothing is stored.
  if (found === null) return ZERO_BYTES32;
  return provenStorage(found.storageRoot, slot, proof.storageProof[0]?.proof ?? []);
}

/** An account as a state root commits to it. */
export interface ProvenAccount {
  readonly nonce: bigint;
  readonly balance: bigint;
  readonly storageRoot: Bytes32;
  readonly codeHash: Bytes32;
}

/**
 * Verifies an account against a state root.
 *
 * @param stateRoot - Of an agreed header.
 * @param account - Which account.
 * @param nodes - The account's proof.
 * @returns The account, or null where it is proven that there is none; throws `InvalidProof`.
 */
export async function provenAccount(
  stateRoot: Bytes32,
  account: Address,
  nodes: readonly Hex[],
): Promise<ProvenAccount | null> {
  const rlp = await provenValue(stateRoot, account, nodes);
  if (rlp === null) return null;
  const decoded = decodeRlp(rlp);
  const fields = Array.isArray(decoded) ? decoded.filter((field) => typeof field === "string") : [];
  const [nonce, balance] = [fields[NONCE_AT], fields[BALANCE_AT]];
  const [storageRoot, codeHash] = [fields[STORAGE_ROOT_AT], fields[CODE_HASH_AT]];
  if (nonce === undefined || balance === undefined || storageRoot === undefined || codeHash === undefined) {
    throw new ChainError("InvalidProof", `an account does not have ${ACCOUNT_FIELDS} fields`);
  }
  return {
    nonce: integerOf(nonce),
    balance: integerOf(balance),
    storageRoot: bytes32(storageRoot),
    codeHash: bytes32(codeHash),
  };
}

/**
 * Verifies a slot against the root of a proven account's storage.
 *
 * @param storageRoot - Of the account.
 * @param slot - Which slot.
 * @param nodes - The slot's proof.
 * @returns What the slot holds, zero included; throws `InvalidProof`.
 */
export async function provenStorage(storageRoot: Bytes32, slot: Bytes32, nodes: readonly Hex[]): Promise<Bytes32> {
  if (storageRoot === EMPTY_ROOT) return ZERO_BYTES32;
  const rlp = await provenValue(storageRoot, slot, nodes);
  if (rlp === null) return ZERO_BYTES32;
  const value = decodeRlp(rlp);
  if (typeof value !== "string") throw new ChainError("InvalidProof", "not a storage value");
  return bytes32(toBeHex(integerOf(value), 32));
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

/** An integer as RLP has it: without leading zeros, so that zero has no bytes. */
function integerOf(bytes: string): bigint {
  return bytes === "0x" ? 0n : BigInt(bytes);
}
