import { planPolicy, type PolicyStep } from "#chain/admin/policyPlan.ts";
import type { AnnouncedPolicy, PolicyDemands } from "#chain/admin/policies.ts";
import { fieldsThatDiffer, POLICY_FIELDS, type PolicyField, type SourcePolicy } from "#chain/admin/sourcePolicy.ts";
import { elementAt } from "#protocol/errors.ts";

import type { NetworkConfig, RollupConfig } from "../config/schema.ts";
import type { RollupAddresses } from "../rollup.ts";
import type { Actual, Artifacts } from "./actual.ts";
import { plannedRollup } from "./addresses.ts";
import { callOf } from "./calls.ts";
import { policyWishes, type PolicyWish } from "./policyWishes.ts";
import { isLeaving } from "./registry.ts";
import { changesOf, type Change, type Step, type Wait } from "./step.ts";

/** The function that each kind of step calls. */
const CALLS = {
  cancel: "cancelLoosening",
  tighten: "tighten",
  announce: "announceLoosening",
  apply: "applyLoosening",
} as const;

/** A rollup whose policy is brought into line. */
interface Subject {
  readonly name: string;
  readonly chainId: number;
  readonly contracts: RollupAddresses;
  readonly artifacts: Artifacts;
  readonly demands: Omit<PolicyDemands, "now">;
  /** Whether somebody may have changed it by hand. */
  readonly isThere: boolean;
}

/** A source whose policy is to be another. */
interface Aligned {
  readonly wish: PolicyWish;
  readonly present: SourcePolicy;
  readonly announced: AnnouncedPolicy | undefined;
  /** Why nothing can be done about it yet. */
  readonly unknown?: Wait;
}

/**
 * @param config - A network.
 * @param name - One of its rollups.
 * @param rollup - The same.
 * @param artifacts - Compiled contracts.
 * @param actual - What is there.
 * @returns What has its policy demand of every source what the configuration says: what is tighter at once, the rest by an announcement
 *   that anybody applies after the delay. What somebody announced otherwise is dropped, and told. A rollup that drains, or is retired, is let be.
 */
export function policySteps(
  config: NetworkConfig,
  name: string,
  rollup: RollupConfig,
  artifacts: Artifacts,
  { hub, policies }: Actual,
): Step[] {
  const { contracts } = plannedRollup(config, rollup);
  if (isLeaving(hub?.rollups.get(name)?.entry, contracts.gateway)) return [];
  const { owner, looseningDelaySeconds } = rollup.policy;
  // Of a policy that is not there yet it is known what it is constructed with.
  const found = policies.get(name);
  const demands = found ?? { owner, looseningDelaySeconds, sources: [] };
  const subject = { name, chainId: rollup.chainId, contracts, artifacts, demands, isThere: found !== undefined };
  const wishes = policyWishes(config, rollup);
  return wishes.flatMap((wish) => stepsFor(subject, alignedBy(wish, elementAt(wishes, 0).policy, subject)));
}

/** A source that has no policy yet begins with what all begin with. */
function alignedBy(wish: PolicyWish, byDefault: SourcePolicy, { name, demands }: Subject): Aligned {
  const found = demands.sources.find(({ chainId }) => chainId === wish.chainId);
  if (found?.policy !== undefined) return { wish, present: found.policy, announced: found.announced };
  const what = `${name}'s directory to name ${wish.source ?? ""}`;
  const unknown = { what, who: "a relayer, once the registry has it" };
  return { wish, present: byDefault, announced: undefined, unknown };
}

function stepsFor(subject: Subject, { wish, present, announced, unknown }: Aligned): Step[] {
  const isSame = fieldsThatDiffer(present, wish.policy).length === 0;
  if (isSame && announced === undefined) return [];
  const { name, chainId, contracts, demands } = subject;
  const source = { chainId: wish.chainId, policy: present, ...(announced === undefined ? {} : { announced }) };
  const { steps, dropped, waitsUntil } = planPolicy(
    { chainId, site: contracts },
    { owner: demands.owner, sources: [source] },
    isSame ? { kind: "cancel" } : { kind: "set", fields: wish.policy },
  );
  const delay = `the policy's loosening delay of ${demands.looseningDelaySeconds} s`;
  const apply = (fields: readonly PolicyField[], waits: Wait): Step => ({
    ...stepOf(subject, wish, { kind: "apply", to: wish.policy, fields }, present),
    ...{ needs: [idOf(name, wish, "announce")], waitsUntil: waits },
  });
  if (waitsUntil !== undefined) {
    const fields = fieldsThatDiffer(present, wish.policy);
    const announcement = stepOf(subject, wish, { kind: "announce", to: wish.policy, fields }, present);
    return [{ ...announcement, isDone: true }, apply(fields, { what: delay, who: "", until: waitsUntil })];
  }
  return steps.flatMap((step, at) => {
    const before = steps[at - 1];
    const made = {
      ...stepOf(subject, wish, step, present, at === 0 ? dropped : undefined),
      ...(at === 0 && dropped !== undefined && announced?.stage !== "lapsed" ? { undoes: true } : {}),
      ...(before === undefined ? {} : { needs: [idOf(name, wish, before.kind)] }),
      ...(unknown === undefined ? {} : { waitsUntil: unknown }),
    };
    if (step.kind !== "announce") return [made];
    return [made, apply(step.fields, { what: `${delay}, from its announcement on`, who: "" })];
  });
}

function idOf(name: string, { source }: PolicyWish, kind: PolicyStep["kind"]): string {
  return `${name}/policy${source === undefined ? "" : `-of-${source}`}/${kind}`;
}

function stepOf(
  { name, contracts, artifacts, demands, isThere }: Subject,
  wish: PolicyWish,
  { kind, to, fields }: PolicyStep,
  present: SourcePolicy,
  dropped?: SourcePolicy,
): Step {
  const args = kind === "tighten" || kind === "announce" ? [wish.chainId, to] : [wish.chainId];
  const id = idOf(name, wish, kind);
  return {
    ...callOf(artifacts, { id, chain: name, contract: "Policy", call: CALLS[kind], args, to: contracts.policy }),
    ...(kind === "apply" ? { by: "anyone", from: [] } : { by: "rollupOwner", from: [demands.owner] }),
    changes: [...(kind === "cancel" ? [] : changesOf(present, to, fields)), ...droppedChanges(present, dropped)],
    ...{ needs: [`${name}/gateway`], isDone: false, aligns: true },
    ...(isThere && (kind === "announce" || kind === "apply") ? { undoes: true } : {}),
  };
}

/** What somebody announced, and what will not be. */
function droppedChanges(present: SourcePolicy, dropped: SourcePolicy | undefined): Change[] {
  if (dropped === undefined) return [];
  return changesOf(present, dropped, POLICY_FIELDS).map(({ field, to }) => ({
    ...{ field: `announced ${field}`, from: to, to: undefined },
  }));
}
