import type { FindingKind } from "#nodes/shared/api.ts";
import type { Evidence } from "#protocol/evidence/evidence.ts";

import type { Deed } from "./docket.ts";
import type { TruthRound } from "./truths.ts";

/** Pursues what was found of some kinds, as far as it can at a time. */
export interface Pursuit {
  readonly kinds: readonly FindingKind[];
  /**
   * @param deed - Something of these kinds.
   * @param round - What is known of the chains in this round.
   * @returns Whether it is over; throws what is worth another try.
   */
  advance(deed: Deed, round: TruthRound): Promise<boolean>;
  /**
   * @param deed - Something of these kinds.
   * @returns What anybody can show of it with what is kept now; none for what nobody is accused of.
   */
  evidence?(deed: Deed): Promise<readonly Evidence[]>;
}
