import { ChainError } from "#chain/errors.ts";
import type { DoubtCode } from "#nodes/shared/api.ts";

/** A statement is not verified, and why. */
export class DoubtError extends Error {
  readonly code: DoubtCode;

  /**
   * @param code - Why, for nodes.
   * @param message - Why, for people.
   * @param options - The error behind this one.
   */
  constructor(code: DoubtCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * @param error - What kept a statement from being verified.
 * @returns Its code: whatever is no doubt of its own is a chain that could not be asked.
 */
export function codeOf(error: unknown): DoubtCode {
  if (error instanceof DoubtError) return error.code;
  return error instanceof ChainError && error.code === "HeadMismatch" ? "HeadMismatch" : "ChainUnavailable";
}
