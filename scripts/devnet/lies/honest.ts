import type { MessageId } from "#protocol/types.ts";

import type { RollupName } from "../chains.ts";
import { reconcile, type ChainRecords, type Verdict } from "../reconciliation.ts";

/** A message that was delivered though nobody sent it. */
export interface Forged {
  readonly id: MessageId;
  /** The liars' own message whose place it took, if it took one. */
  readonly insteadOf?: MessageId;
}

/**
 * Reconciles what honest people sent: each lie must have had exactly the effect that was shown, and no other.
 *
 * @param records - What the chains say.
 * @param expected - What honest people sent.
 * @param forged - What was delivered by a lie, each once.
 * @returns The verdict on everything else.
 */
export function reconcileHonest(
  records: ChainRecords,
  expected: readonly MessageId[],
  forged: readonly Forged[],
): Verdict {
  const open = [...forged];
  const honest = (ids: readonly MessageId[]) =>
    ids.flatMap((id) => {
      const at = open.findIndex((one) => one.id === id);
      if (at < 0) return [id];
      const [found] = open.splice(at, 1);
      // Its bit in the replay word is used up, as if its own message had come.
      return found?.insteadOf === undefined ? [] : [found.insteadOf];
    });
  const delivered: Record<RollupName, readonly MessageId[]> = {
    alpha: honest(records.delivered.alpha),
    beta: honest(records.delivered.beta),
    gamma: honest(records.delivered.gamma),
  };
  const verdict = reconcile({ ...records, delivered }, expected);
  const contradictions = [...verdict.contradictions, ...open.map(({ id }) => `the forged ${id} was not delivered`)];
  return { ...verdict, ok: verdict.ok && open.length === 0, contradictions };
}
