import { expect } from "chai";
import { z } from "zod";

import { nobleVerifier } from "#protocol/blsNoble.ts";
import { G1_GENERATOR, keyPair, NEGATED_G2_GENERATOR } from "#protocol/bn254.ts";
import { decodeTable, signersKey } from "#protocol/tables.ts";
import { field, readVectors } from "#support/vectors.ts";

const { cases } = readVectors("committees", {
  cases: z.array(z.object({ packed: field.hex, secrets: field.bigs, signersKeys: field.bigs, weights: field.bigs })),
});

const LIMBS = 4;

describe("committees of the vectors", function () {
  for (const { packed, secrets, signersKeys, weights } of cases) {
    const table = decodeTable(packed);

    it(`of ${secrets.length} have the keys of their secrets and their weights`, function () {
      expect(table.rows.map(({ key }) => key)).to.deep.equal(secrets.map((secret) => keyPair(secret).g1));
      expect(table.rows.map(({ weight }) => weight)).to.deep.equal(weights);
    });

    it(`of ${secrets.length} have one signers' key for every word of absentees, equal in both groups`, function () {
      const words = signersKeys.length / LIMBS;
      expect(words).to.equal(1 << secrets.length);
      for (let nonSigners = 0; nonSigners < words - 1; nonSigners++) {
        const limbs = signersKeys.slice(nonSigners * LIMBS, (nonSigners + 1) * LIMBS);
        const [x0 = 0n, x1 = 0n, y0 = 0n, y1 = 0n] = limbs;
        const absent = [...secrets.keys()].filter((row) => ((nonSigners >> row) & 1) === 1);
        const holds = nobleVerifier.pairingIsOne([
          { g1: signersKey(table, absent), g2: NEGATED_G2_GENERATOR },
          { g1: G1_GENERATOR, g2: { x: [x0, x1], y: [y0, y1] } },
        ]);
        expect(holds, `absentees ${nonSigners}`).to.equal(true);
      }
      expect(signersKeys.slice(-LIMBS)).to.deep.equal([0n, 0n, 0n, 0n]);
    });
  }
});
