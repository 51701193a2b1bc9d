import { CodedError } from "#protocol/errors.ts";

/** Why a snapshot cannot be taken or read, by name. */
export type SnapshotErrorCode =
  | "InvalidOption"
  | "InvalidAddresses"
  | "UnknownChain"
  | "WrongChain"
  | "NotEigenLayer"
  | "CodeMissing"
  | "CodeTooLarge"
  | "TooManyAccounts"
  | "StrategyNotWhitelisted"
  | "InvalidSnapshot";

/** Something about a snapshot that the person who asked for it can mend. */
export class SnapshotError extends CodedError<SnapshotErrorCode> {}
