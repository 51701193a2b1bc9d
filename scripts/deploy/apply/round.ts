import { readySteps, type Step } from "../steps/step.ts";
import { isApproved, type Approval } from "./approval.ts";

/** What is sent at all. */
export interface Consent {
  /** Whether what loosens, or takes back what was done by hand, is sent, too; it is not unless this says so. */
  readonly undoes?: boolean;
  /** What somebody agreed to: nothing else is sent. Whatever is wanted unless given. */
  readonly approval?: Approval;
  /** Which steps are sent; all unless given. */
  wants?(step: Step): boolean;
}

/** What is to be done next. */
export interface Round {
  /** What is sent from here now; nothing where something is not what was agreed to. */
  readonly ours: readonly Step[];
  /** What could be sent now, but by nobody here. */
  readonly forOthers: readonly Step[];
  /** What could be sent from here, but is not what was agreed to. */
  readonly changed: readonly Step[];
}

/**
 * @param steps - Everything, in order, as the chains have it now.
 * @param consent - What is sent at all.
 * @param isHere - Whether somebody who may send a step is here.
 * @returns What is to be done next.
 */
export function roundOf(steps: readonly Step[], consent: Consent, isHere: (step: Step) => boolean): Round {
  const { undoes, approval } = consent;
  const ready = readySteps(steps).filter(
    (step) => (undoes === true || step.undoes !== true) && (consent.wants?.(step) ?? true),
  );
  const here = ready.filter(isHere);
  const changed = approval === undefined ? [] : here.filter((step) => !isApproved(approval, step));
  return {
    ours: changed.length > 0 ? [] : here,
    forOthers: ready.filter((step) => !here.includes(step)),
    changed,
  };
}
