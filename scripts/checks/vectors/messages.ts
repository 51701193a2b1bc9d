import { dataSlice } from "ethers";

import { decodeAttributes, encodeAttributes, MAX_GAS_LIMIT } from "#protocol/attributes.ts";
import {
  foldChain,
  laneId,
  LANE_STEP,
  LANE_TYPEHASH,
  MESSAGE_TYPEHASH,
  messageId,
  nextChainHead,
  type Message,
} from "#protocol/messages.ts";
import { packMessages, PACKED_HEADER_BYTES } from "#protocol/packing.ts";
import { byteLength, hex } from "#protocol/types.ts";

import type { VectorFile } from "./format.ts";
import { Random } from "./random.ts";
import * as sample from "./samples.ts";

const PAYLOAD_BYTES = [0, 1, 31, 32, 33, 256, 24_576];

/** Ids, chain steps and packed forms of single messages; whole sequences; packed bytes that are refused; attributes. */
export function messageVectors(): VectorFile {
  const random = new Random("messages");
  const cases = [...PAYLOAD_BYTES.map((length) => messageOf(random, length)), ...extremes(random)].map((message) => {
    const chainHeadBefore = random.word();
    const id = messageId(message);
    return {
      ...message,
      chainHeadAfter: nextChainHead(chainHeadBefore, id),
      chainHeadBefore,
      id,
      laneId: laneId(message),
      packedHeader: dataSlice(packMessages([message]), 0, PACKED_HEADER_BYTES),
    };
  });
  return {
    attributes: attributeCases(),
    cases,
    laneStep: LANE_STEP,
    laneTypeHash: LANE_TYPEHASH,
    messageTypeHash: MESSAGE_TYPEHASH,
    sequences: [[0], [1, 0], [31, 32, 33], [0, 0, 0, 0], [256, 1, 64, 100, 5]].map((sizes) => sequence(random, sizes)),
    truncated: truncatedCases(random),
  };
}

function messageOf(random: Random, payloadBytes: number): Message {
  return { ...sample.lane(random), ...sample.body(random, payloadBytes), nonce: random.uint(64) };
}

// The smallest and the largest value of every number, one message each.
function extremes(random: Random): Message[] {
  const message = messageOf(random, 32);
  const largest = (1n << 64n) - 1n;
  return [
    { ...message, nonce: 0n, gasLimit: 0, deliverBefore: 0n },
    { ...message, nonce: largest, gasLimit: 2 ** 32 - 1, deliverBefore: largest },
  ];
}

function sequence(random: Random, payloadBytes: readonly number[]) {
  const lane = sample.lane(random);
  const firstNonce = random.uint(63);
  const messages = payloadBytes.map((length, offset) => ({
    ...lane,
    ...sample.body(random, length),
    nonce: firstNonce + BigInt(offset),
  }));
  const ids = messages.map(messageId);
  return { ...lane, chainHead: foldChain(laneId(lane), ids), firstNonce, ids, packed: packMessages(messages) };
}

function truncatedCases(random: Random) {
  const packed = packMessages([sample.body(random, 40), sample.body(random, 3)]);
  const first = PACKED_HEADER_BYTES + 40;
  const lengths = { "one byte": 1, "inside the first header": 54, "inside the first payload": first - 1 };
  const more = { "inside the second header": first + 54, "one byte short": byteLength(packed) - 1 };
  return [
    ...Object.entries({ ...lengths, ...more }).map(([name, length]) => ({
      name,
      packed: dataSlice(packed, 0, length),
    })),
    { name: "one byte more", packed: hex(`${packed}00`) },
  ];
}

function attributeCases() {
  return [{}, { gasLimit: 1 }, { gasLimit: MAX_GAS_LIMIT, deliverBefore: 1n }, { deliverBefore: (1n << 64n) - 1n }].map(
    (wanted) => {
      const list = encodeAttributes(wanted);
      return { ...decodeAttributes(list), list };
    },
  );
}
