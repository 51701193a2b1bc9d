import { AbiCoder, keccak256 } from "ethers";

import { bytes32, type Address, type Bytes32, type Hex } from "#protocol/types.ts";

import type { NetworkConfig } from "../config/schema.ts";
import type { ActualHub, Announced, Artifacts } from "./actual.ts";
import { plannedHub } from "./addresses.ts";
import { callOf, innerOf } from "./calls.ts";
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

/** How a call through the shaper becomes steps. */
export interface ShaperOrder {
  /** The step's id, for `cancel`, `schedule` and `execute`. */
  readonly stepId: (verb: "cancel" | "schedule" | "execute") => string;
  /** Whether it was done, however that came. */
  readonly isThere: boolean;
  /** Steps that are carried out before. */
  readonly after: readonly string[];
}

/** What a timelock says of what was carried out. */
export const DONE = 1n;

/**
 * @param call - What the shaper is asked to do.
 * @returns It, with what the timelock calls it.
 */
export function shaperCall(call: Omit<ShaperCall, "id">): ShaperCall {
  const types = ["address[]", "uint256[]", "bytes[]", "bytes32", "bytes32"];
  return { ...call, id: bytes32(keccak256(AbiCoder.defaultAbiCoder().encode(types, operationOf(call)))) };
}

/**
 * @param config - A network.
 * @param artifacts - Compiled contracts.
 * @param hub - What is there.
 * @param call - What the shaper is asked to do.
 * @param order - How it becomes steps.
 * @returns What announces it, and what carries it out after the delay. What has lapsed is cancelled first.
 */
export function shaperSteps(
  config: NetworkConfig,
  artifacts: Artifacts,
  hub: ActualHub | undefined,
  call: ShaperCall,
  { stepId, isThere, after }: ShaperOrder,
): Step[] {
  const state = stateOf(hub?.announced.get(call.id), hub?.time ?? 0n, isThere);
  const stepOf = (verb: "cancel" | "schedule" | "execute", of: string, args: readonly unknown[]) =>
    callOf(artifacts, {
      ...{ id: stepId(verb), chain: "hub", contract: "Shaper", call: of },
      ...{ args, to: plannedHub(config).shaper },
    });
  const operation = operationOf(call);
  const inner = call.payloads.map((payload) => innerOf(artifacts, "ServiceManager", payload));
  const byShaper = { by: "shaper", from: config.roles.shapers } as const;
  const wait = waitOf(state, config);
  return [
    ...(state.isLapsed ? [{ ...stepOf("cancel", "cancel", [call.id]), ...byShaper, needs: [], isDone: false }] : []),
    {
      ...{ ...stepOf("schedule", "scheduleBatch", [...operation, config.hub.shapingSeconds]), ...byShaper, inner },
      needs: state.isLapsed ? [stepId("cancel")] : ["hub/shaper", "hub/service-manager"],
      isDone: state.isAnnounced,
    },
    {
      ...{ ...stepOf("execute", "executeBatch", operation), by: "anyone", from: [], inner },
      needs: [stepId("schedule"), ...after],
      ...(wait === undefined ? {} : { waitsUntil: wait }),
      isDone: state.isCarriedOut,
    },
  ];
}

function operationOf({ target, payloads, predecessor, salt }: Omit<ShaperCall, "id">): readonly unknown[] {
  return [payloads.map(() => target), payloads.map(() => 0n), payloads, predecessor, salt];
}

interface ShaperState {
  readonly isCarriedOut: boolean;
  readonly isAnnounced: boolean;
  readonly isLapsed: boolean;
  /** While it waits. */
  readonly readyAt: bigint | undefined;
}

function stateOf(found: Announced | undefined, time: bigint, isThere: boolean): ShaperState {
  const isCarriedOut = isThere || found?.readyAt === DONE;
  const waits = !isCarriedOut && found !== undefined && found.readyAt > DONE;
  const isLapsed = waits && time > found.lapsesAfter;
  const readyAt = waits && found.readyAt > time ? found.readyAt : undefined;
  return { isCarriedOut, isAnnounced: isCarriedOut || (waits && !isLapsed), isLapsed, readyAt };
}

function waitOf({ isCarriedOut, isAnnounced, readyAt }: ShaperState, { hub }: NetworkConfig): Wait | undefined {
  if (isCarriedOut) return undefined;
  const delay = `the shaper's delay of ${hub.shapingSeconds} s`;
  if (!isAnnounced) return { what: `${delay}, from its announcement on`, who: "" };
  return readyAt === undefined ? undefined : { what: delay, who: "", until: readyAt };
}
