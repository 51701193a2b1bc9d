import type { Provider } from "ethers";

import type { G1Point } from "#protocol/bn254.ts";
import { address, type Address } from "#protocol/types.ts";

import { hubAt, setOf, type HubSite } from "./site.ts";
import { ask } from "./submit.ts";
import { readTable, type HubTable } from "./tables.ts";

/** What an operator has at stake for a set by one strategy. */
export interface StakeState {
  readonly strategy: Address;
  /** What of its stake is allocated, of 1e18. */
  readonly magnitude: bigint;
  /** By how much that is to change in `effectBlock`; zero for not at all. */
  readonly pending: bigint;
  readonly effectBlock: number;
  /** Shares that can be taken now and in the next block. */
  readonly slashableShares: bigint;
}

/** An operator as EigenLayer and our service manager know it. */
export interface OperatorState {
  readonly operator: Address;
  readonly isOperator: boolean;
  readonly isMember: boolean;
  readonly isSeated: boolean;
  readonly key?: G1Point;
  readonly endpoint: string;
  readonly stakes: readonly StakeState[];
  /** Its row in the newest table, and what that weighs. */
  readonly row?: { readonly epoch: number; readonly row: number; readonly weight: bigint };
}

/**
 * @param provider - The hub.
 * @param site - Where it is.
 * @param operatorSetId - A set.
 * @returns Its members, with whoever has a seat or a row and is none any more.
 */
export async function operatorsOf(provider: Provider, site: HubSite, operatorSetId: number): Promise<OperatorState[]> {
  const { allocationManager, serviceManager } = hubAt(site, provider);
  const newest = await readTable(provider, site, operatorSetId);
  const members = await ask(allocationManager.getMembers(setOf(site, operatorSetId)));
  const seated = await ask(serviceManager.seats(operatorSetId));
  const all = [...new Set([...members, ...seated, ...(newest?.operators ?? [])].map((operator) => address(operator)))];
  const states: OperatorState[] = [];
  for (const operator of all) states.push(await stateOf(provider, site, operatorSetId, operator, newest));
  return states;
}

/**
 * @param provider - The hub.
 * @param site - Where it is.
 * @param operatorSetId - A set.
 * @param operator - Anybody.
 * @returns What is known of it.
 */
export async function operatorState(
  provider: Provider,
  site: HubSite,
  operatorSetId: number,
  operator: Address,
): Promise<OperatorState> {
  return stateOf(provider, site, operatorSetId, operator, await readTable(provider, site, operatorSetId));
}

async function stateOf(
  provider: Provider,
  site: HubSite,
  operatorSetId: number,
  operator: Address,
  newest: HubTable | undefined,
): Promise<OperatorState> {
  const { allocationManager, delegationManager, keyRegistrar, serviceManager } = hubAt(site, provider);
  const set = setOf(site, operatorSetId);
  const [{ g1Point }, isOperator, isMember, isSeated, endpoint, stakes] = await Promise.all([
    ask(keyRegistrar.getBN254Key(set, operator)),
    ask(delegationManager.isOperator(operator)),
    ask(allocationManager.isMemberOfOperatorSet(operator, set)),
    ask(serviceManager.isSeated(operatorSetId, operator)),
    ask(serviceManager.endpointOf(operator)),
    stakesOf(provider, site, operatorSetId, operator),
  ]);
  const key = { x: g1Point.x, y: g1Point.y };
  const row = newest?.operators.indexOf(operator) ?? -1;
  const found = newest?.table.rows[row];
  return {
    operator,
    isOperator,
    isMember,
    isSeated,
    endpoint,
    stakes,
    ...(key.x === 0n && key.y === 0n ? {} : { key }),
    ...(newest === undefined || found === undefined
      ? {}
      : { row: { epoch: newest.statement.epoch, row, weight: found.weight } }),
  };
}

async function stakesOf(
  provider: Provider,
  site: HubSite,
  operatorSetId: number,
  operator: Address,
): Promise<StakeState[]> {
  const { allocationManager, serviceManager } = hubAt(site, provider);
  const set = setOf(site, operatorSetId);
  const { strategies } = await ask(serviceManager.parametersOf(operatorSetId));
  const ahead = (await provider.getBlockNumber()) + 1;
  return Promise.all(
    strategies.map(async ({ strategy }) => {
      const [allocation, shares] = await Promise.all([
        ask(allocationManager.getAllocation(operator, set, strategy)),
        ask(allocationManager.getMinimumSlashableStake(set, [operator], [strategy], ahead)),
      ]);
      return {
        strategy: address(strategy),
        magnitude: allocation.currentMagnitude,
        pending: allocation.pendingDiff,
        effectBlock: Number(allocation.effectBlock),
        slashableShares: shares[0]?.[0] ?? 0n,
      };
    }),
  );
}
