import { Wallet, type TransactionResponse } from "ethers";

import type { Step } from "#deploy/steps/step.ts";
import { elementAt } from "#protocol/errors.ts";

import { account } from "./accounts.ts";
import { ROLE_ADDRESSES } from "./config.ts";
import { DevnetError } from "./errors.ts";
import type { ServedChain } from "./servers.ts";

/** Given, not estimated, which would run everything twice: as much as the largest deployment needs. */
const GAS_LIMIT = 12_000_000n;

const ROLES = ["deployer", "shaper", "registrar", "rollupOwner"] as const;

/**
 * Sends steps of one chain, one after the other, which mines each at once. Nothing is written down: a devnet is thrown away.
 *
 * @param chain - The chain.
 * @param steps - In order; throws {@link DevnetError} for one that fails.
 */
export async function carryOut(chain: ServedChain, steps: readonly Step[]): Promise<void> {
  const wallets = new Map<string, Wallet>();
  const nonces = new Map<string, number>();
  const sent: [Step, TransactionResponse][] = [];
  for (const step of steps) {
    const { signed, to, data, value } = step;
    if (signed !== undefined) {
      sent.push([step, await chain.provider.broadcastTransaction(signed)]);
      continue;
    }
    if (to === undefined || data === undefined) throw new DevnetError("Unmet", `${step.id} cannot be sent yet`);
    const from = step.from[0] ?? ROLE_ADDRESSES.deployer;
    const wallet = wallets.get(from) ?? walletOf(chain, from);
    wallets.set(from, wallet);
    const nonce = nonces.get(from) ?? (await wallet.getNonce());
    nonces.set(from, nonce + 1);
    sent.push([step, await wallet.sendTransaction({ to, data, value, nonce, gasLimit: GAS_LIMIT })]);
  }
  await Promise.all(
    sent.map(async ([{ id }, transaction]) => {
      const receipt = await transaction.wait().catch(() => null);
      if (receipt?.status !== 1) throw new DevnetError("Unmet", `${id} failed`);
    }),
  );
}

/**
 * @param steps - Steps of a network.
 * @param chain - A chain of it.
 * @param ids - Which: a step's id, or the end of several.
 * @returns Those that are not done, in order.
 */
export function openSteps(steps: readonly Step[], chain: string, ids: RegExp): Step[] {
  return steps.filter((step) => !step.isDone && step.chain === chain && ids.test(step.id));
}

function walletOf({ provider }: ServedChain, from: string): Wallet {
  const role = elementAt(
    ROLES.filter((name) => ROLE_ADDRESSES[name] === from),
    0,
  );
  return new Wallet(account(role).privateKey, provider);
}
