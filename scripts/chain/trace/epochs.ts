import type { Provider } from "ethers";

import { EPOCH_STATUSES, type EpochStatus } from "#chain/brakes.ts";
import { OperatorTables__factory } from "#chain/contracts.ts";
import type { Address } from "#protocol/types.ts";

/** How far below the newest epoch an older one is looked for: a rollup may skip as many (rule 3 of acceptance). */
const REACH = 64;

/** An epoch as a rollup has it. */
export interface EpochThere {
  readonly epoch: number;
  readonly validFrom: bigint;
  readonly validUntil: bigint;
  /** Last second of a delivery under it. */
  readonly lastDelivery: bigint;
  readonly status: EpochStatus;
}

/** What a rollup has of an operator set. */
export interface SetThere {
  readonly operatorSetId: number;
  /** Undefined where none was ever installed. */
  readonly newest: EpochThere | undefined;
  /** The newest epoch that may speak now; undefined where none may. */
  readonly speaking: EpochThere | undefined;
  /** Since when the set is frozen; zero if it is not. */
  readonly frozenAt: bigint;
  /** The rollup's time. */
  readonly now: bigint;
}

/**
 * @param provider - A rollup.
 * @param operatorTables - Its tables.
 * @param operatorSetId - A set.
 * @param now - The rollup's time.
 * @returns What it has of the set.
 */
export async function setThere(
  provider: Provider,
  operatorTables: Address,
  operatorSetId: number,
  now: bigint,
): Promise<SetThere> {
  const tables = OperatorTables__factory.connect(operatorTables, provider);
  const [newestEpoch, frozenAt] = await Promise.all([
    tables.newestEpoch(operatorSetId).then(Number),
    tables.frozenAt(operatorSetId),
  ]);
  let newest: EpochThere | undefined;
  for (let epoch = newestEpoch; epoch > Math.max(0, newestEpoch - REACH); epoch--) {
    const { validFrom, validitySeconds, graceSeconds, status } = await tables.epoch(operatorSetId, epoch);
    if (validFrom === 0n) continue;
    const validUntil = validFrom + validitySeconds;
    const found: EpochThere = {
      ...{ epoch, validFrom, validUntil, lastDelivery: validUntil + graceSeconds },
      status: EPOCH_STATUSES[Number(status)] ?? "Revoked",
    };
    newest ??= found;
    if (found.status === "Speaking" && validFrom <= now && now <= validUntil) {
      return { operatorSetId, newest, speaking: found, frozenAt, now };
    }
  }
  return { operatorSetId, newest, speaking: undefined, frozenAt, now };
}
