import { CodedError } from "#protocol/errors.ts";

/** Why a command cannot do what was asked, by name. */
export type CommandErrorCode =
  | "InvalidOption"
  | "Unreachable"
  | "WrongNetwork"
  | "NoPassword"
  | "NotFound"
  | "NotConfirmed"
  | "NotSet"
  | "BadVariable"
  /** A transaction would cost more than anybody meant. */
  | "TooDear";

/** Something that the person at the terminal can mend; its message says how. */
export class CommandError extends CodedError<CommandErrorCode> {}
