import { FIRST_OPERATOR, FIRST_STAKER, ACCOUNTS } from "../accountNumbers.ts";

const PEOPLE = 3;

/** Accounts of local testnets, with ether on all of them, and what they are for. */
export const ACCOUNT_USES: readonly (readonly [index: number, use: string])[] = [
  [ACCOUNTS.deployer, "deployer, and owner of the service manager"],
  [ACCOUNTS.user, "a user"],
  [ACCOUNTS.relayer, "a relayer"],
  [ACCOUNTS.shaper, "shaper"],
  [ACCOUNTS.registrar, "registrar"],
  [ACCOUNTS.guardian, "guardian"],
  [ACCOUNTS.rollupOwner, "owner of every entry and policy"],
  [ACCOUNTS.court, "court"],
  ...Array.from({ length: PEOPLE }, (_, at) => [FIRST_OPERATOR + at, `operator ${at + 1}`] as const),
  [ACCOUNTS.watcher, "a watcher"],
  ...Array.from({ length: PEOPLE }, (_, at) => [FIRST_STAKER + at, `staker ${at + 1}`] as const),
];
