import { elementAt } from "#protocol/errors.ts";

import { Policy__factory } from "../contracts.ts";
import { HubError } from "../hub/errors.ts";
import { callOf, type AdminCall } from "./call.ts";
import type { PolicyDemands, PolicySite, SourceDemand } from "./policies.ts";
import { fieldsThatDiffer, strictest, type PolicyField, type SourcePolicy } from "./sourcePolicy.ts";

/** What is to become of a source's policy. */
export type PolicyWish =
  | { readonly kind: "set"; readonly fields: Partial<SourcePolicy> }
  | { readonly kind: "apply" }
  | { readonly kind: "cancel" };

/** One step to it, with the fields that it is about. */
export interface PolicyStep {
  /** `tighten` holds at once; `announce` can be applied after the delay; `apply` and `cancel` are about what was announced. */
  readonly kind: "tighten" | "announce" | "apply" | "cancel";
  readonly fields: readonly PolicyField[];
  readonly to: SourcePolicy;
}

/** How a wish comes true. */
export interface PolicyPlan {
  readonly present: SourcePolicy;
  /** What it is in the end. */
  readonly wished: SourcePolicy;
  readonly steps: readonly PolicyStep[];
  /** What is announced now and will be dropped, or replaced. */
  readonly dropped?: SourcePolicy;
  /** When what is announced already can be applied, where that is all that is missing. */
  readonly waitsUntil?: bigint;
  readonly calls: readonly AdminCall[];
}

/**
 * Decides how a source's policy becomes what is wished: what is tighter, at once; the rest by an announcement; and what was announced
 * before and is ready, by applying it.
 *
 * @param rollup - The rollup and its policy.
 * @param state - What it says now, of one source.
 * @param wish - What is wished.
 * @returns The plan; throws `Unknown` for a source without a policy, and where nothing is announced that could be applied or
 *   cancelled; `Refused` for an announcement that has lapsed.
 */
export function planPolicy(
  rollup: { readonly chainId: number; readonly site: PolicySite },
  state: Pick<PolicyDemands, "owner" | "sources">,
  wish: PolicyWish,
): PolicyPlan {
  const source = elementAt(state.sources, 0);
  const present = presentOf(source);
  const { steps, wished, ...rest } =
    wish.kind === "set" ? toSet(source, present, wish.fields) : withAnnounced(source, wish);
  return { present, wished, ...rest, steps, calls: steps.map((step) => callFor(rollup, state, source, step)) };
}

type Draft = Omit<PolicyPlan, "present" | "calls">;

function toSet(source: SourceDemand, present: SourcePolicy, fields: Partial<SourcePolicy>): Draft {
  const { announced } = source;
  const wished = { ...present, ...fields };
  if (fieldsThatDiffer(wished, present).length === 0) return { wished, steps: [] };
  if (announced !== undefined && fieldsThatDiffer(announced.policy, wished).length === 0) {
    if (announced.stage === "waiting") return { wished, steps: [], waitsUntil: announced.effectiveAt };
    if (announced.stage === "ready") {
      return { wished, steps: [{ kind: "apply", to: wished, fields: fieldsThatDiffer(present, wished) }] };
    }
  }
  const between = strictest(present, wished);
  const [atOnce, later] = [fieldsThatDiffer(present, between), fieldsThatDiffer(between, wished)];
  const steps: PolicyStep[] = [];
  // In this order: a tightening drops what is announced.
  if (atOnce.length > 0) steps.push({ kind: "tighten", to: between, fields: atOnce });
  if (later.length > 0) steps.push({ kind: "announce", to: wished, fields: later });
  return { wished, steps, ...(announced === undefined ? {} : { dropped: announced.policy }) };
}

function withAnnounced(source: SourceDemand, { kind }: Extract<PolicyWish, { kind: "apply" | "cancel" }>): Draft {
  const [present, { announced }] = [presentOf(source), source];
  if (announced === undefined) throw new HubError("Unknown", `nothing is announced for ${nameOf(source)}`);
  const { policy, stage, effectiveAt, lastSecond } = announced;
  const fields = fieldsThatDiffer(present, policy);
  if (kind === "cancel") return { wished: present, dropped: policy, steps: [{ kind, to: present, fields }] };
  if (stage === "waiting") return { wished: policy, steps: [], waitsUntil: effectiveAt };
  if (stage === "ready") return { wished: policy, steps: [{ kind, to: policy, fields }] };
  const since = new Date(Number(lastSecond) * 1_000).toISOString();
  throw new HubError("Refused", `the announcement lapsed at ${since}; announce it again`);
}

function callFor(
  { chainId, site }: { readonly chainId: number; readonly site: PolicySite },
  { owner }: Pick<PolicyDemands, "owner">,
  source: SourceDemand,
  { kind, to }: PolicyStep,
): AdminCall {
  const target = { chainId, contract: "Policy", to: site.policy, abi: Policy__factory.createInterface() };
  if (kind === "apply") return callOf(target, "anyone", "applyLoosening", [source.chainId]);
  if (kind === "cancel") return callOf(target, owner, "cancelLoosening", [source.chainId]);
  return callOf(target, owner, kind === "tighten" ? "tighten" : "announceLoosening", [source.chainId, to]);
}

function presentOf(source: SourceDemand): SourcePolicy {
  if (source.policy !== undefined) return source.policy;
  throw new HubError(
    "Unknown",
    `${nameOf(source)} has no policy here: it gets the default one when the directory names it`,
  );
}

function nameOf({ chainId }: SourceDemand): string {
  return chainId === 0n ? "the default" : `chain ${String(chainId)}`;
}
