import { expect } from "chai";

import { batchDigest, type Batch } from "#protocol/batches.ts";
import type { BlsVerifier } from "#protocol/bls.ts";
import { mclVerifier } from "#protocol/blsMcl.ts";
import { fromNobleG1, fromNobleG2, keyPair, nobleG1, nobleG2 } from "#protocol/bn254.ts";
import { bindingGamma, type Certificate } from "#protocol/certificates.ts";
import { elementAt } from "#protocol/errors.ts";
import { hashToG1 } from "#protocol/hashing.ts";
import { operatorTable, signersKey, type OperatorTable } from "#protocol/tables.ts";
import { batchDigestOf, bytes32, type Bytes32 } from "#protocol/types.ts";
import {
  COMPONENTS,
  forgeDigest,
  forgeSeat,
  forgeSignature,
  gammaWithout,
  holds,
  type Component,
  type Gamma,
  type Proof,
} from "#support/gamma.ts";
import { paperWorld } from "#support/paper.ts";
import { staged } from "#support/stage.ts";
import { TEST_DOMAIN } from "#support/world.ts";

// The check is σ − k₂·H + γ·(K₁ − k₂·G₁) = 0: one equation for two claims, that σ is k₂'s signature and that K₂ is K₁'s
// other half. Whoever knows γ before one of the points is chosen can let two lies cancel. Here is the forgery for every γ
// that leaves something out and can be forged at all, each checked to hold under that weaker γ:
//
// - without σ (or constant): nobody need sign. Any key half, any digest, K₁ of the whole table; σ is computed last.
// - without K₁: σ and K₂ are anybody's; the table gets a member whose key makes the sums fit (a rogue key).
// - without digest and H: σ and K₂ are anybody's; the point that fits is computed, and its x is the digest.
//
// What is left out in no case above is K₂ alone, or one of digest and H. They are bound by the others as well: H is a
// function of the digest (witnessed, one point only), and with σ, H and K₁ bound no K₂ but the true half fits, unless a
// logarithm between H and G₁ is known. That γ hashes them nevertheless is what the vectors and
// `testFuzz_TheChallengeIsTheHashOfAllTwelveWords` hold.
describe("γ binds everything", function () {
  const stage = staged(async () => {
    const world = await paperWorld();
    const { ethers } = world.here;
    const harness = await ethers.deployContract("CertificatesHarness");
    return { ...world, harness, verifier: await mclVerifier() };
  });

  /** Has the library verify a proof as a certificate of everybody in `table`. */
  async function expectRefused(proof: Proof, table: OperatorTable): Promise<void> {
    const { harness } = stage();
    expect(proof.K1).to.deep.equal(table.aggregateKey);
    const pointer = await harness.store.staticCall(table.packed);
    await harness.store(table.packed);
    await expect(harness.verify(proof.digest, pointer, certificateOf(proof, ANY_BATCH))).to.be.revertedWithCustomError(
      harness,
      "SignatureInvalid",
    );
  }

  /** A forgery proves something only if the weaker γ would have let it pass. */
  function expectHoldsOnlyUnder(gamma: Gamma, proof: Proof, verifier: BlsVerifier): void {
    expect(holds(verifier, gamma, proof), "under the weaker γ").to.equal(true);
    expect(holds(verifier, trueGamma, proof), "under the true γ").to.equal(false);
  }

  for (const [name, γ] of [
    ["0", 0n],
    ["1", 1n],
    ["any other constant", 123_456_789n],
  ] as const) {
    it(`refuses the forgery that a γ of ${name} lets pass`, async function () {
      const { strong, verifier } = stage();
      const proof = forgeSignature(() => γ, DIGEST, strong.table.aggregateKey, 77n);
      expectHoldsOnlyUnder(() => γ, proof, verifier);
      await expectRefused(proof, strong.table);
    });
  }

  for (const dropped of subsets(["digest", "H", "K1", "K2"])) {
    it(`refuses the forgery of a signature that a γ without ${["σ", ...dropped].join(", ")} lets pass`, async function () {
      const { strong, verifier } = stage();
      const gamma = gammaWithout(new Set<Component>(["σ", ...dropped]));
      const proof = forgeSignature(gamma, DIGEST, strong.table.aggregateKey, 77n);
      expectHoldsOnlyUnder(gamma, proof, verifier);
      await expectRefused(proof, strong.table);
    });
  }

  for (const dropped of subsets(["digest", "H", "K2"])) {
    it(`refuses the rogue seat that a γ without ${["K1", ...dropped].join(", ")} lets pass`, async function () {
      const { strong, verifier } = stage();
      const gamma = gammaWithout(new Set<Component>(["K1", ...dropped]));
      const { seat, ...proof } = forgeSeat(gamma, DIGEST, strong.table.aggregateKey, 77n);
      expectHoldsOnlyUnder(gamma, proof, verifier);
      await expectRefused(proof, operatorTable([...strong.table.rows, { key: seat, weight: 1n }]));
    });
  }

  for (const dropped of subsets(["K2"])) {
    it(`refuses the digest made to fit that a γ without ${["digest", "H", ...dropped].join(", ")} lets pass`, async function () {
      const { strong, verifier } = stage();
      const gamma = gammaWithout(new Set<Component>(["digest", "H", ...dropped]));
      const proof = forgeDigest(gamma, strong.table.aggregateKey);
      expectHoldsOnlyUnder(gamma, proof, verifier);
      await expectRefused(proof, strong.table);
    });
  }

  it("refuses at the gateway a batch that nobody signed, for at most 400 000 gas", async function () {
    const { here, strong } = stage();
    const batch = { ...ANY_BATCH, issuedAt: await here.now() };
    const digest = batchDigest(TEST_DOMAIN, batch);
    const proof = forgeSignature(gammaWithout(new Set<Component>(["σ"])), digest, strong.table.aggregateKey, 77n);
    const act = here.gateway.connect(here.relayer).confirm(certificateOf(proof, batch), { gasLimit: 5_000_000n });
    await expect(act).to.be.revertedWithCustomError(here.certificateVerifier, "SignatureInvalid");
    const block = await here.ethers.provider.getBlock("latest");
    const receipt = await here.ethers.provider.getTransactionReceipt(elementAt(block?.transactions ?? [], 0));
    expect(receipt?.gasUsed).to.be.at.most(400_000n);
  });

  it("refuses an honest certificate shifted under the γ that it had: σ + δ·(H + γ·G₁) with K₂ + δ·G₂", async function () {
    const { here, strong, verifier } = stage();
    const batch = { ...ANY_BATCH, issuedAt: await here.now() };
    const honest = await strong.sign(batch, [2]);
    const proof = proofOf(honest, strong.table, [2]);
    const γ = trueGamma(proof);
    const δ = keyPair(99n);
    const shift = nobleG1(proof.H)
      .add(nobleG1(keyPair(γ).g1))
      .multiply(δ.secret);
    const shifted = {
      ...honest,
      signature: fromNobleG1(nobleG1(honest.signature).add(shift)),
      aggregateKey: fromNobleG2(nobleG2(honest.aggregateKey).add(nobleG2(δ.g2))),
    };
    expectHoldsOnlyUnder(() => γ, proofOf(shifted, strong.table, [2]), verifier);
    const { gateway, relayer, certificateVerifier } = here;
    await expect(gateway.connect(relayer).confirm(shifted)).to.be.revertedWithCustomError(
      certificateVerifier,
      "SignatureInvalid",
    );
    await expect(gateway.connect(relayer).confirm(honest)).to.emit(gateway, "BatchConfirmed");
  });

  it("refuses every mixture of the parts of two honest certificates", async function () {
    const { here, strong } = stage();
    const issuedAt = await here.now();
    const first = await strong.sign({ ...ANY_BATCH, issuedAt }, [1]);
    const second = await strong.sign({ ...ANY_BATCH, issuedAt: issuedAt - 1n }, [2]);
    // Batch and witness go together: a witness of another digest is refused before the signature is looked at.
    const parts = ["batch", "nonSigners", "signature", "aggregateKey"] as const;
    for (let choice = 0; choice < 2 ** parts.length; choice++) {
      const pick = (part: (typeof parts)[number]) => ((choice >> parts.indexOf(part)) & 1 ? second : first);
      const mixed: Certificate = {
        batch: pick("batch").batch,
        hint: pick("batch").hint,
        nonSigners: pick("nonSigners").nonSigners,
        signature: pick("signature").signature,
        aggregateKey: pick("aggregateKey").aggregateKey,
      };
      const verified = here.certificateVerifier.verify((await here.operatorTables.epoch(1, 1)).table, mixed);
      if (choice === 0 || choice === 2 ** parts.length - 1) expect(await verified).to.have.length(2);
      else await expect(verified).to.be.revertedWithCustomError(here.certificateVerifier, "SignatureInvalid");
    }
  });

  it("is the same γ in TypeScript, as this file writes it", async function () {
    const { strong, here } = stage();
    const honest = await strong.sign({ ...ANY_BATCH, issuedAt: await here.now() }, [1]);
    const proof = proofOf(honest, strong.table, [1]);
    expect(trueGamma(proof)).to.equal(bindingGamma(batchDigestOf(proof.digest), proof.H, proof.K1, proof.K2, proof.σ));
    expect(COMPONENTS).to.have.length(5);
  });
});

const trueGamma = gammaWithout(new Set());

const DIGEST: Bytes32 = bytes32(`0x${"7e".repeat(32)}`);
const ANY_BATCH: Batch = { operatorSetId: 1, tableEpoch: 1, issuedAt: 0n, statementsRoot: DIGEST };

function certificateOf({ digest, K2, σ }: Proof, batch: Batch): Certificate {
  return { batch, nonSigners: 0n, signature: σ, aggregateKey: K2, hint: hashToG1(digest).hint };
}

function proofOf({ batch, signature, aggregateKey }: Certificate, table: OperatorTable, absent: number[]): Proof {
  const digest = batchDigest(TEST_DOMAIN, batch);
  return { digest, H: hashToG1(digest).point, K1: signersKey(table, absent), K2: aggregateKey, σ: signature };
}

function subsets(components: readonly Component[]): Component[][] {
  const [first, ...rest] = components;
  if (first === undefined) return [[]];
  return subsets(rest).flatMap((subset) => [subset, [first, ...subset]]);
}
