import { hash } from "node:crypto";

import { expect } from "chai";
import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import { concat, dataSlice, Result, type Interface } from "ethers";
import { network } from "hardhat";

import { ProtocolError, type ProtocolErrorCode } from "#protocol/errors.ts";
import { byteLength, bytes32, bytesOf, hex, type Bytes32, type Hex } from "#protocol/types.ts";
import type { ProtocolHarness } from "#types/index.ts";

import { Random } from "../../scripts/checks/vectors/random.ts";

/** Constant unless given: `FUZZ_SEED=anything` tries other cases. */
export const SEED = process.env.FUZZ_SEED ?? "parley";
/** How many cases each codec is compared in; `FUZZ_RUNS` can only make them fewer. */
export const CASES = Math.min(2_000, Number(process.env.FUZZ_RUNS ?? 2_000));

/** One question to both languages. */
export interface Question {
  /** A function of the harness. */
  readonly name: string;
  readonly args: readonly unknown[];
  /** TypeScript's answer, in the order of Solidity's return values; throws what it refuses. */
  readonly answer: () => readonly unknown[];
  /** Whether any refusal is as good as another: when more than one rule is broken, the order of checks may differ. */
  readonly refusedAnyhow?: boolean;
}

/** Randomness for thousands of cases: as repeatable as that of the vectors, and drawn faster. */
export class QuickRandom extends Random {
  readonly #label: string;
  #count = 0;

  constructor(label: string) {
    super(label);
    this.#label = `${SEED} ${label} `;
  }

  override word(): Bytes32 {
    this.#count += 1;
    return bytes32(hash("sha256", `${this.#label}${String(this.#count)}`, "buffer"));
  }
}

/** How many questions go into one call; the node copies calldata several times. */
const BATCH = 250;

// The same refusal by its name in either language. TypeScript has one code where a contract has two errors, or the other
// way round.
const REFUSALS: Readonly<Partial<Record<ProtocolErrorCode, string>>> = {
  TruncatedMessages: "MessagesTruncated",
  ProofLengthMismatch: "RangeProofLength",
  RangeOutsidePage: "RunBeyondPage",
  NoMessages: "EmptyRun",
  ProofTooLong: "BatchProofTooLong",
  TableSizeOutOfRange: "RowBytes",
  TableLengthMismatch: "RowBytes",
  ZeroWeight: "WeightlessRow",
  CoordinateOutOfRange: "CoordinateTooLarge",
  PointNotInSubgroup: "PointNotOnCurve",
  WrongHashHint: "WrongHashHint",
  InvalidSignature: "SignatureInvalid",
  InvalidInteroperableAddress: "NotCanonical",
};
const SAME_ERRORS: Readonly<Record<string, string>> = {
  PointNotInGroup: "PointNotOnCurve",
  NotAFourthRoot: "WrongHashHint",
  NotANonResidueRoot: "WrongHashHint",
};

/** Both languages side by side. */
export interface Bench {
  readonly ethers: HardhatEthers;
  readonly harness: ProtocolHarness;
}

/** A chain with the harness on it, whose calls may be large. */
export async function bench(): Promise<Bench> {
  const { ethers } = await network.create({
    network: "default",
    override: { blockGasLimit: 10_000_000_000, gas: 10_000_000_000 },
  });
  return { ethers, harness: await ethers.deployContract("ProtocolHarness", { gasLimit: 16_000_000 }) };
}

/**
 * Asks both languages and expects the same answers, or the same refusals.
 *
 * @returns How many questions were refused, so that a test can claim that both happened.
 */
export async function expectAgreement({ harness }: Bench, questions: readonly Question[]): Promise<number> {
  const codec: Interface = harness.interface;
  let refused = 0;
  for (let at = 0; at < questions.length; at += BATCH) {
    const batch = questions.slice(at, at + BATCH);
    const calls = batch.map(({ name, args }) => codec.encodeFunctionData(name, args));
    const outcomes = await harness.each(calls);
    batch.forEach((question, i) => {
      const outcome = outcomes[i];
      const found = outcome === undefined ? "nothing" : read(codec, question.name, outcome);
      const required = ask(question.answer);
      const isRefused = required.startsWith(REFUSED);
      if (isRefused) refused += 1;
      if (isRefused && question.refusedAnyhow === true && found.startsWith(REFUSED)) return;
      if (found !== required) expect(found, `${question.name}(${render(question.args)})`).to.equal(required);
    });
  }
  return refused;
}

const REFUSED = "refused: ";

function read(codec: Interface, name: string, outcome: { success: boolean; returned: string }): string {
  if (outcome.success) return render(codec.decodeFunctionResult(name, outcome.returned));
  const error = codec.parseError(outcome.returned)?.name ?? outcome.returned;
  return `${REFUSED}${SAME_ERRORS[error] ?? error}`;
}

function ask(answer: () => readonly unknown[]): string {
  try {
    return render(answer());
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return `${REFUSED}${REFUSALS[error.code] ?? error.code}`;
  }
}

function render(value: unknown): string {
  if (value instanceof Result) return render(value.toArray());
  if (Array.isArray(value)) return `[${value.map(render).join(",")}]`;
  if (typeof value === "object" && value !== null) return render(Object.values(value));
  return String(value);
}

/** A list of as many elements as wanted. */
export function times<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

/** Bytes with one bit turned. */
export function bitTurned(random: Random, value: Hex): Uint8Array {
  const bytes = bytesOf(value).slice();
  const at = random.small(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.small(8));
  return bytes;
}

/** Bytes cut short, made longer, or with one bit turned. */
export function damaged(random: Random, value: Hex): Hex {
  const length = byteLength(value);
  const kind = random.small(3);
  if (length === 0 || kind === 0) return hex(concat([value, random.bytes(1 + random.small(60))]));
  return hex(kind === 1 ? dataSlice(value, 0, random.small(length)) : bitTurned(random, value));
}
