import { CodedError } from "#protocol/errors.ts";

/** Why a configuration cannot be used. */
export type ConfigErrorCode =
  /** No such file. */
  | "NotFound"
  /** It says something that cannot be. */
  | "Malformed"
  /** No network has the name. */
  | "UnknownNetwork";

/** What parley.config.ts says cannot be used. */
export class ConfigError extends CodedError<ConfigErrorCode> {}
