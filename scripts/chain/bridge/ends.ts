import type { ContractRunner } from "ethers";

import { IHubEnd__factory, IRollupEnd__factory } from "#chain/contracts.ts";
import type { Address } from "#protocol/types.ts";

/** Where the two ends of a rollup's canonical bridge are: that part of an address book. */
export interface BridgeSite {
  /** On the hub. */
  readonly hubEnd: Address;
  /** On the rollup. */
  readonly rollupEnd: Address;
}

/** What a stack takes for carrying a message. */
export interface Fee {
  /** In wei; whatever the stack takes beside the gas. */
  readonly value?: bigint;
}

/**
 * @param site - Where they are.
 * @param runner - Who reads or sends on the hub.
 * @returns The hub's end, typed.
 */
export function hubEndAt({ hubEnd }: Pick<BridgeSite, "hubEnd">, runner: ContractRunner) {
  return IHubEnd__factory.connect(hubEnd, runner);
}

/**
 * @param site - Where they are.
 * @param runner - Who reads or sends on the rollup.
 * @returns The rollup's end, typed.
 */
export function rollupEndAt({ rollupEnd }: Pick<BridgeSite, "rollupEnd">, runner: ContractRunner) {
  return IRollupEnd__factory.connect(rollupEnd, runner);
}
