import { Interface } from "ethers";

import { hex, type Address, type Hex } from "#protocol/types.ts";

import type { Artifacts } from "./actual.ts";
import { named, type InnerCall, type Step } from "./step.ts";

/** A call of a contract that is ours. */
export interface Call {
  readonly id: string;
  readonly chain: string;
  readonly contract: string;
  readonly call: string;
  readonly args: readonly unknown[];
  readonly to: Address;
  readonly value?: bigint;
}

/**
 * @param artifacts - Compiled contracts.
 * @param contract - One of them.
 * @returns What can be asked of it.
 */
export function interfaceOf(artifacts: Artifacts, contract: string): Interface {
  const found = artifacts[contract];
  if (found === undefined) throw new Error(`${contract} was not compiled`);
  const known = parsed.get(found);
  if (known !== undefined) return known;
  const abi = new Interface(found.abi);
  parsed.set(found, abi);
  return abi;
}

/** To parse an interface takes longer than all that is asked of it. */
const parsed = new WeakMap<object, Interface>();

/**
 * @param artifacts - Compiled contracts.
 * @param contract - One of them.
 * @param data - A call of it, as bytes.
 * @returns What the bytes say.
 */
export function innerOf(artifacts: Artifacts, contract: string, data: string): InnerCall {
  const parsed = interfaceOf(artifacts, contract).parseTransaction({ data });
  if (parsed === null) throw new Error(`${contract} has no such function`);
  return { contract, call: parsed.name, args: named(parsed.fragment.inputs, parsed.args.toArray(true)) };
}

/**
 * @param artifacts - Compiled contracts.
 * @param call - What is called.
 * @returns The step's part that says what is called.
 */
export function callOf(
  artifacts: Artifacts,
  { id, chain, contract, call, args, to, value = 0n }: Call,
): Pick<Step, "id" | "chain" | "contract" | "call" | "args" | "to" | "value" | "kind"> & { readonly data: Hex } {
  const abi = interfaceOf(artifacts, contract);
  const fragment = abi.getFunction(call);
  if (fragment === null) throw new Error(`${contract} has no function ${call}`);
  const data = hex(abi.encodeFunctionData(fragment, args));
  return { id, chain, contract, call, args: named(fragment.inputs, args), to, data, value, kind: "call" };
}
