import type { RehearsalChain } from "./chain.ts";
import { PHASES, type Ledger, type Phase, type Waited } from "./ledger.ts";

/** What a unit of gas costs. */
export interface GasPrice {
  /** In wei. */
  readonly price: bigint;
  /** Whether it is the chain's own of now; else it is assumed. */
  readonly isLive: boolean;
}

/** What a phase costs on one chain. */
export interface PhaseCost {
  readonly chain: string;
  readonly transactions: number;
  readonly gas: bigint;
  /** Wei: gas at the stated price. */
  readonly cost: bigint;
  /** Wei that is sent along, such as bonds. */
  readonly value: bigint;
}

/** A phase, and what it takes. */
export interface PhaseReport {
  readonly phase: Phase;
  readonly costs: readonly PhaseCost[];
  readonly waits: readonly Omit<Waited, "phase">[];
  readonly seconds: bigint;
}

/**
 * @param ledger - What was booked.
 * @param chains - Where; their receipts say what it took.
 * @param prices - Of each chain.
 * @returns The phases in their order.
 */
export async function reportOf(
  ledger: Ledger,
  chains: ReadonlyMap<string, RehearsalChain>,
  prices: ReadonlyMap<string, GasPrice>,
): Promise<PhaseReport[]> {
  const sums = new Map<string, { transactions: number; gas: bigint; value: bigint }>();
  for (const { phase, chain, hash } of ledger.booked) {
    const provider = chains.get(chain)?.provider;
    const [receipt, sent] = await Promise.all([provider?.getTransactionReceipt(hash), provider?.getTransaction(hash)]);
    if (receipt?.status !== 1 || sent === null || sent === undefined)
      throw new Error(`${hash} did nothing on ${chain}`);
    const key = `${phase} on ${chain}`;
    const { transactions, gas, value } = sums.get(key) ?? { transactions: 0, gas: 0n, value: 0n };
    sums.set(key, { transactions: transactions + 1, gas: gas + receipt.gasUsed, value: value + sent.value });
  }
  return PHASES.map((phase) => {
    const costs = [...chains.keys()].flatMap((chain): PhaseCost[] => {
      const sum = sums.get(`${phase} on ${chain}`);
      return sum === undefined ? [] : [{ chain, ...sum, cost: sum.gas * (prices.get(chain)?.price ?? 0n) }];
    });
    const waits = ledger.waited.filter((one) => one.phase === phase).map(({ what, seconds }) => ({ what, seconds }));
    return { phase, costs, waits, seconds: waits.reduce((sum, { seconds }) => sum + seconds, 0n) };
  });
}
