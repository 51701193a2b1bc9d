import { Interface, ZeroHash, type Provider } from "ethers";

import { freeSalt } from "#chain/admin/timelocks.ts";
import { hex, type Address, type Bytes32 } from "#protocol/types.ts";

import { safeBatch, type BatchTitle, type ExportedCall, type NamedBatch } from "./safe.ts";

const TIMELOCK = new Interface([
  "function schedule(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt, uint256 delay)",
  "function execute(address target, uint256 value, bytes payload, bytes32 predecessor, bytes32 salt) payable",
  "function scheduleBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt, uint256 delay)",
  "function executeBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt) payable",
]);

/** A timelock, and how it is to be used. */
export interface TimelockUse {
  readonly timelock: Address;
  readonly delaySeconds: bigint;
  /** Tells two announcements of the same calls apart. */
  readonly salt: Bytes32;
}

/**
 * @param calls - Calls of one chain that the timelock is to make: one, or several as a whole.
 * @param use - The timelock; OpenZeppelin's TimelockController.
 * @returns The call that announces them, and the one that carries them out after the delay.
 */
export function throughTimelock(
  calls: readonly [ExportedCall, ...ExportedCall[]],
  { timelock, delaySeconds, salt }: TimelockUse,
): { readonly schedule: ExportedCall; readonly execute: ExportedCall } {
  const [first] = calls;
  const value = calls.reduce((sum, call) => sum + call.value, 0n);
  const isOne = calls.length === 1;
  const operation = isOne
    ? [first.to, first.value, first.data]
    : [calls.map(({ to }) => to), calls.map((call) => call.value), calls.map(({ data }) => data)];
  const make = (name: string, values: readonly unknown[], paid: bigint): ExportedCall => ({
    ...{ chainId: first.chainId, to: timelock, value: paid, contract: "TimelockController", call: name },
    data: hex(TIMELOCK.encodeFunctionData(name, [...values])),
    args: { calls: calls.map(({ contract, call, args, to }) => ({ contract, call, args, to })), salt },
  });
  const [schedule, execute] = isOne ? ["schedule", "execute"] : ["scheduleBatch", "executeBatch"];
  return {
    schedule: make(schedule, [...operation, ZeroHash, salt, delaySeconds], 0n),
    execute: make(execute, [...operation, ZeroHash, salt], value),
  };
}

/**
 * @param provider - The chain.
 * @param calls - Calls that the timelock is to make, as a whole.
 * @param use - The timelock.
 * @param title - What stands on top of both files.
 * @returns A batch for whoever announces to it, and one for whoever carries out after the delay.
 */
export async function timelockBatches(
  provider: Provider,
  calls: readonly [ExportedCall, ...ExportedCall[]],
  use: Omit<TimelockUse, "salt">,
  { name, createdAt }: BatchTitle,
): Promise<[NamedBatch, NamedBatch]> {
  const salt = await freeSalt(provider, use.timelock, calls);
  const { schedule, execute } = throughTimelock(calls, { ...use, salt });
  return [
    { suffix: "schedule", batch: safeBatch([schedule], { name: `${name}: announce`, createdAt }) },
    { suffix: "execute", batch: safeBatch([execute], { name: `${name}: carry out`, createdAt }) },
  ];
}
