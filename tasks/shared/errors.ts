/** Why a command cannot do what was asked, by name. */
export type CommandErrorCode =
  "InvalidOption" | "Unreachable" | "WrongNetwork" | "NoPassword" | "NotFound" | "NotConfirmed";

/** Something that the person at the terminal can mend; its message says how. */
export class CommandError extends Error {
  readonly code: CommandErrorCode;

  /**
   * @param code - What went wrong.
   * @param message - What to do about it.
   */
  constructor(code: CommandErrorCode, message: string) {
    super(message);
    this.name = "CommandError";
    this.code = code;
  }
}
