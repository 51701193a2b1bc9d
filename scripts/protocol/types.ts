import { getAddress, getBytes, hexlify, isHexString, type BytesLike } from "ethers";

import { ProtocolError, ensure } from "./errors.ts";

declare const brand: unique symbol;

/** A value that was checked once, at the border, and carries that fact in its type. Brands add up by intersection. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Readonly<Record<Name, true>> };

/** Bytes as lower-case hex with `0x`, an even number of digits. */
export type Hex = Brand<string, "Hex">;
/** 32 bytes as lower-case hex. */
export type Bytes32 = Brand<Hex, "Bytes32">;
/** The id of one message, the leaf of its page. */
export type MessageId = Brand<Bytes32, "MessageId">;
/** The id of one lane, which is also the lane's first chain head. */
export type LaneId = Brand<Bytes32, "LaneId">;
/** The EIP-712 struct hash of one statement, hashed once more: a leaf of a batch. */
export type StatementLeaf = Brand<Bytes32, "StatementLeaf">;
/** The EIP-712 digest of a batch: what operators sign. */
export type BatchDigest = Brand<Bytes32, "BatchDigest">;
/** An address with its EIP-55 checksum. */
export type Address = Brand<string, "Address">;
/** An EIP-155 chain id that fits a `uint64`. */
export type ChainId = Brand<bigint, "ChainId">;

/** 32 zero bytes: a place of a page where nothing was sent yet. */
export const ZERO_BYTES32: Bytes32 = bytes32(`0x${"00".repeat(32)}`);

// The only place of this folder where a type is asserted: callers below have just checked what the brand says.

function branded<B>(value: unknown): B {
  return value as B;
}

/**
 * @param value - Bytes, or hex in any case.
 * @returns The same bytes as canonical hex, or throws `InvalidHex`.
 */
export function hex(value: BytesLike): Hex {
  ensure(
    typeof value !== "string" || (isHexString(value) && value.length % 2 === 0),
    "InvalidHex",
    () => `not hex bytes: ${String(value)}`,
  );
  return branded<Hex>(hexlify(value));
}

/**
 * @param value - 32 bytes, or their hex in any case.
 * @returns Canonical hex, or throws `InvalidHex`.
 */
export function bytes32(value: BytesLike): Bytes32 {
  const canonical = hex(value);
  ensure(canonical.length === 66, "InvalidHex", () => `not 32 bytes: ${canonical}`);
  return branded<Bytes32>(canonical);
}

/**
 * @param value - 32 bytes that are known to be a message's id.
 * @returns The same bytes, branded.
 */
export function messageIdOf(value: BytesLike): MessageId {
  return branded<MessageId>(bytes32(value));
}

/**
 * @param value - 32 bytes that are known to be a lane's id.
 * @returns The same bytes, branded.
 */
export function laneIdOf(value: BytesLike): LaneId {
  return branded<LaneId>(bytes32(value));
}

/**
 * @param value - 32 bytes that are known to be a statement's leaf.
 * @returns The same bytes, branded.
 */
export function statementLeafOf(value: BytesLike): StatementLeaf {
  return branded<StatementLeaf>(bytes32(value));
}

/**
 * @param value - 32 bytes that are known to be a batch's digest.
 * @returns The same bytes, branded.
 */
export function batchDigestOf(value: BytesLike): BatchDigest {
  return branded<BatchDigest>(bytes32(value));
}

/**
 * @param value - 20 bytes, or their hex in any case; a mixed-case string must carry the right checksum.
 * @returns The address with its checksum, or throws `InvalidAddress`.
 */
export function address(value: BytesLike): Address {
  const text = typeof value === "string" ? value : hexlify(value);
  ensure(/^0x[0-9a-fA-F]{40}$/.test(text), "InvalidAddress", () => `not 20 bytes of hex: ${text}`);
  try {
    return branded<Address>(getAddress(text));
  } catch {
    throw new ProtocolError("InvalidAddress", `wrong checksum: ${text}`);
  }
}

/**
 * @param value - A positive number below 2⁶⁴.
 * @returns The chain id, or throws `NumberOutOfRange`.
 */
export function chainId(value: bigint | number): ChainId {
  const id = uint(value, 64);
  ensure(id > 0n, "NumberOutOfRange", () => "a chain id is never zero");
  return branded<ChainId>(id);
}

/**
 * @param value - A whole number.
 * @param bits - How many bits it may take.
 * @returns The number as a bigint, or throws `NumberOutOfRange`.
 */
export function uint(value: bigint | number, bits: number): bigint {
  ensure(
    typeof value === "bigint" || Number.isSafeInteger(value),
    "NumberOutOfRange",
    () => `not a whole number: ${String(value)}`,
  );
  const number = BigInt(value);
  ensure(
    number >= 0n && number >> BigInt(bits) === 0n,
    "NumberOutOfRange",
    () => `${String(value)} is no uint${String(bits)}`,
  );
  return number;
}

/**
 * @param value - A whole number.
 * @param bits - How many bits it may take, at most 32, so that a JavaScript number holds it.
 * @returns The number, or throws `NumberOutOfRange`.
 */
export function smallUint(value: bigint | number, bits: 8 | 16 | 24 | 32): number {
  return Number(uint(value, bits));
}

/**
 * @param value - Hex.
 * @returns Its bytes.
 */
export function bytesOf(value: Hex): Uint8Array {
  return getBytes(value);
}

/**
 * @param value - Hex.
 * @returns How many bytes it stands for.
 */
export function byteLength(value: Hex): number {
  return value.length / 2 - 1;
}

/**
 * Cuts bytes out of hex without decoding all of it, so that reading a long string part by part stays linear.
 *
 * @param value - Hex.
 * @param start - The first byte.
 * @param end - The byte after the last; the end of the value unless given.
 * @returns The bytes between; throws `IndexOutOfRange` when the value does not have them.
 */
export function sliceHex(value: Hex, start: number, end: number = byteLength(value)): Hex {
  ensure(
    start >= 0 && start <= end && end <= byteLength(value),
    "IndexOutOfRange",
    () => `no bytes ${String(start)} to ${String(end)} in ${String(byteLength(value))}`,
  );
  return branded<Hex>(`0x${value.slice(2 + 2 * start, 2 + 2 * end)}`);
}
