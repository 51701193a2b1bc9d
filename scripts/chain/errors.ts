import { CodedError } from "#protocol/errors.ts";

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
export class ChainError extends CodedError<ChainErrorCode> {}
