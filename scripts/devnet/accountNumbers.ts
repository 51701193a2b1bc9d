// By themselves, because the configuration needs how many there are, and nothing that derives keys.

/** Who uses which account of the phrase, on every chain. */
export const ACCOUNTS = {
  /** Also owns what has an owner. */
  deployer: 0,
  /** Sends what the devnet shows. */
  user: 1,
  relayer: 2,
  burst: 3,
  /** Sends what is typed: `message send`. */
  visitor: 4,
  /** Announces what shapes tables. */
  shaper: 5,
  /** Accepts what is proposed to the registry. */
  registrar: 6,
  guardian: 7,
  /** Proposes all rollups, and owns their entries. */
  rollupOwner: 8,
  /** Acquits of what rests on a source's word. */
  court: 9,
  /** Carries what crosses the slow road. */
  carrier: 16,
  /** Pays for what the watcher does, on every chain. */
  watcher: 17,
  /** Brings lies to rollups, and accuses those who told the truth. */
  liar: 28,
} as const;

/** The first operator's; the others follow. */
export const FIRST_OPERATOR = 10;
/** The staker of the first operator. */
export const FIRST_STAKER = 20;
/** The hub knows all of them, with ether. */
export const ACCOUNT_COUNT = 30;
