import { formatEther, formatUnits } from "ethers";

import type { ChainCost, Plan, PricedStep } from "#deploy/plan.ts";
import { comesByItself, type Change, type NamedArgument, type Step } from "#deploy/steps/step.ts";

/** Bytecode and tables are told by their length; everything else in full. */
const MAX_BYTES_CHARACTERS = 160;
/** What is longer, and has parts, is told part by part. */
const LINE_CHARACTERS = 160;

/** Why a step is not sent unless that is asked for. */
export const NEEDS_UNDO = "loosens, or undoes what was done by hand: needs --undo";

/** A plan as one JSON document. */
export function planDocument({ done, pending, chains }: Plan) {
  return {
    done,
    pending: pending.map(({ step: { isDone: _, changes, ...step }, ...price }) => ({
      ...{ ...step, ...price },
      ...(changes && {
        changes: changes.map(({ field, from, to }) => ({ field, from: from ?? null, to: to ?? null })),
      }),
    })),
    chains,
  };
}

/** A plan for people. */
export function planLines(network: string, { done, pending, chains }: Plan): string[] {
  // A contract is there, or it is not: what it is, nobody has looked at here.
  if (pending.length === 0)
    return [`${network}: all ${done} transactions were sent; \`deploy check\` compares what is there`];
  const ready = pending.filter(({ isReady }) => isReady).length;
  return [
    `${network}: ${pending.length} transactions are missing, ${ready} of them can be sent now; ${done} are done`,
    ...pending.flatMap(stepLines),
    "",
    ...chains.filter(({ transactions }) => transactions > 0).map(costLine),
  ];
}

function stepLines({ step, gas, isExact, cost }: PricedStep): string[] {
  const price = `${isExact ? "" : "about "}${grouped(gas)} gas, ${ether(cost)}`;
  const wait = step.waitsUntil;
  return [
    "",
    `${step.id}  on ${step.chain}, by ${senderOf(step)}, ${price}`,
    `  ${titleOf(step)}`,
    ...step.args.flatMap((argument) => argumentLines("    ", argument)),
    ...innerLines(step),
    ...(step.changes ?? []).map(changeLine),
    ...(step.value === 0n ? [] : [`    with ${ether(step.value)}`]),
    ...(step.undoes === true ? [`  ${NEEDS_UNDO}`] : []),
    ...(step.needs.length === 0 ? [] : [`  after ${step.needs.join(", ")}`]),
    ...(wait === undefined
      ? []
      : [`  waits for ${wait.what}${whenOf(wait.until)}${wait.who === "" ? "" : ` (${wait.who})`}`]),
  ];
}

/** In full: whoever agrees to a change has seen all of it. */
function changeLine({ field, from, to }: Change): string {
  return `    changes ${field}: ${text(from)} → ${text(to)}`;
}

function innerLines({ inner = [] }: Step): string[] {
  return inner.flatMap(({ contract, call, args }) => [
    `    which is ${contract}.${call}`,
    ...args.flatMap((argument) => argumentLines("      ", argument)),
  ]);
}

/** Who sends a step, by role and address. */
export function senderOf({ by, from }: Pick<Step, "by" | "from">): string {
  return from.length === 0 ? "anyone" : `the ${by} ${from.join(" or ")}`;
}

/** What a step does, in one line. */
export function titleOf(step: Step): string {
  const { kind, contract, call, deploys, to } = step;
  if (comesByItself(step)) return `${contract} ${call}: nothing is sent`;
  return kind === "deploy" ? `deploys ${contract} at ${deploys ?? "?"}` : `calls ${contract}.${call} at ${to ?? "?"}`;
}

/** Ether without the digits that nobody reads. */
export function ether(wei: bigint): string {
  const [whole = "0", part = ""] = formatEther(wei).split(".");
  const digits = part.replace(/0+$/, "");
  const kept = digits.slice(0, Math.max(6, digits.search(/[1-9]/) + 3));
  return `${whole}${kept === "" ? "" : `.${kept}`} ETH`;
}

function costLine({ chain, chainId, transactions, gasPrice, gas, cost }: ChainCost): string {
  const price = `${formatUnits(gasPrice, "gwei")} gwei`;
  return `${chain} (${chainId}): ${transactions} transactions, ${grouped(gas)} gas at ${price}: ${ether(cost)}`;
}

function whenOf(until: bigint | undefined): string {
  return until === undefined ? "" : `, until ${new Date(Number(until) * 1_000).toISOString()}`;
}

/** A struct has a line for each field, so that whoever agrees to a call has seen all of it. */
function argumentLines(indent: string, { name, value }: Pick<NamedArgument, "name" | "value">): string[] {
  if (Array.isArray(value)) {
    const parts = value.map((part: unknown) => part);
    const isFlat = parts.every((part) => typeof part !== "object" || part === null);
    const plain = text(parts);
    if (parts.length === 0 || (isFlat && plain.length <= LINE_CHARACTERS)) return [`${indent}${name}: ${plain}`];
    return parts.flatMap((part, index) => argumentLines(indent, { name: `${name}[${index}]`, value: part }));
  }
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([field, part]: [string, unknown]) =>
      argumentLines(indent, { name: `${name}.${field}`, value: part }),
    );
  }
  return [`${indent}${name}: ${shown(text(value))}`];
}

function shown(plain: string): string {
  if (plain.length <= MAX_BYTES_CHARACTERS || !/^0x[0-9a-f]*$/i.test(plain)) return plain;
  return `${plain.slice(0, MAX_BYTES_CHARACTERS)}… (${plain.length} characters)`;
}

function text(value: unknown): string {
  if (value === undefined) return "nothing";
  const json = JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? String(part) : part));
  return json.startsWith('"') ? json.slice(1, -1) : json;
}

function grouped(value: bigint): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, " ");
}
