import { id as hashOf } from "ethers";

import { bytes32, hex, ZERO_BYTES32, type Bytes32 } from "#protocol/types.ts";

import type { NetworkConfig } from "../config/schema.ts";
import type { Actual, Announced, Artifacts } from "./actual.ts";
import { plannedHub } from "./addresses.ts";
import { interfaceOf } from "./calls.ts";
import { DONE, shaperCall, shaperSteps, type ShaperCall } from "./shaper.ts";
import type { Step } from "./step.ts";

/** What of the operator sets is there. */
export interface SetsThere {
  readonly setCount: number;
  readonly announced: ReadonlyMap<Bytes32, Announced>;
}

const NOTHING_YET: SetsThere = { setCount: 0, announced: new Map() };

/**
 * Sets are numbered as they come, so each that is announced before the one below is there follows that one's operation.
 *
 * @param config - A network.
 * @param artifacts - Compiled contracts.
 * @param first - The set that follows none, because all below it were there when it was announced.
 * @returns What the shaper is asked to do, once for each set from that one on: to create it, and to allow its founders in the same breath.
 */
export function setCallsFrom(config: NetworkConfig, artifacts: Artifacts, first: number): ShaperCall[] {
  const abi = interfaceOf(artifacts, "ServiceManager");
  const { serviceManager: target } = plannedHub(config);
  const calls: ShaperCall[] = [];
  for (const [index, { founders, fullFraction, ...parameters }] of config.hub.operatorSets.entries()) {
    const set = index + 1;
    if (set < first) continue;
    const payloads = [hex(abi.encodeFunctionData("createSet", [parameters, fullFraction]))];
    if (founders.length > 0) payloads.push(hex(abi.encodeFunctionData("allow", [set, founders, true])));
    const predecessor = calls.at(-1)?.id ?? ZERO_BYTES32;
    calls.push(shaperCall({ target, payloads, predecessor, salt: bytes32(hashOf(`${config.salt}/set/${set}`)) }));
  }
  return calls;
}

/**
 * Operations of sets that are there as they are described today: a missing set may have been announced to follow one that was carried out.
 *
 * @param config - A network.
 * @param artifacts - Compiled contracts.
 * @param setCount - How many sets are there.
 * @returns The newest set's operation, as it is with each first set.
 */
export function newestSetCalls(config: NetworkConfig, artifacts: Artifacts, setCount: number): ShaperCall[] {
  if (setCount >= config.hub.operatorSets.length) return [];
  return Array.from({ length: setCount }, (_, index) => setCallsFrom(config, artifacts, index + 1)).flatMap(
    (calls, index) => calls.slice(setCount - 1 - index, setCount - index),
  );
}

/**
 * @param config - A network.
 * @param artifacts - Compiled contracts.
 * @param there - What of the sets is there; of announcements, at least the {@link newestSetCalls}.
 * @returns What could create the sets that are missing: in each, all of them, so that what it follows was carried out.
 */
export function missingSetCalls(config: NetworkConfig, artifacts: Artifacts, there: SetsThere): ShaperCall[][] {
  const { setCount, announced } = there;
  if (setCount >= config.hub.operatorSets.length) return [];
  const followed = newestSetCalls(config, artifacts, setCount).flatMap(({ id }, index) =>
    announced.get(id)?.readyAt === DONE ? [setCallsFrom(config, artifacts, index + 1).slice(setCount - index)] : [],
  );
  return [...followed, setCallsFrom(config, artifacts, setCount + 1)];
}

/**
 * @param config - A network.
 * @param artifacts - Compiled contracts.
 * @param there - What of the sets is there; of announcements, all {@link missingSetCalls}.
 * @returns What the shaper is asked to do, once for each set. What was announced already is kept; else the first set that is missing follows
 *   none, because nobody knows how those that are there were described when they were announced.
 */
export function setCalls(config: NetworkConfig, artifacts: Artifacts, there = NOTHING_YET): ShaperCall[] {
  const ways = missingSetCalls(config, artifacts, there);
  const isBegun = (calls: readonly ShaperCall[]) =>
    calls.some(({ id }) => (there.announced.get(id)?.readyAt ?? 0n) > DONE);
  const missing = ways.find(isBegun) ?? ways.at(-1) ?? [];
  return [...setCallsFrom(config, artifacts, 1).slice(0, there.setCount), ...missing];
}

/**
 * @param config - A network.
 * @param artifacts - Compiled contracts.
 * @param actual - What is there.
 * @returns What creates the operator sets that are missing: each is announced to the shaper, waits, and is carried out by anybody.
 */
export function setSteps(config: NetworkConfig, artifacts: Artifacts, { hub }: Actual): Step[] {
  return setCalls(config, artifacts, hub).flatMap((call, index) => {
    const set = index + 1;
    return shaperSteps(config, artifacts, hub, call, {
      stepId: (verb) => `hub/set-${set}/${verb}`,
      isThere: (hub?.setCount ?? 0) >= set,
      after: set === 1 ? [] : [`hub/set-${set - 1}/execute`],
    });
  });
}
