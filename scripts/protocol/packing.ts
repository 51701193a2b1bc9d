import { concat, toBeHex } from "ethers";

import { ProtocolError } from "./errors.ts";
import type { MessageBody } from "./messages.ts";
import { address, byteLength, hex, sliceHex, smallUint, uint, type Hex } from "./types.ts";

// sender 20 | recipient 20 | gasLimit 4 | deliverBefore 8 | payload length 3 | payload
const RECIPIENT_AT = 20;
const GAS_LIMIT_AT = 40;
const DELIVER_BEFORE_AT = 44;
const PAYLOAD_LENGTH_AT = 52;

/** Bytes of a packed message before its payload. */
export const PACKED_HEADER_BYTES = 55;

/**
 * Packs the `messages` of a run. This function and {@link unpackMessages} are the wire format.
 *
 * @param messages - The bodies, in the order of their nonces.
 * @returns Their packed bytes, one after the other.
 */
export function packMessages(messages: readonly MessageBody[]): Hex {
  return hex(concat(messages.map(packMessage)));
}

function packMessage(message: MessageBody): string {
  return concat([
    message.sender,
    message.recipient,
    toBeHex(smallUint(message.gasLimit, 32), 4),
    toBeHex(uint(message.deliverBefore, 64), 8),
    toBeHex(smallUint(byteLength(message.payload), 24), 3),
    message.payload,
  ]);
}

/**
 * Unpacks the `messages` of a run: every byte is consumed, so two different byte strings never mean the same messages.
 *
 * @param packed - The packed bytes.
 * @returns The bodies; throws `TruncatedMessages` when the bytes end inside a message.
 */
export function unpackMessages(packed: Hex): MessageBody[] {
  const total = byteLength(packed);
  const messages: MessageBody[] = [];
  let start = 0;
  while (start < total) {
    const read = (from: number, to: number) => sliceHex(packed, start + from, start + to);
    requireBytes(total, start + PACKED_HEADER_BYTES);
    const end = PACKED_HEADER_BYTES + Number(read(PAYLOAD_LENGTH_AT, PACKED_HEADER_BYTES));
    requireBytes(total, start + end);
    messages.push({
      sender: address(read(0, RECIPIENT_AT)),
      recipient: address(read(RECIPIENT_AT, GAS_LIMIT_AT)),
      gasLimit: Number(read(GAS_LIMIT_AT, DELIVER_BEFORE_AT)),
      deliverBefore: BigInt(read(DELIVER_BEFORE_AT, PAYLOAD_LENGTH_AT)),
      payload: read(PACKED_HEADER_BYTES, end),
    });
    start += end;
  }
  return messages;
}

function requireBytes(found: number, required: number): void {
  if (found < required) {
    throw new ProtocolError(
      "TruncatedMessages",
      `${String(found)} bytes of messages, at least ${String(required)} needed`,
    );
  }
}
