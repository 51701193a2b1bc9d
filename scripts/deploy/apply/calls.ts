import type { TransactionReceipt, TransactionResponse } from "ethers";

import { refused } from "#chain/hub/reverts.ts";
import type { Address, Hex } from "#protocol/types.ts";

import { DeployError } from "../errors.ts";
import type { Step } from "../steps/step.ts";
import { senderFrom, type Crew } from "./crew.ts";

/**
 * Sends a step that deploys nothing and waits until it is done.
 *
 * @param crew - Of the step's chain.
 * @param step - The step; throws {@link DeployError} when it is mined and fails, `HubError` with the contract's own reason before.
 * @param deployer - Sends what anybody may.
 */
export async function call(crew: Crew, step: Step, deployer: Address): Promise<void> {
  const { id, to, data, value } = step;
  const account = senderFrom(crew, step, deployer);
  if (account === undefined || to === undefined || data === undefined) throw new Error(`${id} is not sent from here`);
  const signer = await crew.signer(account);
  let sent: TransactionResponse;
  try {
    const estimate = await signer.estimateGas({ to, data, value });
    sent = await signer.sendTransaction({ to, data, value, gasLimit: estimate + estimate / 4n });
  } catch (error) {
    throw refused(error);
  }
  await requireDone(await sent.wait(crew.confirmations), id);
}

/**
 * Passes a signed transaction on and waits until it is done.
 *
 * @param crew - Of its chain.
 * @param signed - The transaction.
 */
export async function passOn(crew: Crew, signed: Hex): Promise<void> {
  const sent = await crew.provider.broadcastTransaction(signed);
  await requireDone(await sent.wait(crew.confirmations), sent.hash);
}

async function requireDone(receipt: TransactionReceipt | null, what: string): Promise<void> {
  if (receipt?.status === 1) return;
  throw new DeployError("StepFailed", `${what}: transaction ${receipt?.hash ?? "?"} failed`);
}
