import { Wallet } from "ethers";

import type { MessageId } from "#protocol/types.ts";

import type { ACCOUNTS } from "../accountNumbers.ts";
import { account } from "../accounts.ts";
import type { RollupName } from "../chains.ts";
import type { Devnet, DevnetRollup } from "../devnet.ts";
import { DevnetError } from "../errors.ts";
import type { SentReceipt } from "../sending.ts";

/** For how long nothing may happen before a story gives up. */
export const PATIENCE_MS = 30_000;

/** The rollup with a name. */
export function rollupOf({ rollups }: Pick<Devnet, "rollups">, name: RollupName): DevnetRollup {
  const found = rollups.find(({ deployed }) => deployed.name === name);
  if (found === undefined) throw new DevnetError("InvalidOption", `no rollup ${name}`);
  return found;
}

/** An account of the devnet on a rollup. */
export function walletOn({ chain }: DevnetRollup, role: keyof typeof ACCOUNTS): Wallet {
  return new Wallet(account(role).privateKey, chain.provider);
}

/** Notes that these messages were sent, so that the reconciliation misses none of them. */
export function expectArrival(devnet: Devnet, { messageIds }: SentReceipt): readonly MessageId[] {
  devnet.expected.push(...messageIds);
  return messageIds;
}

/** Waits until all these messages were delivered. */
export async function untilDelivered(devnet: Devnet, ids: readonly MessageId[], what: string): Promise<void> {
  const { chronicle } = devnet;
  await chronicle.until(() => ids.every((id) => chronicle.delivered.has(id)), what, PATIENCE_MS);
}
