import { Interface, type ErrorDescription, type ErrorFragment } from "ethers";

import {
  CertificateVerifier__factory,
  CompensationVault__factory,
  Directory__factory,
  Gateway__factory,
  IAllocationManager__factory,
  IDelegationManager__factory,
  IHubEnd__factory,
  IKeyRegistrar__factory,
  IRollupEnd__factory,
  IStrategyManager__factory,
  IStrategyManagerDelayed__factory,
  OperatorTables__factory,
  Policy__factory,
  RollupRegistry__factory,
  ServiceManager__factory,
  Slasher__factory,
  TableBuilder__factory,
} from "#chain/contracts.ts";
import { hex, type Hex } from "#protocol/types.ts";

import { ADVICE } from "./advice.ts";
import { HubError, type Revert } from "./errors.ts";

/** How deep libraries wrap an answer of an endpoint in errors of their own. */
const DEPTH = 8;
/** The most that is told of an error that nobody named. */
const REASON_LENGTH = 300;
/** Names of what is a time in seconds, and more seconds than a time that a calendar knows. */
const TIMES = /^(timestamp|earliest|until|last|lastSecond|effectiveAt|executableAt|hubTime)$/;
const MOST_SECONDS = 2n ** 36n;

const ERRORS = errorsOf([
  RollupRegistry__factory,
  ServiceManager__factory,
  TableBuilder__factory,
  Slasher__factory,
  CompensationVault__factory,
  IAllocationManager__factory,
  IDelegationManager__factory,
  IKeyRegistrar__factory,
  IStrategyManager__factory,
  IStrategyManagerDelayed__factory,
  Directory__factory,
  OperatorTables__factory,
  CertificateVerifier__factory,
  Gateway__factory,
  Policy__factory,
  IHubEnd__factory,
  IRollupEnd__factory,
]);

function errorsOf(factories: readonly { createInterface(): Interface }[]): Interface {
  const found = new Map<string, ErrorFragment>();
  for (const factory of factories) {
    factory.createInterface().forEachError((fragment) => found.set(fragment.selector, fragment));
  }
  return new Interface([...found.values()]);
}

/**
 * @param error - What a library threw.
 * @returns What a contract said, by the name of its error; undefined when no contract spoke.
 */
export function revertIn(error: unknown): Revert | undefined {
  const parsed = descriptionIn(error);
  return parsed === undefined ? undefined : revertOf(parsed);
}

/**
 * @param error - What a library threw.
 * @returns The same as an error of ours: `Refused` where a contract said why, else as it was.
 */
export function refused(error: unknown): unknown {
  if (error instanceof HubError) return error;
  const parsed = descriptionIn(error);
  if (parsed !== undefined) {
    return new HubError("Refused", refusalLine(parsed), { revert: revertOf(parsed), cause: error });
  }
  const isCall = error instanceof Error && /revert/i.test(error.message);
  return isCall ? new HubError("Refused", `refused: ${shortly(error)}`, { cause: error }) : error;
}

/**
 * @param error - What a library threw.
 * @returns What a call reverted with, undecoded; undefined when no contract spoke.
 */
export function revertDataIn(error: unknown): Hex | undefined {
  const [data] = hexIn(error, DEPTH);
  return data === undefined ? undefined : hex(data.toLowerCase());
}

function descriptionIn(error: unknown): ErrorDescription | undefined {
  for (const data of hexIn(error, DEPTH)) {
    // Of the empty answer, and of a selector of nobody's, nothing can be told.
    const parsed = data.length >= 10 ? ERRORS.parseError(data) : null;
    if (parsed !== null) return parsed;
  }
  return undefined;
}

function revertOf({ name, args }: ErrorDescription): Revert {
  return { name, args: unknownsOf(args) };
}

function unknownsOf(args: Iterable<unknown>): unknown[] {
  return [...args];
}

// What a contract says, with the names that it gives to what it says, and what to do about it.
function refusalLine({ name, args, fragment }: ErrorDescription): string {
  const said = fragment.inputs.map((input, at) => `${input.name} ${told(input.name, args[at])}`.trim());
  const advice = ADVICE[name];
  return `refused: ${name}(${said.join(", ")})${advice === undefined ? "" : `: ${advice}`}`;
}

function told(name: string, value: unknown): string {
  const isTime = TIMES.test(name) && typeof value === "bigint" && value < MOST_SECONDS;
  return isTime ? new Date(Number(value) * 1_000).toISOString() : String(value);
}

function shortly(error: Error): string {
  const message = "shortMessage" in error ? String(error.shortMessage) : error.message;
  // How a simulated node says an error that nobody named to us.
  const named = /reverted with custom error '([^']*)'/.exec(message)?.[1];
  return (named ?? message).slice(0, REASON_LENGTH);
}

function hexIn(error: unknown, depth: number): string[] {
  if (typeof error === "string") return /^0x([0-9a-f]{2})*$/i.test(error) ? [error] : [];
  if (typeof error !== "object" || error === null || depth === 0) return [];
  const inner: unknown[] = ["data", "error", "info", "cause"].map((key): unknown => Reflect.get(error, key));
  return inner.flatMap((value) => hexIn(value, depth - 1));
}
