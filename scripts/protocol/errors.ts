/**
 * Every rule of the protocol that can be broken, by name. A code is stable: programs branch on it, people read the
 * message beside it.
 */
export type ProtocolErrorCode =
  // words and numbers
  | "InvalidInput"
  | "InvalidHex"
  | "InvalidAddress"
  | "NumberOutOfRange"
  | "IndexOutOfRange"
  // messages and attributes
  | "TruncatedMessages"
  | "NoMessages"
  | "InvalidAttribute"
  | "UnsupportedAttribute"
  | "GasLimitTooHigh"
  | "PayloadTooLarge"
  // interoperable addresses
  | "InvalidInteroperableAddress"
  // pages and runs
  | "PageFull"
  | "RangeOutsidePage"
  | "ProofLengthMismatch"
  | "PageMismatch"
  | "LeavesRequired"
  // batches
  | "EmptyBatch"
  | "DuplicateStatement"
  | "StatementNotInBatch"
  | "ProofTooLong"
  // points and tables
  | "CoordinateOutOfRange"
  | "PointAtInfinity"
  | "PointNotOnCurve"
  | "PointNotInSubgroup"
  | "InvalidSecretKey"
  | "TableSizeOutOfRange"
  | "TableLengthMismatch"
  | "ZeroWeight"
  // certificates
  | "TooManyCandidates"
  | "WrongHashHint"
  | "ZeroGamma"
  | "AbsenteeBeyondTable"
  | "NoSigners"
  | "DuplicateSigner"
  | "ZeroQuorum"
  | "QuorumOutOfRange"
  | "QuorumNotReached"
  | "InvalidSignature"
  // halts
  | "WrongDomain"
  | "WrongReason"
  | "NotALoneHalt"
  | "WrongEpoch"
  | "IssuedOutsideEpoch"
  | "IssuedInFuture"
  | "EpochExpired"
  | "CertificateTooOld"
  | "HaltOutOfRange"
  | "KeyNotInTable"
  | "DifferentProposals"
  // evidence
  | "TableMissing"
  | "DifferentSubjects"
  | "DifferentSets"
  | "NotFinal"
  | "NoContradiction"
  | "IndexBeyondCount"
  | "PageRootMismatch"
  | "NotACulprit"
  | "NotConvicting"
  | "NoFault";

/** An error that says which rule was broken: to programs by its code, to people by what was found and what was required. */
export class CodedError<Code extends string> extends Error {
  /** The rule. */
  readonly code: Code;

  /**
   * @param code - Which rule was broken.
   * @param message - What was found, and what was required or is to be done about it.
   * @param options - The error behind this one.
   */
  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A broken rule of the protocol, with the code that names it. */
export class ProtocolError extends CodedError<ProtocolErrorCode> {}

/**
 * Checks one rule.
 *
 * @param condition - What must hold.
 * @param code - The rule.
 * @param message - Says what was found and required; only computed when the rule is broken.
 */
export function ensure(condition: boolean, code: ProtocolErrorCode, message: () => string): asserts condition {
  if (!condition) throw new ProtocolError(code, message());
}

/**
 * Reads an element that must exist.
 *
 * @param values - The list.
 * @param index - The position.
 * @returns The element, or throws `IndexOutOfRange`.
 */
export function elementAt<T>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) {
    throw new ProtocolError("IndexOutOfRange", `no element ${String(index)} in a list of ${String(values.length)}`);
  }
  return value;
}
