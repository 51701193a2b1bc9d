import type { ContractTransaction, Interface, Log, Signer, TransactionReceipt } from "ethers";

import { HubError } from "./errors.ts";
import { refused } from "./reverts.ts";

/**
 * Sends a call and waits until it is in a block.
 *
 * @param signer - Who sends it, with a provider.
 * @param call - The call; a contract method's `populateTransaction`.
 * @returns The receipt; throws `Refused` with the contract's own error.
 */
export async function submit(signer: Signer, call: Promise<ContractTransaction>): Promise<TransactionReceipt> {
  try {
    const transaction = await call;
    // Estimating first is what tells the contract's error; some gas more, because the next block is not this one.
    const estimate = await signer.estimateGas(transaction);
    const sent = await signer.sendTransaction({ ...transaction, gasLimit: estimate + estimate / 4n });
    const receipt = await sent.wait();
    if (receipt === null) throw new HubError("NotConfirmed", `transaction ${sent.hash} is in no block`);
    return receipt;
  } catch (error) {
    throw refused(error);
  }
}

/**
 * Asks a contract.
 *
 * @param question - The call.
 * @returns The answer; throws `Refused` with the contract's own error.
 */
export async function ask<T>(question: Promise<T>): Promise<T> {
  try {
    return await question;
  } catch (error) {
    throw refused(error);
  }
}

/**
 * @param logs - Of a receipt or a filter.
 * @param emitter - Whose events.
 * @param abi - Its interface.
 * @param name - The event's name.
 * @returns The arguments of every such event, by name.
 */
export function eventsIn(
  logs: readonly Log[],
  emitter: string,
  abi: Interface,
  name: string,
): Readonly<Record<string, unknown>>[] {
  return logs
    .filter(({ address }) => address.toLowerCase() === emitter.toLowerCase())
    .map((log) => abi.parseLog(log))
    .flatMap((parsed) => (parsed?.name === name ? [parsed.args.toObject()] : []));
}
