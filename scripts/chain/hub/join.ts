import type { Signer } from "ethers";

import type { KeyPair } from "#protocol/bn254.ts";
import { address, type Address } from "#protocol/types.ts";

import { allocate, enterSet, registerAsOperator, registerKey, seat, setEndpoint, type Stake } from "./operators.ts";
import { hubAt, setOf, type HubSite } from "./site.ts";
import { ask } from "./submit.ts";

/** Seats of a set. */
const SEATS = 256;

/** What it takes to join a set. */
export interface JoinOrder {
  readonly operatorSetId: number;
  readonly key: KeyPair;
  /** Magnitudes to be allocated; all that is left of every strategy that the set counts unless given. */
  readonly stakes?: readonly Stake[];
  /** Blocks that a new operator's allocations wait; none unless given. */
  readonly allocationDelay?: number;
  /** Where its node can be reached. */
  readonly endpoint?: string;
}

/** A step of joining. */
export type JoinStep = "operator" | "key" | "allocation" | "set" | "seat" | "endpoint";

/** What joining has to wait for: at most so many blocks. */
export interface JoinWait {
  readonly what: "allocation delay" | "allocation";
  readonly blocks: number;
}

/** What was done. */
export interface JoinReport {
  readonly operator: Address;
  /** The steps that were not done before. */
  readonly steps: readonly JoinStep[];
  /** Why the rest is not done yet; call again after it. */
  readonly waitingFor?: JoinWait;
}

/**
 * Joins a set, step by step, each unless it is done already: operator of EigenLayer, key, allocation, membership, endpoint
 * and, where one is free, a seat.
 *
 * @param operator - Who; its stake is deposited already.
 * @param site - The hub.
 * @param order - What it brings.
 * @returns What was done, and what it has to wait for.
 */
export async function join(operator: Signer, site: HubSite, order: JoinOrder): Promise<JoinReport> {
  const { operatorSetId } = order;
  const { allocationManager, serviceManager } = hubAt(site, operator);
  const owner = address(await operator.getAddress());
  const steps: JoinStep[] = [];
  const did = (step: JoinStep, isNew: boolean) => {
    if (isNew) steps.push(step);
  };

  did("operator", await registerAsOperator(operator, site, order.allocationDelay));
  did("key", await registerKey(operator, site, operatorSetId, order.key));
  // Before EigenLayer 1.9 a new operator waits before it can allocate at all.
  const { isSet } = await ask(allocationManager.getAllocationDelay(owner));
  if (!isSet) {
    const delay = Number(await ask(allocationManager.ALLOCATION_CONFIGURATION_DELAY()));
    return { operator: owner, steps, waitingFor: { what: "allocation delay", blocks: delay + 1 } };
  }
  did("allocation", await allocate(operator, site, operatorSetId, order.stakes));
  const blocks = await blocksOfAllocation(operator, site, operatorSetId);
  if (blocks > 0) return { operator: owner, steps, waitingFor: { what: "allocation", blocks } };
  did("set", await enterSet(operator, site, operatorSetId));
  if (order.endpoint !== undefined) did("endpoint", await setEndpoint(operator, site, order.endpoint));
  const isSeated = await ask(serviceManager.isSeated(operatorSetId, owner));
  if (!isSeated && (await ask(serviceManager.seats(operatorSetId))).length < SEATS) {
    await seat(operator, site, operatorSetId, owner);
    did("seat", true);
  }
  return { operator: owner, steps };
}

// Blocks until something is allocated: none when something is.
async function blocksOfAllocation(operator: Signer, site: HubSite, operatorSetId: number): Promise<number> {
  const { allocationManager, serviceManager } = hubAt(site, operator);
  const [set, owner] = [setOf(site, operatorSetId), await operator.getAddress()];
  const { strategies } = await ask(serviceManager.parametersOf(operatorSetId));
  const allocations = await Promise.all(
    strategies.map(({ strategy }) => ask(allocationManager.getAllocation(owner, set, strategy))),
  );
  if (allocations.some(({ currentMagnitude }) => currentMagnitude > 0n)) return 0;
  const effects = allocations
    .filter(({ pendingDiff }) => pendingDiff > 0n)
    .map(({ effectBlock }) => Number(effectBlock));
  const now = (await operator.provider?.getBlockNumber()) ?? 0;
  return effects.length === 0 ? 0 : Math.max(1, Math.min(...effects) - now);
}
