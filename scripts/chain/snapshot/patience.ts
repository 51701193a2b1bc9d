import { setTimeout as sleep } from "node:timers/promises";

import { isError } from "ethers";

import { ChainError } from "../errors.ts";

/** Waits. */
export type Pause = (milliseconds: number) => Promise<void>;

/** How often a question is asked at most, and the pause after the first time; each later one is twice as long. */
const [ATTEMPTS, FIRST_PAUSE_MS] = [7, 500];
/** How deep errors are looked for in errors. */
const MAX_DEPTH = 6;
/** JSON-RPC: no such method, and EIP-1474: a method that is not supported. */
const UNSUPPORTED_CODES: readonly unknown[] = [-32_601, -32_004];
const UNSUPPORTED_WORDS =
  /method\b.*\b(not (found|supported|available|allowed|whitelisted|exist)|does not exist|disabled|unsupported)|unsupported method|proof window/i;

/** Pauses for real. */
export const realPause: Pause = (milliseconds) => sleep(milliseconds);

/**
 * Asks again where endpoints were busy or gone; neither lies nor missing methods get better by waiting.
 *
 * @param ask - The question.
 * @param pause - Waits in between.
 * @returns The answer; throws what the last attempt threw.
 */
export async function patiently<T>(ask: () => Promise<T>, pause: Pause): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      const isOver = attempt === ATTEMPTS || isUnsupported(error) || isRevert(error);
      if (isOver || !(error instanceof ChainError) || error.code !== "EndpointUnavailable") throw error;
    }
    await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1));
  }
}

/**
 * @param error - What a question ended with.
 * @returns Whether the endpoint does not have the method, or not for a block that old.
 */
export function isUnsupported(error: unknown): boolean {
  return chainOf(error).some(
    (one) =>
      isError(one, "UNSUPPORTED_OPERATION") ||
      ("code" in one && UNSUPPORTED_CODES.includes(one.code)) ||
      ("message" in one && UNSUPPORTED_WORDS.test(String(one.message))),
  );
}

/**
 * @param error - What a call ended with.
 * @returns Whether the contract refused, which is an answer.
 */
export function isRevert(error: unknown): boolean {
  return chainOf(error).some(
    (one) => isError(one, "CALL_EXCEPTION") || ("message" in one && /revert/i.test(String(one.message))),
  );
}

/** An error and the errors behind it. */
function chainOf(error: unknown): object[] {
  const chain: object[] = [];
  let at: unknown = error;
  while (typeof at === "object" && at !== null && chain.length < MAX_DEPTH) {
    chain.push(at);
    at = "error" in at ? at.error : "cause" in at ? at.cause : undefined;
  }
  return chain;
}
