/** Why a configuration cannot be used. */
export type ConfigErrorCode =
  /** No such file. */
  | "NotFound"
  /** It says something that cannot be. */
  | "Malformed"
  /** No network has the name. */
  | "UnknownNetwork";

/** What parley.config.ts says cannot be used. */
export class ConfigError extends Error {
  readonly code: ConfigErrorCode;

  /**
   * @param code - What is wrong.
   * @param message - Where, and what is required.
   */
  constructor(code: ConfigErrorCode, message: string) {
    super(message);
    this.name = "ConfigError";
    this.code = code;
  }
}
