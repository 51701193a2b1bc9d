import { concat, toBeHex } from "ethers";

import { ensure, ProtocolError } from "./errors.ts";
import {
  address,
  byteLength,
  chainId,
  hex,
  sliceHex,
  smallUint,
  type Address,
  type ChainId,
  type Hex,
} from "./types.ts";

/** The only version of interoperable addresses there is. */
export const INTEROPERABLE_VERSION: Hex = hex("0x0001");
/** Chain type of EVM chains. */
export const EVM_CHAIN_TYPE: Hex = hex("0x0000");

/** An ERC-7930 address of any kind of chain; reference or address may be empty, not both. */
export interface InteroperableAddress {
  readonly chainType: Hex;
  readonly chainReference: Hex;
  readonly address: Hex;
}

/** An account on an EVM chain. */
export interface EvmAddress {
  readonly chainId: ChainId;
  readonly address: Address;
}

/**
 * `0x0001 | chainType 2 | reference length 1 | reference | address length 1 | address`.
 *
 * @param parts - The parts.
 * @returns Their bytes.
 */
export function encodeInteroperableAddress(parts: InteroperableAddress): Hex {
  ensure(byteLength(parts.chainType) === 2, "InvalidInteroperableAddress", () => "a chain type has 2 bytes");
  ensureNotEmpty(parts);
  const lengthOf = (value: Hex) => toBeHex(smallUint(byteLength(value), 8), 1);
  return hex(
    concat([
      INTEROPERABLE_VERSION,
      parts.chainType,
      lengthOf(parts.chainReference),
      parts.chainReference,
      lengthOf(parts.address),
      parts.address,
    ]),
  );
}

/**
 * Parses any ERC-7930 version 1 address. Nothing may follow it, so one account has one encoding.
 *
 * @param value - The bytes.
 * @returns The parts; throws `InvalidInteroperableAddress`.
 */
export function parseInteroperableAddress(value: Hex): InteroperableAddress {
  let position = 0;
  const take = (length: number) => {
    const end = position + length;
    ensure(end <= byteLength(value), "InvalidInteroperableAddress", () => `truncated: ${value}`);
    const part = sliceHex(value, position, end);
    position = end;
    return part;
  };
  const version = take(2);
  ensure(version === INTEROPERABLE_VERSION, "InvalidInteroperableAddress", () => `unknown version ${version}`);
  const chainType = take(2);
  const chainReference = take(Number(take(1)));
  const parts = { chainType, chainReference, address: take(Number(take(1))) };
  ensure(position === byteLength(value), "InvalidInteroperableAddress", () => `bytes after the address: ${value}`);
  ensureNotEmpty(parts);
  return parts;
}

/**
 * @param chain - The chain.
 * @param account - The account on it.
 * @returns The canonical address: the chain id big-endian without leading zeros.
 */
export function encodeEvmAddress(chain: ChainId, account: Address): Hex {
  return encodeInteroperableAddress({
    chainType: EVM_CHAIN_TYPE,
    chainReference: evmReference(chain),
    address: hex(account),
  });
}

/**
 * @param chain - The chain.
 * @returns The canonical address of the chain itself, without an account.
 */
export function encodeEvmChain(chain: ChainId): Hex {
  return encodeInteroperableAddress({
    chainType: EVM_CHAIN_TYPE,
    chainReference: evmReference(chain),
    address: hex("0x"),
  });
}

/**
 * Parses a canonical EVM account: chain and account present, no leading zero in the chain id, nothing behind.
 *
 * @param value - The bytes.
 * @returns Chain and account; throws `InvalidInteroperableAddress`.
 */
export function parseEvmAddress(value: Hex): EvmAddress {
  const parts = parseInteroperableAddress(value);
  ensure(
    parts.chainType === EVM_CHAIN_TYPE,
    "InvalidInteroperableAddress",
    () => `chain type ${parts.chainType} is not EVM`,
  );
  ensure(byteLength(parts.address) === 20, "InvalidInteroperableAddress", () => `not 20 bytes: ${parts.address}`);
  return { chainId: parseEvmReference(parts.chainReference), address: address(parts.address) };
}

function evmReference(chain: ChainId): Hex {
  return hex(toBeHex(chain));
}

function parseEvmReference(reference: Hex): ChainId {
  const length = byteLength(reference);
  ensure(
    length >= 1 && length <= 8 && !reference.startsWith("0x00"),
    "InvalidInteroperableAddress",
    () => `${reference} is no canonical chain id of 64 bits`,
  );
  return chainId(BigInt(reference));
}

function ensureNotEmpty(parts: InteroperableAddress): void {
  if (byteLength(parts.chainReference) === 0 && byteLength(parts.address) === 0) {
    throw new ProtocolError("InvalidInteroperableAddress", "neither chain nor address");
  }
}
