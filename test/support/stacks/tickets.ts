import {
  AbiCoder,
  dataSlice,
  keccak256,
  type ContractTransactionResponse,
  type TransactionReceipt,
  type TransactionResponse,
} from "ethers";
import { z } from "zod";

import { addressSchema, bytes32Schema, hexSchema } from "#protocol/schemas.ts";
import { address, byteLength, hex, type Address, type Bytes32, type Hex } from "#protocol/types.ts";

import type { Rollup } from "../rollup.ts";
import type { OrbitBridge } from "./orbit.ts";
import type { Foreign } from "./published.ts";

/** A retryable ticket as the chain's node reads it from the hub. */
export interface Ticket {
  /** Whom it calls as: already an alias. */
  readonly from: Address;
  readonly to: Address;
  readonly callValue: bigint;
  readonly value: bigint;
  readonly maxSubmissionCost: bigint;
  readonly feeRefund: Address;
  /** Also may cancel it. */
  readonly callValueRefund: Address;
  readonly gasLimit: bigint;
  readonly maxFeePerGas: bigint;
  readonly data: Hex;
  /** What forced inclusion asks for. */
  readonly delivered: Delivered;
}

interface Delivered {
  readonly index: bigint;
  readonly baseFee: bigint;
  readonly timestamp: bigint;
  readonly block: bigint;
  readonly dataHash: Bytes32;
}

/** The kind of a message that makes a ticket. */
export const SUBMIT_RETRYABLE = 9;

const deliveredSchema = z.tuple([
  z.bigint(),
  bytes32Schema,
  addressSchema,
  z.literal(BigInt(SUBMIT_RETRYABLE)),
  addressSchema,
  bytes32Schema,
  z.bigint(),
  z.bigint(),
]);
/** Before the call's data; the last is its length. */
const WORDS = 9;
const word = z.bigint();
const wordsSchema = z.tuple([word, word, word, word, word, word, word, word, word]);

/** The one ticket that a transaction on the hub makes. */
export async function ticketOf(hub: OrbitBridge, sent: Promise<ContractTransactionResponse>): Promise<Ticket> {
  return ticketIn(hub, await (await sent).wait());
}

/** The one ticket that a transaction on the hub has made. */
export function ticketIn(hub: OrbitBridge, receipt: TransactionReceipt | null): Ticket {
  const logs = receipt?.logs ?? [];
  const find = ({ address: emitter, contract }: Foreign, name: string): unknown => {
    for (const log of logs) {
      const event = log.address === emitter ? contract.interface.parseLog(log) : null;
      if (event?.name === name) return [...event.args];
    }
    throw new Error(`no ${name}`);
  };
  const [index, , , , from, dataHash, baseFee, timestamp] = deliveredSchema.parse(find(hub.bridge, "MessageDelivered"));
  const [, body] = z.tuple([z.literal(index), hexSchema]).parse(find(hub.inbox, "InboxMessageDelivered"));
  if (keccak256(body) !== dataHash) throw new Error("the inbox tells another message than the bridge keeps");
  const types = Array.from({ length: WORDS }, () => "uint256");
  const [to, callValue, value, maxSubmissionCost, feeRefund, callValueRefund, gasLimit, maxFeePerGas] =
    wordsSchema.parse([...AbiCoder.defaultAbiCoder().decode(types, body)]);
  const account = (padded: bigint) => address(`0x${padded.toString(16).padStart(40, "0")}`);
  return {
    from,
    to: account(to),
    callValue,
    value,
    maxSubmissionCost,
    feeRefund: account(feeRefund),
    callValueRefund: account(callValueRefund),
    gasLimit,
    maxFeePerGas,
    data: hex(dataSlice(body, 32 * WORDS)),
    delivered: { index, baseFee, timestamp, block: BigInt(receipt?.blockNumber ?? 0), dataHash },
  };
}

/**
 * A double of the chain's node: whether ArbOS makes a ticket of what the inbox took, and whether it redeems it by itself at that
 * price of gas.
 */
export function judge(ticket: Ticket, gasPrice: bigint): { readonly isMade: boolean; readonly isRedeemed: boolean } {
  const { value, callValue, maxSubmissionCost, gasLimit, maxFeePerGas } = ticket;
  const submission = (1_400n + 6n * BigInt(byteLength(ticket.data))) * ticket.delivered.baseFee;
  const isMade = maxSubmissionCost >= submission && value >= maxSubmissionCost + callValue;
  const left = value - maxSubmissionCost - callValue;
  return { isMade, isRedeemed: isMade && maxFeePerGas >= gasPrice && left >= gasLimit * maxFeePerGas };
}

/** Redeems a ticket, as the node does by itself and anybody may: it calls as the ticket says, with whoever's gas. */
export async function redeem(here: Rollup, { from, to, data }: Ticket, gasLimit: bigint): Promise<TransactionResponse> {
  return (await here.actAs(from)).sendTransaction({ to, data, gasLimit });
}
