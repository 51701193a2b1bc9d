import { CodedError } from "#protocol/errors.ts";

/** Why a devnet cannot do what was asked, by name. */
export type DevnetErrorCode =
  | "PortTaken"
  | "AlreadyRunning"
  | "NotRunning"
  | "InvalidDeployment"
  | "InvalidOption"
  | "HubMismatch"
  | "SendRefused"
  | "TimedOut"
  | "Unmet"
  | "Interrupted";

/** Something that the person at the terminal can mend; its message says how. */
export class DevnetError extends CodedError<DevnetErrorCode> {}

/** Throws when the devnet was told to stop. */
export function throwIfInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw new DevnetError("Interrupted", "stopped before the end");
}
