import { toUtf8Bytes, type ContractTransactionReceipt, type Signer, type TransactionReceipt } from "ethers";

import { encodeAttributes, type Attributes } from "#protocol/attributes.ts";
import { encodeEvmAddress } from "#protocol/erc7930.ts";
import { chainId, hex, messageIdOf, type Address, type Hex, type MessageId } from "#protocol/types.ts";
import { Gateway__factory } from "#types/factories/contracts/rollup/Gateway__factory.ts";

import type { DeployedRollup } from "./deployment.ts";
import { DevnetError } from "./errors.ts";

/** A message to be sent. */
export interface Order extends Partial<Attributes> {
  readonly destination: Pick<DeployedRollup, "chainId">;
  readonly recipient: Address;
  readonly payload: Hex;
}

/** Messages that one transaction sent. */
export interface SentReceipt {
  readonly messageIds: readonly MessageId[];
  readonly receipt: TransactionReceipt;
}

const gatewayInterface = Gateway__factory.createInterface();

/**
 * @param text - Any text.
 * @returns It as UTF-8.
 */
export function textPayload(text: string): Hex {
  return hex(toUtf8Bytes(text));
}

/**
 * @param order - A message.
 * @returns The arguments of `sendMessage`.
 */
export function sendArguments(order: Order): [recipient: string, payload: string, attributes: string[]] {
  const recipient = encodeEvmAddress(chainId(order.destination.chainId), order.recipient);
  return [recipient, order.payload, encodeAttributes(order)];
}

/**
 * Sends one message.
 *
 * @param signer - Who sends and pays.
 * @param source - Where from.
 * @param order - What.
 * @returns Its id and receipt; throws `SendRefused` with the gateway's reason.
 */
export async function sendMessage(
  signer: Signer,
  source: { readonly contracts: Pick<DeployedRollup["contracts"], "gateway"> },
  order: Order,
): Promise<SentReceipt> {
  const gateway = Gateway__factory.connect(source.contracts.gateway, signer);
  const args = sendArguments(order);
  try {
    await gateway.sendMessage.staticCall(...args);
  } catch (error) {
    throw new DevnetError("SendRefused", `the gateway refuses: ${reasonOf(error)}`, { cause: error });
  }
  const sent = await gateway.sendMessage(...args);
  return sentBy(await sent.wait());
}

/**
 * @param receipt - Of a transaction that sent messages.
 * @returns Their ids, in order.
 */
export function sentBy(receipt: ContractTransactionReceipt | TransactionReceipt | null): SentReceipt {
  if (receipt === null) throw new DevnetError("TimedOut", "the transaction was not mined");
  if (receipt.status !== 1) throw new DevnetError("SendRefused", `${receipt.hash} reverted`);
  const messageIds = receipt.logs.flatMap((log) => {
    const parsed = gatewayInterface.parseLog(log);
    return parsed?.name === "MessageSent" ? [messageIdOf(String(parsed.args.getValue("sendId")))] : [];
  });
  return { messageIds, receipt };
}

function reasonOf(error: unknown): string {
  const data = error instanceof Error && "data" in error && typeof error.data === "string" ? error.data : undefined;
  const known = data === undefined ? null : gatewayInterface.parseError(data);
  if (known !== null) return `${known.name}(${known.args.map(String).join(", ")})`;
  return error instanceof Error ? error.message : String(error);
}
