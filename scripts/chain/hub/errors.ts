import { CodedError } from "#protocol/errors.ts";
/** Why something was not done on the hub, by name. */
export type HubErrorCode =
  /** A contract refused; `revert` has its error. */
  | "Refused"
  /** The transaction is in no block, or its event is missing. */
  | "NotConfirmed"
  /** EigenLayer knows no stake of the operator that could be allocated. */
  | "NothingToAllocate"
  /** The operator has another key for the set. */
  | "OtherKey"
  /** Nothing of that name is there: an epoch, a proposal, an entry, a case, a slash. */
  | "Unknown"
  /** A source's gateway has nothing to say against a page. */
  | "Unfounded"
  /** What a contract answered does not fit what it says elsewhere. */
  | "InvalidAnswer";

/** A contract's own error. */
export interface Revert {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Something was not done on the hub, with the code that says why. */
export class HubError extends CodedError<HubErrorCode> {
  readonly revert: Revert | undefined;

  /**
   * @param code - Why.
   * @param message - For people.
   * @param options - The contract's error, and the error behind this one.
   */
  constructor(code: HubErrorCode, message: string, options: ErrorOptions & { readonly revert?: Revert } = {}) {
    super(code, message, options);
    this.revert = options.revert;
  }
}
