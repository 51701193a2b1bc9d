import { id as hashOf } from "ethers";

import type { Step } from "../steps/step.ts";

/** Steps that somebody agreed to, by ids: what each of them sends, or nothing where that was not known yet. */
export type Approval = ReadonlyMap<string, string | undefined>;

/**
 * @param shown - Steps that somebody was shown, and agreed to.
 * @returns What was agreed to. Of a step whose data rests on what is not there yet, that it is sent.
 */
export function approvalOf(shown: readonly Step[]): Approval {
  return new Map(shown.map((step) => [step.id, contentOf(step)]));
}

/**
 * @param approval - What was agreed to.
 * @param step - A step that is about to be sent.
 * @returns Whether exactly this was agreed to.
 */
export function isApproved(approval: Approval, step: Step): boolean {
  if (!approval.has(step.id)) return false;
  const shown = approval.get(step.id);
  return shown === undefined || shown === contentOf(step);
}

function contentOf({ chain, to, data, value, signed }: Step): string | undefined {
  if (data === undefined && signed === undefined) return undefined;
  return hashOf(JSON.stringify([chain, to ?? null, data ?? null, String(value), signed ?? null]));
}
