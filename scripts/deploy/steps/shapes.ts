import { id as hashOf } from "ethers";

import { bytes32, hex, ZERO_BYTES32, type Bytes32 } from "#protocol/types.ts";

import type { NetworkConfig } from "../config/schema.ts";
import { DeployError } from "../errors.ts";
import type { Actual, Announced, Artifacts, SetShape } from "./actual.ts";
import { plannedHub } from "./addresses.ts";
import { interfaceOf } from "./calls.ts";
import { DONE, shaperCall, shaperSteps, type ShaperCall } from "./shaper.ts";
import { changesOf, type Change, type Step } from "./step.ts";

/** An operator set that is to be shaped anew. */
export interface Reshaping {
  readonly operatorSetId: number;
  readonly changes: readonly Change[];
  /** Whether more counts, or less is asked for, than on the chain: somebody may have meant that. */
  readonly isLooser: boolean;
  /** What the shaper is asked to do, the n-th time that a set becomes this very one: an announcement is carried out only once. */
  readonly call: (time: number) => ShaperCall;
}

/** The same set, again and again; nobody changes one there and back more often, with 17 days for each. */
export const MOST_TIMES = 64;

/**
 * @param config - A network.
 * @param artifacts - Compiled contracts.
 * @param shapes - Of the sets that are there, in order.
 * @returns Those that are described otherwise. Who is on an allow-list already is nobody's business here; where a list begins, the founders are on it.
 */
export function reshapings(config: NetworkConfig, artifacts: Artifacts, shapes: readonly SetShape[]): Reshaping[] {
  const abi = interfaceOf(artifacts, "ServiceManager");
  const { serviceManager: target } = plannedHub(config);
  return shapes.flatMap((found, index) => {
    const described = config.hub.operatorSets[index];
    if (described === undefined) return [];
    const { founders, fullFraction: _, ...wished } = described;
    const changes = changesBetween(found, wished);
    if (changes.length === 0) return [];
    const operatorSetId = index + 1;
    const payloads = [hex(abi.encodeFunctionData("shapeSet", [operatorSetId, wished]))];
    if (!found.hasAllowList && founders.length > 0) {
      payloads.push(hex(abi.encodeFunctionData("allow", [operatorSetId, founders, true])));
    }
    const saltOf = (time: number) => bytes32(hashOf(`${config.salt}/set/${operatorSetId}/shape/${time}`));
    const call = (time: number) => shaperCall({ target, payloads, predecessor: ZERO_BYTES32, salt: saltOf(time) });
    return [{ operatorSetId, changes, isLooser: isLooserThan(found, wished), call }];
  });
}

/**
 * @param config - A network.
 * @param artifacts - Compiled contracts.
 * @param actual - What is there.
 * @returns What has the sets' next tables be shaped as they are described.
 */
export function shapeSteps(config: NetworkConfig, artifacts: Artifacts, { hub }: Actual): Step[] {
  if (hub === undefined) return [];
  return reshapings(config, artifacts, hub.shapes).flatMap(({ operatorSetId, changes, isLooser, call }) => {
    const next = firstOpen(call, (id) => hub.announced.get(id));
    if (next === undefined)
      throw new DeployError("TooOften", `operator set ${operatorSetId} was this one ${MOST_TIMES} times`);
    return shaperSteps(config, artifacts, hub, next, {
      stepId: (verb) => `hub/set-${operatorSetId}/shape-${verb}`,
      ...{ isThere: false, after: [] },
    }).map((step) => ({ ...step, changes, aligns: true, ...(isLooser ? { undoes: true } : {}) }));
  });
}

function isLooserThan(found: SetShape, wished: SetShape): boolean {
  const counted = new Map(found.strategies.map(({ strategy, multiplier }) => [strategy, multiplier]));
  return (
    wished.minimumWeight < found.minimumWeight ||
    (found.hasAllowList && !wished.hasAllowList) ||
    wished.strategies.some(({ strategy, multiplier }) => multiplier > (counted.get(strategy) ?? 0n))
  );
}

/** Strategy by strategy, so that whoever is to agree sees which counts otherwise. */
function changesBetween(found: SetShape, wished: SetShape): Change[] {
  const multipliers = ({ strategies }: SetShape): Record<string, bigint> =>
    Object.fromEntries(strategies.map(({ strategy, multiplier }) => [`multiplier of ${strategy}`, multiplier]));
  const [from, to] = [multipliers(found), multipliers(wished)];
  return [
    ...changesOf(from, to, [...new Set([...Object.keys(from), ...Object.keys(to)])]),
    ...changesOf(found, wished, ["minimumWeight", "hasAllowList"]),
  ];
}

function firstOpen(
  call: (time: number) => ShaperCall,
  announced: (id: Bytes32) => Announced | undefined,
): ShaperCall | undefined {
  for (let time = 0; time < MOST_TIMES; time++) {
    const next = call(time);
    if (announced(next.id)?.readyAt !== DONE) return next;
  }
  return undefined;
}
