import { ZeroAddress } from "ethers";

import type { Rollup as Entry } from "#protocol/statements.ts";
import { address } from "#protocol/types.ts";

/** Every way in which an entry can hold what no registry holds. */
export const MALFORMED_ENTRIES: readonly (readonly [string, (entry: Entry) => Entry])[] = [
  ["no chain", (entry) => Object.assign({ ...entry }, { chainId: 0n })],
  ["no gateway", (entry) => ({ ...entry, gateway: address(ZeroAddress) })],
  ["no version", (entry) => ({ ...entry, version: 0n })],
  ["no status", (entry) => ({ ...entry, status: 0 })],
  ["an unknown status", (entry) => ({ ...entry, status: 5 })],
  ["no finality", (entry) => ({ ...entry, finality: 0 })],
  ["a finality above final", (entry) => ({ ...entry, finality: 4 })],
];

/** An entry as the contract returns it. */
export function valuesOfEntry(entry: Entry): readonly unknown[] {
  const { operatorSetId, status, finality } = entry;
  return [
    entry.chainId,
    entry.gateway,
    BigInt(operatorSetId),
    BigInt(status),
    BigInt(finality),
    entry.refutable,
    entry.version,
  ];
}
