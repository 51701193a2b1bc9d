/** Why a message is not delivered. Rules of the protocol have the names of their errors where those say enough. */
export const REASONS = [
  /** The address book has no rollup of the message's chain. */
  "DestinationUnknown",
  /** `deliverBefore` is over. */
  "Expired",
  // What the destination's books say of the source.
  "SourceUnknown",
  "SourceNotHeard",
  "SourceRefused",
  "SourceIrrefutable",
  "SourceHalted",
  "GatewayUnknown",
  "GatewayRefused",
  "GatewayDrained",
  "OverLimit",
  // What it has of the source's operators.
  "NoTable",
  "TableNotYet",
  "StaleTable",
  "Frozen",
  "Revoked",
  // What operators and aggregators did.
  "NotFinal",
  "NotInRegistry",
  "NobodyAsked",
  "NotCertified",
  "CertificateStale",
  "ClockAhead",
  "WrongOperatorSet",
  "TableTooLight",
  "QuorumNotReached",
  "FinalityOutOfRange",
  "CertificateInvalid",
  "FalsePage",
  "Refused",
  // What the recipient does.
  "RecipientWithoutCode",
  "RecipientReverts",
  "WrongSelector",
  "OutOfGas",
  /** Nothing hinders it. */
  "WaitsForRelayer",
] as const;
/** One of {@link REASONS}. */
export type Reason = (typeof REASONS)[number];

/** Why a message is not delivered, and what is known around that. */
export interface Diagnosis {
  readonly code: Reason;
  /** For people. */
  readonly text: string;
  /** What the contract that refuses says, decoded. */
  readonly error?: string;
  /** What the recipient answered, undecoded. */
  readonly data?: string;
  /** Second from which it is over by itself. */
  readonly endsAt?: bigint;
  /** The set that speaks for the source, where the reason is about it. */
  readonly operatorSetId?: number;
  readonly epoch?: number;
  /** Whether the hub has what the destination lacks. */
  readonly hubKnowsMore?: boolean;
}
