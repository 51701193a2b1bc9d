import { DEFAULT_GAS_LIMIT } from "#protocol/attributes.ts";
import { address, hex, smallUint, uint, type Address } from "#protocol/types.ts";

import { DevnetError } from "./errors.ts";
import { textPayload, type Order } from "./sending.ts";

/** A message as somebody typed it; what is empty was not given. */
export interface TypedOrder {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly data: string;
  readonly recipient: string;
  readonly gasLimit: string;
  readonly deliverBefore: string;
}

/**
 * @param typed - What was typed.
 * @param destination - Where it goes.
 * @param usual - Who gets it unless somebody is named.
 * @param nowSeconds - The time, for a relative deadline.
 * @returns The message; throws `InvalidOption` or the broken rule.
 */
export function orderOf(
  typed: TypedOrder,
  destination: Order["destination"],
  usual: Address | undefined,
  nowSeconds: number,
): Order {
  const recipient = typed.recipient === "" ? usual : address(typed.recipient);
  if (recipient === undefined) throw new DevnetError("InvalidOption", "--recipient: which contract shall get it?");
  if (typed.from === typed.to) throw new DevnetError("InvalidOption", "--from and --to name the same rollup");
  if (typed.text !== "" && typed.data !== "") {
    throw new DevnetError("InvalidOption", "give --text or --data, not both");
  }
  return {
    destination,
    recipient,
    payload: typed.data === "" ? textPayload(typed.text) : hex(typed.data),
    gasLimit: typed.gasLimit === "" ? DEFAULT_GAS_LIMIT : smallUint(numberOf("--gas-limit", typed.gasLimit), 32),
    deliverBefore: deadlineOf(typed.deliverBefore, nowSeconds),
  };
}

function deadlineOf(text: string, nowSeconds: number): bigint {
  if (text === "") return 0n;
  const isRelative = text.startsWith("+");
  const value = numberOf("--deliver-before", isRelative ? text.slice(1) : text);
  return uint(isRelative ? BigInt(nowSeconds) + value : value, 64);
}

function numberOf(option: string, text: string): bigint {
  if (!/^[0-9]{1,20}$/.test(text)) throw new DevnetError("InvalidOption", `${option}: "${text}" is not a number`);
  return BigInt(text);
}
