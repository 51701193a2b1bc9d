/** What can go wrong between a node and a chain, by name. */
export type ChainErrorCode =
  | "EndpointUnavailable"
  | "EndpointsDisagree"
  | "InvalidAnswer"
  | "InvalidProof"
  | "HeadMismatch"
  | "TransactionNotConfirmed"
  /** An endpoint lets so few blocks be asked about at once that a search would not end. */
  | "SearchTooLong";

/** A chain could not be read or written, with the code that says how. */
export class ChainError extends Error {
  readonly code: ChainErrorCode;

  /**
   * @param code - What went wrong.
   * @param message - What was found, and where.
   * @param options - The error behind this one.
   */
  constructor(code: ChainErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ChainError";
    this.code = code;
  }
}
