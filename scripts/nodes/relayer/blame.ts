/**
 * What a delivery that reverts is to be blamed on:
 * - `certificate`: it is of no use here, now or any more; no waiting helps, another certificate may.
 * - `page`: time or somebody's decision may help, another certificate does not (until this one is too old, and then says so).
 * - `messages`: fewer of them may be delivered alike.
 */
export type Blame = "certificate" | "page" | "messages";

/** Every error that `deliver`, `confirm` and `deliverConfirmed` can revert with. */
export const BLAME = {
  // Rule 1: the epoch, and when the batch was issued. An installed epoch does not change its window but by the slow road.
  EpochNotInstalled: "certificate",
  EpochSilenced: "certificate",
  IssuedOutsideEpoch: "certificate",
  IssuedInFuture: "page",
  EpochExpired: "certificate",
  CertificateTooOld: "certificate",
  BatchNotConfirmed: "certificate",
  StrongerBatchStored: "page",
  // The signature and its hints: an aggregator made them wrong.
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
  SafeCastOverflowedUintDowncast: "certificate",
  // The page's place in the batch.
  BatchProofTooLong: "certificate",
  StatementNotInBatch: "certificate",
  // Rule 2: the source, who speaks for it, and what the destination's owner demands.
  SourceNotAccepted: "page",
  WrongOperatorSet: "certificate",
  SourceRefused: "page",
  TableTooLight: "page",
  QuorumNotReached: "page",
  FinalityOutOfRange: "page",
  SourceIrrefutable: "page",
  StillHalted: "page",
  SourceGatewayNotAccepted: "page",
  WrongDestination: "page",
  SourceIsHere: "page",
  // What any page must be.
  CountOutOfRange: "page",
  PageIndexOutOfRange: "page",
  RootZero: "page",
  PageFromFuture: "certificate",
  PageRootMismatch: "page",
  // The run.
  EmptyRun: "messages",
  RunBeyondPage: "messages",
  RunBeyondCount: "messages",
  MessagesTruncated: "messages",
  RangeProofLength: "messages",
  // Its execution.
  InsufficientGas: "messages",
  ReentrancyGuardReentrantCall: "page",
} as const satisfies Readonly<Record<string, Blame>>;

const byName: ReadonlyMap<string, Blame> = new Map(Object.entries(BLAME));

/**
 * @param name - Name of an error, if it is known.
 * @returns What is to be blamed: the messages, unless the error says otherwise.
 */
export function blameOf(name: string | undefined): Blame {
  return byName.get(name ?? "") ?? "messages";
}
