import { AbiCoder, id as hashOf, keccak256 } from "ethers";

import { bytes32, hex, ZERO_BYTES32, type Address, type Bytes32, type Hex } from "#protocol/types.ts";

import type { NetworkConfig } from "../config/schema.ts";
import type { Actual, Announced, Artifacts } from "./actual.ts";
import { plannedHub } from "./addresses.ts";
import { callOf, innerOf, interfaceOf } from "./calls.ts";
import type { Step, Wait } from "./step.ts";

/** What the shaper is asked to do, once its delay is over. */
export interface ShaperCall {
  readonly target: Address;
  /** Calls of it that are carried out together. */
  readonly payloads: readonly Hex[];
  /** What must be carried out before; zero for nothing. */
  readonly predecessor: Bytes32;
  readonly salt: Bytes32;
  /** What the timelock calls it. */
  readonly id: Bytes32;
}

/** What a timelock says of what was carried out. */
const DONE = 1n;

/**
 * @param config - A network.
 * @param artifacts - Compiled contracts.
 * @returns What the shaper is asked to do, once for each set: to create it, and to allow its founders in the same breath. Each follows the one before, because sets are numbered as they come.
 */
export function setCalls(config: NetworkConfig, artifacts: Artifacts): ShaperCall[] {
  const abi = interfaceOf(artifacts, "ServiceManager");
  const { serviceManager: target } = plannedHub(config);
  const calls: ShaperCall[] = [];
  for (const [index, { founders, fullFraction, ...parameters }] of config.hub.operatorSets.entries()) {
    const payloads = [hex(abi.encodeFunctionData("createSet", [parameters, fullFraction]))];
    if (founders.length > 0) payloads.push(hex(abi.encodeFunctionData("allow", [index + 1, founders, true])));
    const predecessor = calls.at(-1)?.id ?? ZERO_BYTES32;
    const salt = bytes32(hashOf(`${config.salt}/set/${index + 1}`));
    const types = ["address[]", "uint256[]", "bytes[]", "bytes32", "bytes32"];
    const operation = [payloads.map(() => target), payloads.map(() => 0n), payloads, predecessor, salt];
    const id = bytes32(keccak256(AbiCoder.defaultAbiCoder().encode(types, operation)));
    calls.push({ target, payloads, predecessor, salt, id });
  }
  return calls;
}

/**
 * @param config - A network.
 * @param artifacts - Compiled contracts.
 * @param actual - What is there.
 * @returns What creates the operator sets: each is announced to the shaper, waits, and is carried out by anybody. What has lapsed is
 *   cancelled first.
 */
export function setSteps(config: NetworkConfig, artifacts: Artifacts, actual: Actual): Step[] {
  return setCalls(config, artifacts).flatMap((call, index) => stepsOfSet(config, artifacts, actual, call, index + 1));
}

function stepsOfSet(
  config: NetworkConfig,
  artifacts: Artifacts,
  { hub }: Actual,
  { target, payloads, predecessor, salt, id }: ShaperCall,
  set: number,
): Step[] {
  const { shapers } = config.roles;
  const state = stateOf(hub?.announced.get(id), hub?.time ?? 0n, (hub?.setCount ?? 0) >= set);
  const stepId = (verb: string, of = set) => `hub/set-${of}/${verb}`;
  const call = (verb: string, of: string, args: readonly unknown[]) =>
    callOf(artifacts, {
      ...{ id: stepId(verb), chain: "hub", contract: "Shaper", call: of },
      ...{ args, to: plannedHub(config).shaper },
    });
  const operation = [payloads.map(() => target), payloads.map(() => 0n), payloads, predecessor, salt];
  const inner = payloads.map((payload) => innerOf(artifacts, "ServiceManager", payload));
  const byShaper = { by: "shaper", from: shapers } as const;
  const wait = waitOf(state, config);
  return [
    ...(state.isLapsed ? [{ ...call("cancel", "cancel", [id]), ...byShaper, needs: [], isDone: false }] : []),
    {
      ...{ ...call("schedule", "scheduleBatch", [...operation, config.hub.shapingSeconds]), ...byShaper, inner },
      needs: state.isLapsed ? [stepId("cancel")] : ["hub/shaper", "hub/service-manager"],
      isDone: state.isAnnounced,
    },
    {
      ...{ ...call("execute", "executeBatch", operation), by: "anyone", from: [], inner },
      needs: [stepId("schedule"), ...(set === 1 ? [] : [stepId("execute", set - 1)])],
      ...(wait === undefined ? {} : { waitsUntil: wait }),
      isDone: state.isCreated,
    },
  ];
}

interface SetState {
  readonly isCreated: boolean;
  readonly isAnnounced: boolean;
  readonly isLapsed: boolean;
  /** While it waits. */
  readonly readyAt: bigint | undefined;
}

function stateOf(found: Announced | undefined, time: bigint, isThere: boolean): SetState {
  const isCreated = isThere || found?.readyAt === DONE;
  const waits = !isCreated && found !== undefined && found.readyAt > DONE;
  const isLapsed = waits && time > found.lapsesAfter;
  const readyAt = waits && found.readyAt > time ? found.readyAt : undefined;
  return { isCreated, isAnnounced: isCreated || (waits && !isLapsed), isLapsed, readyAt };
}

function waitOf({ isCreated, isAnnounced, readyAt }: SetState, { hub }: NetworkConfig): Wait | undefined {
  if (isCreated) return undefined;
  const delay = `the shaper's delay of ${hub.shapingSeconds} s`;
  if (!isAnnounced) return { what: `${delay}, from its announcement on`, who: "" };
  return readyAt === undefined ? undefined : { what: delay, who: "", until: readyAt };
}
