import type { Rollup as Entry } from "#protocol/statements.ts";
import { address, chainId } from "#protocol/types.ts";

/** A rollup's entry as a contract answers it. */
export interface AnsweredEntry {
  readonly chainId: bigint;
  readonly gateway: string;
  readonly operatorSetId: bigint;
  readonly status: bigint;
  readonly finality: bigint;
  readonly refutable: boolean;
  readonly version: bigint;
}

/**
 * @param found - What a contract answered.
 * @returns The entry as operators sign it; undefined where the contract has none.
 */
export function entryFrom(found: AnsweredEntry): Entry | undefined {
  if (found.version === 0n) return undefined;
  return {
    chainId: chainId(found.chainId),
    gateway: address(found.gateway),
    operatorSetId: Number(found.operatorSetId),
    status: Number(found.status),
    finality: Number(found.finality),
    refutable: found.refutable,
    version: found.version,
  };
}
