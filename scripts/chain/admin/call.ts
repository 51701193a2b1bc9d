import type { Interface, Provider, Signer } from "ethers";

import { address, hex, type Address, type Hex } from "#protocol/types.ts";

import { HubError } from "../hub/errors.ts";
import { refused } from "../hub/reverts.ts";
import { submit } from "../hub/submit.ts";

/** Who may send a call: one account, or anyone. */
export type Sender = Address | "anyone";

/** A call that some role sends, decoded for whoever is to agree with it. */
export interface AdminCall {
  readonly chainId: number;
  /** The contract's name. */
  readonly contract: string;
  readonly call: string;
  /** By the names of the contract's own parameters. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly to: Address;
  readonly data: Hex;
  /** In wei. */
  readonly value: bigint;
  readonly by: Sender;
}

/** A contract that calls are made of. */
export interface Target {
  readonly chainId: number;
  readonly contract: string;
  readonly to: Address;
  readonly abi: Interface;
}

/** What became of a call. */
export interface Sent {
  readonly call: AdminCall;
  readonly transactionHash: string;
}

/**
 * @param target - The contract.
 * @param by - Who may send it.
 * @param call - The function.
 * @param values - Its arguments, in order.
 * @returns The call.
 */
export function callOf(
  { chainId, contract, to, abi }: Target,
  by: Sender,
  call: string,
  values: readonly unknown[],
): AdminCall {
  const inputs = abi.getFunction(call)?.inputs ?? [];
  const args = Object.fromEntries(inputs.map(({ name }, at) => [name === "" ? String(at) : name, values[at]]));
  return { chainId, contract, call, args, to, data: hex(abi.encodeFunctionData(call, [...values])), value: 0n, by };
}

/**
 * Asks what calls would do, without anybody's key. Only the first one is asked for: what comes after it rests on it.
 *
 * @param provider - The chain.
 * @param calls - In order.
 * @returns The gas that the first one takes; undefined where there is none. Throws `Refused` with the contract's own error.
 */
export async function rehearse(provider: Provider, calls: readonly AdminCall[]): Promise<bigint | undefined> {
  const [first] = calls;
  if (first === undefined) return undefined;
  const { to, data, value, by } = first;
  try {
    return await provider.estimateGas({ to, data, value, ...(by === "anyone" ? {} : { from: by }) });
  } catch (error) {
    throw refused(error);
  }
}

/**
 * Sends calls one after the other.
 *
 * @param signer - Who sends all of them; throws `Refused`, before anything is sent, where one is another's to send.
 * @param calls - In order.
 * @returns What was sent.
 */
export async function sendAll(signer: Signer, calls: readonly AdminCall[]): Promise<Sent[]> {
  const found = address(await signer.getAddress());
  for (const { by, contract, call } of calls) {
    if (by === "anyone" || by === found) continue;
    throw new HubError(
      "Refused",
      `${contract}.${call} is ${by}'s to send, not ${found}'s: use --account or --safe-export`,
    );
  }
  const sent: Sent[] = [];
  for (const call of calls) {
    const { to, data, value } = call;
    const { hash } = await submit(signer, Promise.resolve({ to, data, value }));
    sent.push({ call, transactionHash: hash });
  }
  return sent;
}
