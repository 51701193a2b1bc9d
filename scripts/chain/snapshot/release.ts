import { id as keccakOf } from "ethers";

import type { Address, Hex } from "#protocol/types.ts";
import { byteLength } from "#protocol/types.ts";

import type { EigenLayerSite } from "./addresses.ts";
import { SnapshotError } from "./errors.ts";
import { isRevert } from "./patience.ts";
import type { AccountSource } from "./source.ts";

/** What tells releases of EigenLayer apart: its delays, in blocks. */
export interface ReleaseFacts {
  readonly behavesAs: "1.5" | "1.9" | "1.13";
  readonly delays: Readonly<Record<string, number>>;
}

/** A delay is 32 bytes that hold 32 bits. */
const DELAY = /^0x0{56}[0-9a-f]{8}$/;

/**
 * Asks EigenLayer's contracts who they are.
 *
 * @param source - The block.
 * @param site - Where they should be.
 * @returns What they say; throws `NotEigenLayer` when they do not answer as EigenLayer does.
 */
export async function releaseOf(source: AccountSource, { contracts }: EigenLayerSite): Promise<ReleaseFacts> {
  type Name = "AllocationManager" | "DelegationManager" | "StrategyManager";
  const ask = async (name: Name, view: string): Promise<number | undefined> => {
    const answer = await answerOf(source, contracts[name], view);
    return answer !== undefined && DELAY.test(answer) ? Number(answer) : undefined;
  };
  const required = async (name: Name, view: string): Promise<number> => {
    const answer = await ask(name, view);
    if (answer !== undefined) return answer;
    throw new SnapshotError("NotEigenLayer", `${contracts[name]} is no ${name}: it does not answer ${view}()`);
  };
  const deallocation = await required("AllocationManager", "DEALLOCATION_DELAY");
  const allocationConfiguration = await required("AllocationManager", "ALLOCATION_CONFIGURATION_DELAY");
  const withdrawal = await required("DelegationManager", "minWithdrawalDelayBlocks");
  const slasherConfiguration = await ask("AllocationManager", "SLASHER_CONFIGURATION_DELAY");
  const slashResolution = await ask("StrategyManager", "SLASH_RESOLUTION_DELAY_BLOCKS");
  return {
    behavesAs: slashResolution !== undefined ? "1.13" : slasherConfiguration !== undefined ? "1.9" : "1.5",
    delays: {
      deallocation,
      allocationConfiguration,
      withdrawal,
      ...(slasherConfiguration === undefined ? {} : { slasherConfiguration }),
      ...(slashResolution === undefined ? {} : { slashResolution }),
    },
  };
}

/** What a view without parameters answers, or undefined where the contract refuses or has no such function. */
export async function answerOf(source: AccountSource, at: Address, view: string): Promise<Hex | undefined> {
  try {
    const answer = await source.call(at, keccakOf(`${view}()`).slice(0, 10));
    return byteLength(answer) === 32 ? answer : undefined;
  } catch (error) {
    if (isRevert(error)) return undefined;
    throw error;
  }
}
