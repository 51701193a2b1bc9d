import { AbiCoder, concat, id } from "ethers";

import { ProtocolError, ensure } from "./errors.ts";
import { byteLength, hex, sliceHex, uint, type Hex } from "./types.ts";

/** ERC-7985 key: gas that the recipient's call must get. */
export const MIN_GAS_LIMIT_KEY: Hex = sliceHex(hex(id("minGasLimit(uint256)")), 0, 4);
/** ERC-7985 key: last second of delivery. */
export const DELIVER_BEFORE_KEY: Hex = sliceHex(hex(id("deliverBefore(uint256)")), 0, 4);

/** Gas limit of a message whose sender named none. */
export const DEFAULT_GAS_LIMIT = 200_000;
/** The highest gas limit a sender may ask for. */
export const MAX_GAS_LIMIT = 10_000_000;

// A key and one ABI word: anything shorter or longer is not what `abi.encodeWithSignature` writes.
const ATTRIBUTE_BYTES = 36;

/** What the attributes of a message say, with the defaults filled in. */
export interface Attributes {
  readonly gasLimit: number;
  readonly deliverBefore: bigint;
}

/**
 * Writes ERC-7786 attributes, leaving out what is the default.
 *
 * @param attributes - What the sender asks for.
 * @returns The list for `sendMessage`.
 */
export function encodeAttributes(attributes: Partial<Attributes>): Hex[] {
  const list: Hex[] = [];
  const { gasLimit = DEFAULT_GAS_LIMIT, deliverBefore = 0n } = attributes;
  checkGasLimit(BigInt(gasLimit));
  if (gasLimit !== DEFAULT_GAS_LIMIT) list.push(encodeAttribute(MIN_GAS_LIMIT_KEY, BigInt(gasLimit)));
  if (deliverBefore !== 0n) list.push(encodeAttribute(DELIVER_BEFORE_KEY, uint(deliverBefore, 64)));
  return list;
}

/**
 * Reads the attributes of `sendMessage` the way the outbox does.
 *
 * @param list - Attributes in any order.
 * @returns What they say; throws `UnsupportedAttribute` for an unknown or repeated key.
 */
export function decodeAttributes(list: readonly Hex[]): Attributes {
  const values = new Map<Hex, bigint>();
  for (const attribute of list) {
    const key = sliceHex(attribute, 0, Math.min(4, byteLength(attribute)));
    const known = key === MIN_GAS_LIMIT_KEY || key === DELIVER_BEFORE_KEY;
    if (!known || values.has(key))
      throw new ProtocolError("UnsupportedAttribute", `unknown or repeated attribute ${key}`);
    ensure(
      byteLength(attribute) === ATTRIBUTE_BYTES,
      "InvalidAttribute",
      () => `attribute ${key} has ${String(byteLength(attribute))} bytes, not ${String(ATTRIBUTE_BYTES)}`,
    );
    values.set(key, BigInt(sliceHex(attribute, 4)));
  }
  const gasLimit = values.get(MIN_GAS_LIMIT_KEY) ?? BigInt(DEFAULT_GAS_LIMIT);
  checkGasLimit(gasLimit);
  return { gasLimit: Number(gasLimit), deliverBefore: uint(values.get(DELIVER_BEFORE_KEY) ?? 0n, 64) };
}

function encodeAttribute(key: Hex, value: bigint): Hex {
  return hex(concat([key, AbiCoder.defaultAbiCoder().encode(["uint256"], [value])]));
}

function checkGasLimit(gasLimit: bigint): void {
  uint(gasLimit, 256);
  ensure(
    gasLimit <= BigInt(MAX_GAS_LIMIT),
    "GasLimitTooHigh",
    () => `gas limit ${String(gasLimit)}, at most ${String(MAX_GAS_LIMIT)}`,
  );
}
