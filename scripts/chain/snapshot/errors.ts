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
export class SnapshotError extends Error {
  readonly code: SnapshotErrorCode;

  /**
   * @param code - What went wrong.
   * @param message - What was found, and what was required.
   * @param options - The error behind this one.
   */
  constructor(code: SnapshotErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "SnapshotError";
    this.code = code;
  }
}
