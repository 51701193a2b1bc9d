/**
 * What a fact of the hub that a rollup does not take is to be blamed on:
 * - `nobody`: it is there already, or something later is; what was wanted has happened.
 * - `time`: waiting may help.
 * - `certificate`: another certificate may bring it, this one never will.
 * - `fact`: this rollup never takes it.
 */
export type FactBlame = "nobody" | "time" | "certificate" | "fact";

/** Every error that `install`, `update` and `applyAnnounced` can revert with. */
export const FACT_BLAME = {
  // Rule 1, without grace, and when the batch was issued.
  EpochNotInstalled: "time",
  EpochSilenced: "certificate",
  IssuedOutsideEpoch: "certificate",
  IssuedInFuture: "time",
  EpochExpired: "certificate",
  CertificateTooOld: "certificate",
  // The signature and its hints.
  AbsenteeBeyondTable: "certificate",
  NoSigners: "certificate",
  SignatureInvalid: "certificate",
  TooManyCandidates: "certificate",
  NotANonResidueRoot: "certificate",
  NotAFourthRoot: "certificate",
  ChallengeZero: "certificate",
  CoordinateTooLarge: "certificate",
  PointAtInfinity: "certificate",
  PointNotOnCurve: "certificate",
  PointNotInGroup: "certificate",
  SafeCastOverflowedUintDowncast: "fact",
  HubQuorumNotReached: "certificate",
  BatchProofTooLong: "certificate",
  StatementNotInBatch: "certificate",
  // Rule 3: a table.
  WrongTableSet: "certificate",
  EpochOutOfReach: "nobody",
  TableFromFuture: "time",
  ValidityOutOfRange: "fact",
  TableHashMismatch: "fact",
  RowBytes: "fact",
  WeightlessRow: "fact",
  TooManyLasting: "time",
  // What the canonical bridge said before.
  OlderThanNews: "certificate",
  ContradictsNews: "fact",
  // Rule 4: an entry.
  NotTheDirectorySet: "certificate",
  EntryMalformed: "fact",
  VersionOutOfReach: "nobody",
  DirectoryFull: "time",
  NothingAnnounced: "nobody",
  NotEffectiveYet: "time",
} as const satisfies Readonly<Record<string, FactBlame>>;

const byName: ReadonlyMap<string, FactBlame> = new Map(Object.entries(FACT_BLAME));

/**
 * @param name - Name of an error, if it is known.
 * @returns What is to be blamed: time, unless the error says otherwise.
 */
export function factBlameOf(name: string | undefined): FactBlame {
  return byName.get(name ?? "") ?? "time";
}
