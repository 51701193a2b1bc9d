/** What to do about a refusal that people at a terminal meet, by the contract's error. */
export const ADVICE: Readonly<Record<string, string | undefined>> = {
  WeightTooLow: "stakers must deposit more and delegate it to the operator, then join again",
  NotMemberOfSet: "the sender is no member of the set",
  NotAMember: "it has to join the set first",
  SeatsFull: "name an incumbent that weighs at most two thirds of it",
  NotAllowed: "the set has an allow-list, which the shaper writes",
  OwnableUnauthorizedAccount: "only the registrar accepts; send from its account",
  NotTheEntrysOwner: "send from the account that owns the entry",
  NoticeRunning: "wait for its end",
  OptInMissing: "operators of the set must opt in to that gateway and bridge",
  ChangeTooEarly: "wait; changes come once an hour at most",
  EpochNotInstalled: "the rollup lacks the epoch that signed; bring that one first",
  EpochExpired: "that epoch is over; the rollup needs a newer one from an epoch that it has",
  SlashResolutionDelayNotElapsed: "EigenLayer does not let go of it yet; call again later",
};
