import type { Failure } from "#chain/reasons.ts";
import type { Batch } from "#protocol/batches.ts";

import type { Diagnosis, Reason } from "./diagnosis.ts";
import type { SetThere } from "./epochs.ts";

/** Errors that are a reason by themselves. */
const NAMED: Readonly<Record<string, Reason | undefined>> = {
  IssuedInFuture: "ClockAhead",
  WrongOperatorSet: "WrongOperatorSet",
  TableTooLight: "TableTooLight",
  QuorumNotReached: "QuorumNotReached",
  FinalityOutOfRange: "FinalityOutOfRange",
};
/** Errors that another certificate of the same page would not have. */
const STALE: readonly string[] = ["EpochSilenced", "IssuedOutsideEpoch", "EpochExpired", "CertificateTooOld"];
/** Errors of a certificate that nobody honest publishes. */
const INVALID: readonly string[] = [
  ...["AbsenteeBeyondTable", "NoSigners", "SignatureInvalid", "TooManyCandidates", "NotANonResidueRoot"],
  ...["NotAFourthRoot", "ChallengeZero", "CoordinateTooLarge", "PointAtInfinity", "PointNotOnCurve"],
  ...["PointNotInGroup", "StatementNotInBatch", "BatchProofTooLong", "PageFromFuture"],
];

const TEXTS: Readonly<Partial<Record<Reason, string>>> = {
  ClockAhead: "its certificate was issued further in the future than clocks may differ",
  WrongOperatorSet: "its certificate is of another operator set than the one that speaks for its source",
  TableTooLight: "the operator table that certified it weighs less than the destination's owner demands",
  QuorumNotReached: "fewer signed than the destination's owner demands",
  FinalityOutOfRange: "it was certified below the finality that the destination's owner demands",
};

/**
 * @param failure - What the gateway says to a delivery.
 * @param batch - Of the certificate.
 * @param set - What the destination has of the set that speaks for the source.
 * @returns The reason.
 */
export function refusalReason(
  { name = "", text: error }: Failure,
  { operatorSetId, tableEpoch: epoch }: Batch,
  set: SetThere,
): Diagnosis {
  const known = NAMED[name];
  const about = { error, operatorSetId, epoch };
  if (known !== undefined) return { code: known, text: TEXTS[known] ?? error, ...about };
  const what = `epoch ${String(epoch)} of set ${String(operatorSetId)}`;
  if (name === "EpochNotInstalled") {
    return {
      code: "NoTable",
      text: `the destination does not have the table of ${what}, which certified it`,
      ...about,
    };
  }
  if (STALE.includes(name)) {
    if (set.speaking === undefined) return { ...silence(set), error };
    const text = `its certificate by ${what} does not count any more; epoch ${String(set.speaking.epoch)} speaks now`;
    return { code: "CertificateStale", text, ...about };
  }
  if (INVALID.includes(name)) return { code: "CertificateInvalid", text: "its certificate is none", ...about };
  return { code: "Refused", text: "the destination's gateway refuses it", ...about };
}

/**
 * @param set - What a destination has of a set of which no epoch speaks now.
 * @returns Why not.
 */
export function silence({ operatorSetId, newest, frozenAt, now }: SetThere): Diagnosis {
  const set = `set ${String(operatorSetId)}`;
  if (newest === undefined) {
    return { code: "NoTable", text: `the destination has no table of ${set}`, operatorSetId };
  }
  const { epoch, status, validFrom, validUntil } = newest;
  const about = { operatorSetId, epoch };
  if (status === "Frozen") {
    return {
      code: "Frozen",
      text: `${set} contradicted itself, and is frozen since second ${String(frozenAt)}`,
      ...about,
    };
  }
  const what = `the newest table of ${set} that the destination has, of epoch ${String(epoch)},`;
  if (status === "Revoked") return { code: "Revoked", text: `${what} was revoked by the hub`, ...about };
  // It is installed up to a quarter of an hour before its time.
  if (now < validFrom) {
    return {
      code: "TableNotYet",
      text: `${what} speaks from second ${String(validFrom)} on`,
      endsAt: validFrom,
      ...about,
    };
  }
  return { code: "StaleTable", text: `${what} was valid up to and with second ${String(validUntil)}`, ...about };
}
