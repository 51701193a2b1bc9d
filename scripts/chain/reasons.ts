import type { Interface } from "ethers";
import { AbiCoder, dataSlice, isCallException, toUtf8String } from "ethers";

import { byteLength, hex, type Hex } from "#protocol/types.ts";

import {
  CertificateVerifier__factory,
  Directory__factory,
  Frames__factory,
  Gateway__factory,
  OperatorTables__factory,
  Policy__factory,
  TableBuilder__factory,
} from "./contracts.ts";

const interfaces: readonly Interface[] = [
  Gateway__factory.createInterface(),
  CertificateVerifier__factory.createInterface(),
  Policy__factory.createInterface(),
  Directory__factory.createInterface(),
  OperatorTables__factory.createInterface(),
  TableBuilder__factory.createInterface(),
  Frames__factory.createInterface(),
];

/** Selectors of `Error(string)` and `Panic(uint256)`. */
const ERROR = "0x08c379a0";
const PANIC = "0x4e487b71";

/** Why a call failed. */
export interface Failure {
  /** Name of the error, if it is one of ours. */
  readonly name: string | undefined;
  /** For people. */
  readonly text: string;
}

/**
 * @param data - What a call reverted with.
 * @returns What it says.
 */
export function decodeReason(data: Hex): Failure {
  if (byteLength(data) === 0) return { name: undefined, text: "reverted without a reason" };
  // Errors of the language itself are said plainly.
  if (data.startsWith(ERROR) || data.startsWith(PANIC)) return { name: undefined, text: textOf(data) };
  for (const known of interfaces) {
    const error = byteLength(data) < 4 ? null : known.getError(dataSlice(data, 0, 4));
    if (error === null) continue;
    const text = `${error.name}(${decodeArguments(
      error.inputs.map(({ type }) => type),
      data,
    )})`;
    return { name: error.name, text };
  }
  return { name: undefined, text: textOf(data) };
}

/**
 * @param error - What ethers threw.
 * @returns The revert, if the call was made and reverted; undefined when the chain could not be asked.
 */
export function revertOf(error: unknown): Failure | undefined {
  const inner = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (isCallException(inner)) return decodeReason(hex(inner.data ?? "0x"));
  return undefined;
}

// A reason is cut at 256 bytes, so it may not decode.
function decodeArguments(types: readonly string[], data: Hex): string {
  try {
    return AbiCoder.defaultAbiCoder()
      .decode([...types], dataSlice(data, 4))
      .map(String)
      .join(", ");
  } catch {
    return dataSlice(data, 4);
  }
}

function textOf(data: Hex): string {
  try {
    if (data.startsWith(ERROR)) {
      const [text] = AbiCoder.defaultAbiCoder().decode(["string"], dataSlice(data, 4));
      return String(text);
    }
    if (data.startsWith(PANIC)) return `panic ${dataSlice(data, 35)}`;
    return data.length > 2 && /^[ -~]+$/.test(toUtf8String(data)) ? toUtf8String(data) : data;
  } catch {
    return data;
  }
}
