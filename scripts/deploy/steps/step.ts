import type { ParamType } from "ethers";

import type { Address, Hex } from "#protocol/types.ts";

/** Who sends a step. */
export type StepRole = "deployer" | "shaper" | "rollupOwner" | "registrar" | "anyone";

/** An argument as the ABI names it. */
export interface NamedArgument {
  readonly name: string;
  readonly type: string;
  readonly value: unknown;
}

/** Why a step cannot be sent yet, though every step before it is done. */
export interface Wait {
  /** What is waited for. */
  readonly what: string;
  /** Who can bring it about, and how; empty where only time does. */
  readonly who: string;
  /** The second from which on it is over, where that is known. */
  readonly until?: bigint;
}

/** A call that another one carries. */
export interface InnerCall {
  readonly contract: string;
  readonly call: string;
  readonly args: readonly NamedArgument[];
}

/** One transaction between what is and what should be. */
export interface Step {
  /** Such as `hub/slasher` or `base/gateway`; the same in every run. */
  readonly id: string;
  /** The chain it is sent on: `hub`, or a rollup's name. */
  readonly chain: string;
  readonly contract: string;
  /** A function, or `constructor`. */
  readonly call: string;
  readonly args: readonly NamedArgument[];
  /** What arguments of bytes hold, where those are calls. */
  readonly inner?: readonly InnerCall[];
  /** Whom it is sent to; none for a transaction that somebody signed before. */
  readonly to?: Address;
  /** None where it rests on what is not there yet, see `waitsUntil` and `needs`, and of deployments that are done. */
  readonly data?: Hex;
  readonly value: bigint;
  readonly kind: "deploy" | "call";
  /** The contract that will be there once it is done; of kind `deploy` only. */
  readonly deploys?: Address;
  /** A signed transaction, which anybody passes on as it is. */
  readonly signed?: Hex;
  readonly by: StepRole;
  /** Accounts that may send it; empty for anybody. */
  readonly from: readonly Address[];
  /** Steps that come before it. */
  readonly needs: readonly string[];
  readonly waitsUntil?: Wait;
  /** Whether the chain says that it was done. */
  readonly isDone: boolean;
}

/**
 * @param inputs - What a function or constructor takes.
 * @param args - What it is given.
 * @returns The arguments with their names.
 */
export function named(inputs: readonly ParamType[], args: readonly unknown[]): NamedArgument[] {
  return inputs.map(({ name, type, components }, index) => ({
    name,
    type: components === null ? type : type.replace(/^tuple(\([^)]*\))?/, "struct"),
    value: args[index],
  }));
}

/**
 * @param steps - In order.
 * @returns Those that are to be sent, and for which nothing else is waited.
 */
export function readySteps(steps: readonly Step[]): Step[] {
  const open = new Set(steps.filter(({ isDone }) => !isDone).map(({ id }) => id));
  return steps.filter(
    ({ id, needs, data, signed, waitsUntil }) =>
      open.has(id) &&
      waitsUntil === undefined &&
      (data !== undefined || signed !== undefined) &&
      !needs.some((need) => open.has(need)),
  );
}
