import { dataLength, dataSlice } from "ethers";

import { precompileProgram } from "./programs.ts";
import type { Vector } from "./vectors.ts";

/** Numbers of precompiles. */
export type Precompile = 6 | 7 | 8;

/** What our contracts let each use, and how long its answer is: see `contracts/libraries/BN254.sol`. */
const BOUNDS: Readonly<Record<Precompile, { readonly gas: number; readonly bytes: number }>> = {
  6: { gas: 1_000, bytes: 64 },
  7: { gas: 16_000, bytes: 64 },
  8: { gas: 240_000, bytes: 32 },
};
/** Two words before an answer. */
const ANSWER_AT = 64;

/**
 * @param run - Runs init code.
 * @param precompile - Which one.
 * @param vector - A question.
 * @returns What is wrong with the answer; undefined for nothing.
 */
export async function precompileFault(
  run: (initCode: string) => Promise<string>,
  precompile: Precompile,
  { input, answer }: Vector,
): Promise<string | undefined> {
  const { gas, bytes } = BOUNDS[precompile];
  const told = await run(precompileProgram(precompile, gas, input, bytes));
  if (dataLength(told) !== ANSWER_AT + bytes) return `precompile ${precompile} cannot be called`;
  const isSuccess = BigInt(dataSlice(told, 0, 32)) === 1n;
  const found = BigInt(dataSlice(told, 32, ANSWER_AT)) === 0n ? "nothing" : dataSlice(told, ANSWER_AT);
  if (answer === undefined) return isSuccess ? `precompile ${precompile} answers ${found} to a bad point` : undefined;
  if (!isSuccess) return `precompile ${precompile} fails, or takes more than ${gas} gas`;
  return found === answer ? undefined : `precompile ${precompile} answers ${found} instead of ${answer}`;
}
