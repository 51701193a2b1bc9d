import type { Entry } from "#chain/hub/entries.ts";
import { sameWads, type Fractions, type Wads } from "#chain/hub/fractions.ts";
import { chainId } from "#protocol/types.ts";

import type { NetworkConfig, RollupConfig } from "../config/schema.ts";
import type { Actual, Artifacts } from "./actual.ts";
import { plannedHub } from "./addresses.ts";
import { callOf } from "./calls.ts";
import { ACTIVE } from "./registry.ts";
import { changesOf, type Change, type Step, type Wait } from "./step.ts";

const WAD_FIELDS = ["refuteWad", "softWad"] as const;

/** An active entry that is brought into line. */
interface Subject {
  readonly config: NetworkConfig;
  readonly name: string;
  readonly rollup: RollupConfig;
  readonly artifacts: Artifacts;
  readonly entry: Entry;
}

/**
 * @param config - A network.
 * @param name - One of its rollups.
 * @param rollup - The same.
 * @param artifacts - Compiled contracts.
 * @param actual - What is there.
 * @returns What an owner changes of an active entry without a proposal: what operators wait for and where the rollup describes itself, that
 *   lies cannot be proven any more, and what they take.
 */
export function entrySteps(
  config: NetworkConfig,
  name: string,
  rollup: RollupConfig,
  artifacts: Artifacts,
  { hub }: Actual,
): Step[] {
  const found = hub?.rollups.get(name);
  if (hub === undefined || found?.entry?.status !== ACTIVE) return [];
  const subject = { config, name, rollup, artifacts, entry: found.entry };
  return [
    ...irrefutableSteps(subject),
    ...updateSteps(subject, hub.time),
    ...(found.fractions === undefined ? [] : fractionSteps(subject, found.fractions)),
  ];
}

function irrefutableSteps(subject: Subject): Step[] {
  const { entry, rollup } = subject;
  if (!entry.refutable || rollup.entry.refutable) return [];
  const changes = changesOf(entry, rollup.entry, ["refutable"]);
  return [{ ...stepOf(subject, "irrefutable", "declareIrrefutable", [], changes), undoes: true }];
}

function updateSteps(subject: Subject, time: bigint): Step[] {
  const { config, entry, rollup } = subject;
  const { finality, metadataURI } = rollup.entry;
  const changes = changesOf(entry, rollup.entry, ["finality", "metadataURI"]);
  if (changes.length === 0) return [];
  const step: Step = {
    ...stepOf(subject, "update", "update", [finality, metadataURI], changes),
    ...(finality < entry.finality ? { undoes: true } : {}),
  };
  // The last change may have been one that keeps no pace; then this waits longer than it must.
  const until = entry.since + BigInt(config.hub.notices.pace);
  if (time >= until) return [step];
  return [{ ...step, waitsUntil: { what: `the registry's pace of ${config.hub.notices.pace} s`, who: "", until } }];
}

/** What falls does so at once, what rises after a notice, one raise at a time: another one that waits is voided first. */
function fractionSteps(subject: Subject, { held, coming, until }: Fractions): Step[] {
  const { config, name, rollup } = subject;
  const { refuteWad, softWad } = rollup.entry;
  const wished = { refuteWad, softWad };
  const between = { refuteWad: least(held.refuteWad, refuteWad), softWad: least(held.softWad, softWad) };
  const isLess = !sameWads(between, held);
  // Who announces voids what was announced before, which is somebody's whenever it is not what is wished.
  const announce = (verb: string, to: Wads, changes: Change[], voids = false): Step => ({
    ...stepOf(subject, verb, "announceWads", [to.refuteWad, to.softWad], changes),
    ...(voids || isLess ? { undoes: true } : {}),
  });
  const changes = changesOf(held, wished, WAD_FIELDS);
  const notice = `the registry's notice of a raise, ${config.hub.notices.raise} s`;
  const holding = (wait: Wait): Step => ({
    ...{ id: `${name}/raised`, chain: "hub", contract: "RollupRegistry", call: "(in time)", args: [], changes },
    ...{ value: 0n, kind: "call", by: "anyone", from: [], needs: [`${name}/fractions`], waitsUntil: wait },
    ...{ aligns: true, isDone: false },
  });
  if (sameWads(coming, wished)) {
    if (sameWads(held, wished)) return [];
    const announced = { ...announce("fractions", wished, changes), isDone: true };
    return [announced, holding({ what: notice, who: "", ...(until === undefined ? {} : { until }) })];
  }
  const isRaise = !sameWads(between, wished);
  const isWaiting = !sameWads(held, coming);
  const dropped = changesOf(held, coming, WAD_FIELDS).map(({ field, to }) => ({
    ...{ field: `announced ${field}`, from: to, to: undefined },
  }));
  if (!isRaise) return [announce("fractions", wished, [...changes, ...dropped], isWaiting)];
  const later = { what: `${notice}, from its announcement on`, who: "" };
  if (!isWaiting) return [announce("fractions", wished, changes), holding(later)];
  const first = announce("fractions-void", between, [...changesOf(held, between, WAD_FIELDS), ...dropped], true);
  return [first, { ...announce("fractions", wished, changes), needs: [first.id] }, holding(later)];
}

function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

function stepOf(
  { config, name, rollup, artifacts, entry }: Subject,
  verb: string,
  call: string,
  args: readonly unknown[],
  changes: Change[],
): Step {
  const to = plannedHub(config).registry;
  return {
    ...callOf(artifacts, {
      ...{ id: `${name}/${verb}`, chain: "hub", contract: "RollupRegistry", call, to },
      args: [chainId(rollup.chainId), ...args],
    }),
    ...{ by: "rollupOwner", from: [entry.owner], needs: [], changes, aligns: true, isDone: false },
  };
}
