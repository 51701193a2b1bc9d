import { CodedError } from "#protocol/errors.ts";

/** Why a network is not deployed as it is described. */
export type DeployErrorCode =
  /** An endpoint serves another chain. */
  | "WrongChain"
  /** An endpoint does not answer. */
  | "Unreachable"
  /** What must be there before has no code. */
  | "NothingThere"
  /** Somebody else's code is where CreateX is on every chain. */
  | "NotCreateX"
  /** The contracts are not compiled as they are deployed. */
  | "NotBuilt"
  /** A role is still the example's. */
  | "ExampleRole"
  /** The deployer is none of the accounts of a chain's network. */
  | "NotTheDeployer"
  /** An account has less than a step costs. */
  | "TooLittleEther"
  /** A chain cannot do what contracts or nodes need. */
  | "Incapable"
  /** The network has no such rollup. */
  | "UnknownRollup"
  /** A rollup drains, or is retired. */
  | "Leaving"
  /** What the registry accepted for a rollup is somebody else's. */
  | "ForeignProposal"
  /** A proposal's id is not that of what an endpoint says it is. */
  | "ForgedProposal"
  /** A transaction was mined and failed, or did nothing. */
  | "StepFailed"
  /** An operator set was shaped there and back more often than is told apart. */
  | "TooOften"
  /** A chain that is to be rehearsed on is a real one. */
  | "NotSimulated"
  /** What a rehearsal rests on is not there, or is not as it knows it. */
  | "NotRehearsable"
  /** A rehearsal's message did not arrive. */
  | "NotDelivered"
  /** A rehearsal's vault did not get what it had to. */
  | "NotCollected"
  /** Somebody's transaction is not mined in time. */
  | "StillPending";

/** Something that keeps a network from being deployed; its message says what was found, and what is required. */
export class DeployError extends CodedError<DeployErrorCode> {}
