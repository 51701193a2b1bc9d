import type { SourceState } from "#chain/admin/policies.ts";
import type { PolicyPlan } from "#chain/admin/policyPlan.ts";
import type { PolicyField, SourcePolicy } from "#chain/admin/sourcePolicy.ts";

const NO_LIMIT = 2 ** 32 - 1;

/** What a source's policy is, for people. */
export function sourceLines(name: string, source: SourceState): string[] {
  const { policy, announced, haltedUntil, messagesLeft, refusedGateways } = source;
  if (policy === undefined) return [`${name}: no policy yet; it gets the default one when the directory names it`];
  const left = messagesLeft === undefined ? [] : [`  ${String(messagesLeft)} messages left in this hour`];
  return [
    `${name}: ${policyLine(policy)}`,
    ...left,
    ...(haltedUntil === undefined ? [] : [`  halted by its operators until ${timeOf(haltedUntil)}`]),
    ...refusedGateways.map((gateway) => `  never hears gateway ${gateway} again`),
    ...(announced === undefined ? [] : [`  announced: ${policyLine(announced.policy)}`, `  ${whenLine(announced)}`]),
  ];
}

function whenLine({ stage, effectiveAt, lastSecond }: NonNullable<SourceState["announced"]>): string {
  if (stage === "waiting") return `can be applied from ${timeOf(effectiveAt)} until ${timeOf(lastSecond)}`;
  if (stage === "ready") return `can be applied now, until ${timeOf(lastSecond)}`;
  return `lapsed at ${timeOf(lastSecond)}: it must be announced again`;
}

function policyLine(policy: SourcePolicy): string {
  return [
    `quorum ${policy.quorumBps} bps`,
    `finality ${policy.minFinality}`,
    `age ${policy.maxAgeSeconds} s`,
    `weight 2^${policy.minTotalWeightLog2}`,
    limitOf(policy.messagesPerHour),
    policy.acceptsIrrefutable ? "irrefutable sources too" : "refutable sources only",
    ...(policy.refused ? ["REFUSED"] : []),
  ].join(", ");
}

function limitOf(messagesPerHour: number): string {
  return messagesPerHour === NO_LIMIT ? "no hourly limit" : `${messagesPerHour} messages an hour`;
}

/** What will be done, before it is done. */
export function planLines(name: string, plan: PolicyPlan, announcedFor: string): string[] {
  const { present, steps, dropped, waitsUntil } = plan;
  if (waitsUntil !== undefined) return [`${name}: announced already; it can be applied from ${timeOf(waitsUntil)}`];
  if (steps.length === 0) return [`${name}: is so already`];
  let before = present;
  const lines = steps.flatMap(({ kind, fields, to }) => {
    const told = fields.map((field) => `    ${field}: ${valueOf(before, field)} → ${valueOf(to, field)}`);
    before = to;
    if (kind === "tighten") return ["  tightening, at once:", ...told];
    if (kind === "apply") return ["  loosening, announced before, at once:", ...told];
    if (kind === "cancel") return ["  the announced loosening is taken back; nothing else changes"];
    return [`  loosening, announced now, can be applied ${announcedFor}:`, ...told];
  });
  const drops = dropped !== undefined && steps.some(({ kind }) => kind === "tighten" || kind === "announce");
  return [`${name}:`, ...lines, ...(drops ? [`  drops what is announced: ${policyLine(dropped)}`] : [])];
}

function valueOf(policy: SourcePolicy, field: PolicyField): string {
  if (field === "messagesPerHour" && policy.messagesPerHour === NO_LIMIT) return "none";
  return String(policy[field]);
}

/** A second of a chain, for people. */
export function timeOf(seconds: bigint): string {
  return new Date(Number(seconds) * 1_000).toISOString();
}
