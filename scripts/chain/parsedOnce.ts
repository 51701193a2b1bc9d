import type { ContractRunner } from "ethers";

/** Some addresses are told by a chain, as many as anybody likes. */
const MOST_ADDRESSES = 256;

/** What connects contracts of one kind; typechain's factories are. */
export interface Factory<C extends object, I extends object> {
  connect(address: string, runner?: ContractRunner | null): C;
  createInterface(): I;
}

/**
 * Parsing an interface takes milliseconds, and a node asks a thousand times a minute: each contract is connected once for each
 * address and runner.
 *
 * @param factory - Connects anew each time.
 * @returns What connects once.
 */
export function parsedOnce<C extends object, I extends object>(factory: Factory<C, I>): Factory<C, I> {
  const known = new WeakMap<ContractRunner, Map<string, C>>();
  let parsed: I | undefined;
  return {
    connect: (address, runner) => {
      if (runner === null || runner === undefined) return factory.connect(address, runner);
      const ofRunner = known.get(runner) ?? new Map<string, C>();
      known.set(runner, ofRunner);
      const found = ofRunner.get(address) ?? factory.connect(address, runner);
      if (ofRunner.size >= MOST_ADDRESSES) ofRunner.clear();
      ofRunner.set(address, found);
      return found;
    },
    createInterface: () => (parsed ??= factory.createInterface()),
  };
}
