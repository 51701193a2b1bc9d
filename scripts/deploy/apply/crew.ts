import type { EIP1193Provider } from "@nomicfoundation/ignition-core";
import type { Provider, Signer } from "ethers";

import type { Address } from "#protocol/types.ts";

import { DeployError } from "../errors.ts";
import type { Step } from "../steps/step.ts";

/** A chain, and whoever sends from here on it. */
export interface Crew {
  readonly chain: string;
  readonly provider: Provider;
  /** The same, as Ignition and wallets speak with it. */
  readonly raw: EIP1193Provider;
  /** Accounts that can send. */
  readonly accounts: ReadonlySet<Address>;
  signer(account: Address): Promise<Signer>;
  /** Blocks after which a transaction is taken for done. */
  readonly confirmations: number;
  readonly pollingMs: number;
}

/** How long is waited for what is in flight. */
const PATIENCE_MS = 10 * 60_000;

/**
 * @param crew - Of the step's chain.
 * @param step - A step.
 * @param deployer - Sends what anybody may.
 * @returns Who sends it from here; undefined where somebody else has to.
 */
export function senderFrom({ accounts }: Crew, { from }: Step, deployer: Address): Address | undefined {
  return (from.length === 0 ? [deployer] : from).find((account) => accounts.has(account));
}

/**
 * Waits until nothing that an account sent is in flight any more: only then the chain says whether it was done. Whoever was
 * interrupted may have left something behind.
 *
 * @param crew - Of a chain.
 * @param accounts - Who sends; throws {@link DeployError} when it takes too long.
 */
export async function settle(crew: Crew, accounts: Iterable<Address>): Promise<void> {
  const { chain, provider, confirmations, pollingMs } = crew;
  for (const account of accounts) {
    const isSettled = async () => {
      const head = await provider.getBlockNumber();
      const [pending, safe] = await Promise.all([
        provider.getTransactionCount(account, "pending"),
        provider.getTransactionCount(account, Math.max(0, head - confirmations + 1)),
      ]);
      return pending === safe;
    };
    await until(
      isSettled,
      pollingMs,
      `${chain}: what ${account} has sent is not mined yet; run the command again later`,
    );
  }
}

/**
 * Asks until the answer is yes.
 *
 * @param question - Asked again and again.
 * @param pollingMs - How often.
 * @param otherwise - What to tell when it takes too long.
 */
export async function until(question: () => Promise<boolean>, pollingMs: number, otherwise: string): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await question())) {
    if (Date.now() > end) throw new DeployError("StillPending", otherwise);
    await new Promise((resolve) => setTimeout(resolve, pollingMs));
  }
}
