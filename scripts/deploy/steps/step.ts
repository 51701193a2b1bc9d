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

/** What becomes of one value; undefined for nothing. */
export interface Change {
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
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
  /** What of the chain becomes another, where something is there already. */
  readonly changes?: readonly Change[];
  /** Whether it brings what is there into line with the configuration: nothing that is to be deployed waits for it. */
  readonly aligns?: boolean;
  /** Whether it loosens what the chain has tighter, or takes back what somebody announced or proposed: sent only when that was asked for. */
  readonly undoes?: boolean;
  /** What arguments of bytes hold, where those are calls. */
  readonly inner?: readonly InnerCall[];
  /** Whom it is sent to; none for a transaction that somebody signed before, and for what comes by itself. */
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
  return inputs.map((input, index) => ({
    name: input.name,
    type: input.components === null ? input.type : input.type.replace(/^tuple(\([^)]*\))?/, "struct"),
    value: labelled(input, args[index]),
  }));
}

/** What was decoded from bytes is a list where the ABI has a struct. */
function labelled({ arrayChildren, components }: ParamType, value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const parts = value.map((part: unknown) => part);
  if (arrayChildren !== null) return parts.map((part) => labelled(arrayChildren, part));
  if (components === null) return value;
  return Object.fromEntries(components.map((field, index) => [field.name, labelled(field, parts[index])]));
}

/**
 * @param step - A step.
 * @returns Whether it comes by itself, in time: something was announced, and nobody has to carry it out.
 */
export function comesByItself({ to, signed }: Step): boolean {
  return to === undefined && signed === undefined;
}

/**
 * @param from - What is there, by fields.
 * @param to - What is to be.
 * @param fields - Which of them are looked at.
 * @returns Those that differ; lists are compared by what they hold.
 */
export function changesOf<Field extends string>(
  from: Readonly<Record<NoInfer<Field>, unknown>>,
  to: Readonly<Record<NoInfer<Field>, unknown>>,
  fields: readonly Field[],
): Change[] {
  return fields.flatMap((field) =>
    said(from[field]) === said(to[field]) ? [] : [{ field, from: from[field], to: to[field] }],
  );
}

function said(value: unknown): string | undefined {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? String(part) : part));
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
