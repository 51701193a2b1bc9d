import { differenceOf } from "#chain/release.ts";
import type { Address } from "#protocol/types.ts";

import type { Construction } from "../construction.ts";
import type { Artifacts } from "./actual.ts";

/**
 * Whatever has code at a planned address is taken for deployed; this tells what it is not.
 *
 * @param planned - Contracts and where they are, or will be.
 * @param codes - What has code there.
 * @param artifacts - Compiled contracts. Those without code to compare with are taken for the same.
 * @returns The first contract that is there and of another release, apart from its immutables, with what differs; undefined for none.
 */
export function foreignCode(
  planned: readonly { readonly at: Address; readonly contract: Construction["contract"] }[],
  codes: ReadonlyMap<Address, string>,
  artifacts: Artifacts,
): string | undefined {
  for (const { at, contract } of planned) {
    const code = codes.get(at);
    const { deployedBytecode, immutableReferences = {} } = artifacts[contract] ?? {};
    if (code === undefined || code === "0x" || deployedBytecode === undefined) continue;
    const difference = differenceOf(code, { deployedBytecode, immutableReferences });
    if (difference !== undefined) return `${contract} at ${at} is of another one: ${difference}`;
  }
  return undefined;
}
