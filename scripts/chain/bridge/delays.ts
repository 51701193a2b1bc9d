import { isError, type Provider } from "ethers";

import type { Address } from "#protocol/types.ts";

import { hubEndAt } from "./ends.ts";

/** How long a refutation travels, in seconds, beside how long there is. */
export interface StatedDelays {
  /** What the bridge's stack needs when nobody contests. */
  readonly uncontestedSeconds: number;
  /** What it may need when somebody does. */
  readonly contestedSeconds: number;
  /** How long after an epoch's grace evidence is accepted. */
  readonly evidenceSeconds: number;
  /** Whether contesting can make a refutation come too late to slash: a mark, for policies to refuse the source. */
  readonly isLate: boolean;
}

/**
 * @param provider - The hub.
 * @param evidenceSeconds - The evidence window of every epoch there.
 * @param bridge - The hub's end of a rollup's canonical bridge, as its entry names it.
 * @returns Its stated delays against the evidence window; undefined where there is no bridge, or one that states none.
 */
export async function statedDelays(
  provider: Provider,
  evidenceSeconds: number,
  bridge: Address,
): Promise<StatedDelays | undefined> {
  const end = hubEndAt({ hubEnd: bridge }, provider);
  try {
    const [uncontested, contested] = await Promise.all([end.uncontestedDelaySeconds(), end.contestedDelaySeconds()]);
    return {
      uncontestedSeconds: Number(uncontested),
      contestedSeconds: Number(contested),
      evidenceSeconds,
      isLate: contested > evidenceSeconds,
    };
  } catch (error) {
    if (isError(error, "BAD_DATA") || isError(error, "CALL_EXCEPTION")) return undefined;
    throw error;
  }
}
