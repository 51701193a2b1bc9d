import { Interface, concat } from "ethers";

import { Frames__factory, Gateway__factory } from "#chain/contracts.ts";
import { revertDataIn } from "#chain/hub/reverts.ts";
import { decodeReason } from "#chain/reasons.ts";
import { StatementTree } from "#protocol/batches.ts";
import { encodeEvmAddress } from "#protocol/erc7930.ts";
import { messageId, type Message } from "#protocol/messages.ts";
import { buildRun, type Run } from "#protocol/runs.ts";
import { byteLength, hex, type Address, type Hex } from "#protocol/types.ts";

import type { FoundMessage } from "./find.ts";
import { readPage } from "./page.ts";
import { pageWith, type Published } from "./published.ts";
import type { Reader } from "./site.ts";

/** The most gas that a recipient is promised: the outbox takes no more. */
export const MOST_GAS_LIMIT = 10_000_000;
/** The most that any transaction may have (EIP-7825). */
const MOST_GAS = 16_777_216n;
/** What a delivery takes besides recipients and bytes: certificate, run, frame. */
const DELIVERY_GAS = 1_500_000n;
const BYTE_GAS = 50n;

const gatewayInterface = Gateway__factory.createInterface();
const framesInterface = Frames__factory.createInterface();
const recipientInterface = new Interface(["function receiveMessage(bytes32,bytes,bytes) payable returns (bytes4)"]);

/** What a recipient did, or would do. */
export type Frame =
  | { readonly outcome: "accepted" }
  /** It answered something else than ERC-7786's selector. */
  | { readonly outcome: "wrongSelector"; readonly data: Hex }
  | { readonly outcome: "noCode" }
  /** It accepts with more gas. */
  | { readonly outcome: "outOfGas" }
  | { readonly outcome: "reverted"; readonly data: Hex };

/**
 * Has the gateway call a recipient as a delivery would, in the frame that a delivery uses, with the gas that was promised.
 * Nothing is sent.
 *
 * @param provider - The destination.
 * @param message - The message.
 * @returns What the recipient would do now.
 */
export async function frameOf(provider: Reader, message: Message): Promise<Frame> {
  const frame = await tryFrame(provider, message, message.gasLimit);
  if (frame.outcome !== "reverted" || message.gasLimit >= MOST_GAS_LIMIT) return frame;
  // A recipient that runs out of gas says so in no particular way.
  const generous = await tryFrame(provider, message, MOST_GAS_LIMIT);
  return generous.outcome === "accepted" ? { outcome: "outOfGas" } : frame;
}

async function tryFrame(provider: Reader, message: Message, gasLimit: number): Promise<Frame> {
  const { destinationGateway: gateway, sourceChainId, sender, recipient, payload } = message;
  const call = recipientInterface.encodeFunctionData("receiveMessage", [
    messageId(message),
    encodeEvmAddress(sourceChainId, sender),
    payload,
  ]);
  const data = concat([gatewayInterface.encodeFunctionData("wrapInFrame", [recipient, gasLimit]), call]);
  try {
    await provider.call({ from: gateway, to: gateway, data, gasLimit: gasOf(gasLimit, hex(data)) });
    return { outcome: "accepted" };
  } catch (error) {
    const answer = revertDataIn(error);
    const failed = answer === undefined ? null : framesInterface.parseError(answer);
    if (failed?.name !== "FrameFailed") throw error;
    return failureOf(hex(String(failed.args[0])));
  }
}

function failureOf(data: Hex): Frame {
  const { name } = decodeReason(data);
  if (name === "RecipientHasNoCode") return { outcome: "noCode" };
  return { outcome: name === "WrongSelector" ? "wrongSelector" : "reverted", data };
}

/** A message with all that delivering it takes. */
export interface Delivery {
  readonly published: Published;
  readonly run: Run;
  readonly to: Address;
  readonly data: Hex;
  readonly gasLimit: bigint;
}

/**
 * @param found - The message.
 * @param published - A certificate that has it.
 * @param gasPerMessage - Gas that the recipient gets, at least; what the sender asked for unless it is more.
 * @returns The very call that delivers it; throws `PageMismatch` when the page is not the one that was sent.
 */
export async function deliveryOf(found: FoundMessage, published: Published, gasPerMessage = 0): Promise<Delivery> {
  const { message } = found;
  const page = pageWith(published.statements, message);
  if (page === undefined) throw new Error("the certificate does not have the message");
  const statements = new StatementTree(published.statements);
  const pageTree = await readPage(found, page.count);
  const run = buildRun({ page, statements, pageTree, messages: [message], gasPerMessage });
  const data = hex(gatewayInterface.encodeFunctionData("deliver", [published.certificate, [run]]));
  const gasLimit = gasOf(Math.max(message.gasLimit, gasPerMessage), data);
  return { published, run, to: message.destinationGateway, data, gasLimit };
}

/**
 * @param provider - The destination.
 * @param delivery - A delivery.
 * @returns What the gateway reverts with; undefined where it would try the message.
 */
export async function refusalOf(provider: Reader, { to, data, gasLimit }: Delivery): Promise<Hex | undefined> {
  try {
    await provider.call({ to, data, gasLimit });
    return undefined;
  } catch (error) {
    const answer = revertDataIn(error);
    if (answer === undefined) throw error;
    return answer;
  }
}

function gasOf(gasLimit: number, data: Hex): bigint {
  const limit = BigInt(gasLimit);
  const most = limit + limit / 63n + DELIVERY_GAS + BigInt(byteLength(data)) * BYTE_GAS;
  return most < MOST_GAS ? most : MOST_GAS;
}
