import { AbiCoder, getBytes, id, keccak256 } from "ethers";

import {
  smallUint,
  bytes32,
  laneIdOf,
  messageIdOf,
  uint,
  type Address,
  type Bytes32,
  type ChainId,
  type Hex,
  type LaneId,
  type MessageId,
} from "./types.ts";

const coder = AbiCoder.defaultAbiCoder();

/** How many messages a page holds. */
export const PAGE_SIZE = 256;
/** The most bytes a payload may have: the outbox refuses more. */
export const MAX_PAYLOAD_BYTES = 24_576;

/** Type hash of a message: the first word of what its id hashes. */
export const MESSAGE_TYPEHASH: Bytes32 = bytes32(
  id(
    "ParleyMessage(uint64 sourceChainId,address sourceGateway,uint64 destinationChainId,address destinationGateway," +
      "uint64 nonce,address sender,address recipient,uint32 gasLimit,uint64 deliverBefore,bytes payload)",
  ),
);
/** Type hash of a lane: the first word of what its id hashes. */
export const LANE_TYPEHASH: Bytes32 = bytes32(
  id("ParleyLane(uint64 sourceChainId,address sourceGateway,uint64 destinationChainId,address destinationGateway)"),
);
/** The first word of every step of a lane's hash chain. */
export const LANE_STEP: Bytes32 = bytes32(id("ParleyLaneStep"));

/** All messages from one gateway to another. */
export interface Lane {
  readonly sourceChainId: ChainId;
  readonly sourceGateway: Address;
  readonly destinationChainId: ChainId;
  readonly destinationGateway: Address;
}

/** What a sender said, without where it stands in its lane. */
export interface MessageBody {
  readonly sender: Address;
  readonly recipient: Address;
  /** Gas that the recipient's call must get. */
  readonly gasLimit: number;
  /** Last second of delivery, in the destination's time; 0 means none. */
  readonly deliverBefore: bigint;
  readonly payload: Hex;
}

/** One message, complete: everything its id binds. Field names are those of the Solidity struct. */
export interface Message extends Lane, MessageBody {
  /** Number of the message in its lane, without gaps from 0. */
  readonly nonce: bigint;
}

/** Where a message stands: `nonce = pageIndex · 256 + index`. */
export interface MessagePlace {
  readonly pageIndex: bigint;
  readonly index: number;
}

/**
 * `keccak256(abi.encode(LANE_TYPEHASH, sourceChainId, sourceGateway, destinationChainId, destinationGateway))`.
 *
 * @param lane - The lane.
 * @returns Its id, which is also its first chain head.
 */
export function laneId(lane: Lane): LaneId {
  return laneIdOf(
    keccak256(
      coder.encode(
        ["bytes32", "uint64", "address", "uint64", "address"],
        [LANE_TYPEHASH, lane.sourceChainId, lane.sourceGateway, lane.destinationChainId, lane.destinationGateway],
      ),
    ),
  );
}

/**
 * @param message - The message with its lane and nonce.
 * @returns Its id: the leaf of its page, `sendId` at the source and `receiveId` at the destination.
 */
export function messageId(message: Message): MessageId {
  return messageIdOf(keccak256(preimageOf(message)));
}

function preimageOf(message: Message): string {
  return coder.encode(
    [
      "bytes32",
      "uint64",
      "address",
      "uint64",
      "address",
      "uint64",
      "address",
      "address",
      "uint32",
      "uint64",
      "bytes32",
    ],
    [
      MESSAGE_TYPEHASH,
      message.sourceChainId,
      message.sourceGateway,
      message.destinationChainId,
      message.destinationGateway,
      message.nonce,
      message.sender,
      message.recipient,
      message.gasLimit,
      message.deliverBefore,
      keccak256(message.payload),
    ],
  );
}

/** The most nonces that {@link nonceOf} tries: some seconds' work. */
const MOST_NONCES = 1_048_576;
/** Where the nonce's 64 bits stand in what an id hashes: at the end of the sixth word. */
const NONCE_AT = 184;

/**
 * Finds a message's place in its lane from its id alone, which binds it.
 *
 * @param lane - The lane.
 * @param body - What the sender said.
 * @param id - The id that the source gave the message.
 * @param below - How many messages the lane has, at least those up to this one. The last are tried first.
 * @returns The nonce; undefined when none of the last 1 048 576 makes the id.
 */
export function nonceOf(lane: Lane, body: MessageBody, id: MessageId, below: bigint): bigint | undefined {
  const words = getBytes(preimageOf({ ...lane, ...body, nonce: 0n }));
  const view = new DataView(words.buffer, words.byteOffset);
  const last = below > BigInt(MOST_NONCES) ? below - BigInt(MOST_NONCES) : 0n;
  for (let nonce = below - 1n; nonce >= last; nonce--) {
    view.setBigUint64(NONCE_AT, nonce);
    if (keccak256(words) === id) return nonce;
  }
  return undefined;
}

/**
 * One step of a lane's hash chain: `keccak256(abi.encode(LANE_STEP, chainHead, messageId))`.
 *
 * @param chainHead - The head before the message; the lane's id before the first.
 * @param message - The message's id.
 * @returns The head after it.
 */
export function nextChainHead(chainHead: Bytes32, message: Bytes32): Bytes32 {
  const words = new Uint8Array(96);
  words.set(getBytes(LANE_STEP), 0);
  words.set(getBytes(chainHead), 32);
  words.set(getBytes(message), 64);
  return bytes32(keccak256(words));
}

/**
 * @param chainHead - The head before the first of the messages.
 * @param messages - Ids in the order of their nonces.
 * @returns The head after the last.
 */
export function foldChain(chainHead: Bytes32, messages: Iterable<Bytes32>): Bytes32 {
  let head = chainHead;
  for (const message of messages) head = nextChainHead(head, message);
  return head;
}

/**
 * @param nonce - Number of a message in its lane.
 * @returns The page and the place in it.
 */
export function placeOf(nonce: bigint): MessagePlace {
  uint(nonce, 64);
  return { pageIndex: nonce / BigInt(PAGE_SIZE), index: Number(nonce % BigInt(PAGE_SIZE)) };
}

/**
 * @param pageIndex - Below 2⁵⁶.
 * @param index - 0 to 255.
 * @returns The message's number in its lane.
 */
export function nonceAt(pageIndex: bigint, index: number): bigint {
  return uint(pageIndex, 56) * BigInt(PAGE_SIZE) + BigInt(smallUint(index, 8));
}
