import type { BlsVerifier } from "#protocol/bls.ts";
import { keyPair } from "#protocol/bn254.ts";
import { GROUP_ORDER } from "#protocol/field.ts";
import { operatorTable } from "#protocol/tables.ts";

import type { VectorFile } from "./format.ts";
import { Random } from "./random.ts";

const WEIGHTS: readonly (readonly bigint[])[] = [
  [40n, 30n, 20n, 10n],
  [500n, 300n, 200n],
];

/**
 * Small operator sets whose secrets everybody knows, for tests that sign in Solidity. No precompile adds points of G2, so
 * the signers' key is here for every possible word of absentees: four limbs each, zeros where nobody signs.
 */
export function committeeVectors(verifier: BlsVerifier): VectorFile {
  const random = new Random("committees");
  return {
    cases: WEIGHTS.map((weights) => {
      const keys = weights.map(() => keyPair(1n + random.below(GROUP_ORDER - 1n)));
      const table = operatorTable(keys.map(({ g1 }, row) => ({ key: g1, weight: weights[row] ?? 1n })));
      const words = Array.from({ length: 1 << keys.length }, (_, nonSigners) => nonSigners);
      return {
        packed: table.packed,
        secrets: keys.map(({ secret }) => secret),
        signersKeys: words.flatMap((nonSigners) => {
          const signers = keys.filter((_, row) => ((nonSigners >> row) & 1) === 0);
          if (signers.length === 0) return [0n, 0n, 0n, 0n];
          const { x, y } = verifier.sumG2(signers.map(({ g2 }) => g2));
          return [...x, ...y];
        }),
        weights,
      };
    }),
  };
}
