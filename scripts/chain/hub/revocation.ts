import type { Provider, Signer } from "ethers";

import { hubAt, type HubSite } from "./site.ts";
import { ask } from "./submit.ts";
import { knownTable } from "./tables.ts";

/** Weight of an epoch that revokes it, in basis points, once its operators are convicted. */
const REVOCATION_BPS = 3_334n;
const WHOLE_BPS = 10_000n;

/** Whether the hub revokes an epoch, and how near it is to that. */
export interface Revocation {
  readonly isRevoked: boolean;
  /** Of the operators that were convicted in the epoch. */
  readonly convictedWeight: bigint;
  readonly totalWeight: bigint;
  /** The least convicted weight that revokes it. */
  readonly requiredWeight: bigint;
}

/**
 * @param runner - The hub.
 * @param site - Where its contracts are.
 * @param operatorSetId - A set.
 * @param epoch - One of its epochs.
 * @returns Whether the hub revokes it; throws `Unknown` where it has no such epoch.
 */
export async function revocationOf(
  runner: Provider | Signer,
  site: HubSite,
  operatorSetId: number,
  epoch: number,
): Promise<Revocation> {
  const { slasher } = hubAt(site, runner);
  const { totalWeight } = (await knownTable(runner, site, operatorSetId, epoch)).table;
  return {
    isRevoked: await ask(slasher.isRevoked(operatorSetId, epoch)),
    convictedWeight: await ask(slasher.convictedWeight(operatorSetId, epoch)),
    totalWeight,
    requiredWeight: (REVOCATION_BPS * totalWeight + WHOLE_BPS - 1n) / WHOLE_BPS,
  };
}
