import { expect } from "chai";
import { AbiCoder, id, keccak256 } from "ethers";
import fc from "fast-check";
import { z } from "zod";

import { batchDigest, type Batch, type Domain } from "#protocol/batches.ts";
import { halvesMatch, verifySignature, type BlsVerifier } from "#protocol/bls.ts";
import { mclVerifier } from "#protocol/blsMcl.ts";
import { nobleVerifier } from "#protocol/blsNoble.ts";
import { keyPair, sign } from "#protocol/bn254.ts";
import {
  absenteesOf,
  assembleCertificate,
  bindingGamma,
  ensureQuorum,
  verifyCertificate,
  type Certificate,
} from "#protocol/certificates.ts";
import { ProtocolError } from "#protocol/errors.ts";
import { GROUP_ORDER } from "#protocol/field.ts";
import { hashToG1 } from "#protocol/hashing.ts";
import { decodeTable, operatorTable, signersKey, type OperatorRow } from "#protocol/tables.ts";
import { address, batchDigestOf, bytes32, chainId } from "#protocol/types.ts";
import { expectRefusal } from "#support/refusals.ts";
import { field, readVectors } from "#support/vectors.ts";

import { encodeCertificate } from "../../scripts/checks/vectors/abi.ts";
import { forgeries } from "../../scripts/checks/vectors/forgeries.ts";
import { DOMAIN } from "../../scripts/checks/vectors/samples.ts";

const point = z.tuple([field.big, field.big]);
const vectors = readVectors("certificates", {
  hubChainId: field.chainId,
  serviceManager: field.address,
  cases: z.array(
    z.object({
      operatorSetId: field.number,
      tableEpoch: field.number,
      issuedAt: field.big,
      statementsRoot: field.word,
      nonSigners: field.big,
      signature: point,
      aggregateKey: z.tuple([field.big, field.big, field.big, field.big]),
      fourthRoot: field.big,
      nonResidueRoots: field.bigs,
      certificate: field.hex,
      digest: field.word,
      gamma: field.big,
      messagePoint: point,
      signersKey: point,
      signedBps: field.number,
      signedWeight: field.big,
      table: field.number,
    }),
  ),
  refused: z.array(z.object({ name: field.text, error: field.text, certificate: field.hex })),
});
const tables = readVectors("tables", { cases: z.array(z.object({ packed: field.hex })) }).cases.map(({ packed }) =>
  decodeTable(packed),
);

const keys = [101n, 202n, 303n, 404n, 505n].map(keyPair);
const weights = [5_000n, 3_000n, 1_000n, 667n, 333n];
const table = operatorTable(keys.map(({ g1 }, row) => ({ key: g1, weight: weights[row] ?? 1n })));
const keyed = { keys, table };

/** A batch whose digest rejects exactly two candidates, so that every part of the witness can be corrupted. */
function batchWithTwoRejected(): Batch {
  for (let issuedAt = 1n; ; issuedAt++) {
    const batch = { operatorSetId: 1, tableEpoch: 2, issuedAt, statementsRoot: bytes32(`0x${"ab".repeat(32)}`) };
    if (hashToG1(batchDigest(DOMAIN, batch)).hint.nonResidueRoots.length === 2) return batch;
  }
}
const batch = batchWithTwoRejected();
const signatures = keys.map(({ secret, g2 }, row) => ({
  row,
  signature: sign(secret, batchDigest(DOMAIN, batch)),
  key: g2,
}));

describe("certificates", function () {
  let mcl: BlsVerifier;

  const assemble = (rows: readonly number[]) =>
    assembleCertificate(
      DOMAIN,
      table,
      batch,
      signatures.filter(({ row }) => rows.includes(row)),
      mcl,
    );
  const verify = (certificate: Certificate, quorumBps = 1, domain: Domain = DOMAIN) =>
    verifyCertificate({ domain, table, certificate, quorumBps, verifier: mcl });

  before(async function () {
    mcl = await mclVerifier();
  });

  it("verify for every set of signers, with exactly their weight", function () {
    fc.assert(
      fc.property(fc.subarray([0, 1, 2, 3, 4], { minLength: 1 }), (rows) => {
        const { signers, signedWeight, signedBps } = verify(assemble(rows));
        const weight = rows.reduce((sum, row) => sum + (weights[row] ?? 0n), 0n);
        expect(signers).to.deep.equal(rows);
        expect(signedWeight).to.equal(weight);
        expect(signedBps).to.equal(Number((weight * 10_000n) / 10_000n));
      }),
      { numRuns: 31 },
    );
  });

  it("are the same from both engines, whatever the order of the signatures", function () {
    const noble = assembleCertificate(DOMAIN, table, batch, signatures, nobleVerifier);
    expect(assembleCertificate(DOMAIN, table, batch, signatures.toReversed(), mcl)).to.deep.equal(noble);
    const parts = { domain: DOMAIN, table, certificate: noble, quorumBps: 10_000 };
    expect(verifyCertificate({ ...parts, verifier: nobleVerifier })).to.deep.equal(
      verifyCertificate({ ...parts, verifier: mcl }),
    );
  });

  it("need a signer, and each signer once", function () {
    const twice = signatures.slice(0, 1).flatMap((signature) => [signature, signature]);
    expectRefusal(() => assembleCertificate(DOMAIN, table, batch, [], mcl), "NoSigners");
    expectRefusal(() => assembleCertificate(DOMAIN, table, batch, twice, mcl), "DuplicateSigner");
    const beyond = signatures.slice(0, 1).map((signature) => ({ ...signature, row: 5 }));
    expectRefusal(() => assembleCertificate(DOMAIN, table, batch, beyond, mcl), "IndexOutOfRange");
  });

  it("reach a quorum to the unit of weight", function () {
    // Rows 0 and 1 hold 8 000 of 10 000, rows 0, 2 and 3 hold 6 667.
    expect(verify(assemble([0, 2, 3]), 6_667).signedBps).to.equal(6_667);
    expectRefusal(() => verify(assemble([0, 2, 3]), 6_668), "QuorumNotReached");
    const heavy = operatorTable([
      { key: keys[0]?.g1 ?? table.aggregateKey, weight: 6_667n * 10n ** 20n - 1n },
      { key: keys[1]?.g1 ?? table.aggregateKey, weight: 3_333n * 10n ** 20n + 1n },
    ]);
    expectRefusal(() => ensureQuorum(heavy, [1], 6_667), "QuorumNotReached");
    expect(ensureQuorum(heavy, [1], 6_666).signedBps).to.equal(6_666);
    expect(ensureQuorum(heavy, [], 10_000).signedBps).to.equal(10_000);
  });

  it("are not checked against a quorum of nothing or of more than everything", function () {
    const certificate = assemble([0]);
    expectRefusal(() => verify(certificate, 0), "ZeroQuorum");
    for (const quorum of [-1, 10_001, 0.5, Number.NaN]) {
      expectRefusal(() => verify(certificate, quorum), "QuorumOutOfRange");
    }
  });

  it("are refused under another domain, even with the witness done anew", function () {
    const certificate = assemble([0, 1, 2]);
    for (const other of [
      { ...DOMAIN, hubChainId: chainId(1) },
      { ...DOMAIN, serviceManager: address(`0x${"11".repeat(20)}`) },
    ]) {
      const { hint } = hashToG1(batchDigest(other, batch));
      expectRefusal(() => verify({ ...certificate, hint }, 1, other), "InvalidSignature");
    }
  });

  it("are refused under a table with one key or one row more or less", function () {
    const certificate = assemble([0, 1, 2, 3, 4]);
    const [first, ...rest] = table.rows;
    if (first === undefined) return;
    const against = (rows: readonly OperatorRow[]) => () =>
      verifyCertificate({ domain: DOMAIN, table: operatorTable(rows), certificate, quorumBps: 1, verifier: mcl });
    expectRefusal(against([{ ...first, key: keyPair(999n).g1 }, ...rest]), "InvalidSignature");
    expectRefusal(against([...table.rows, { key: keyPair(999n).g1, weight: 1n }]), "InvalidSignature");
    expectRefusal(against(rest), "InvalidSignature");
  });
});

describe("forged certificates", function () {
  let mcl: BlsVerifier;
  let honest: Certificate;

  before(async function () {
    mcl = await mclVerifier();
    honest = assembleCertificate(DOMAIN, table, batch, signatures.toSpliced(1, 1), mcl);
  });

  const codeOf = (verifier: BlsVerifier, certificate: Certificate, quorumBps: number): string => {
    try {
      verifyCertificate({ domain: DOMAIN, table, certificate, quorumBps, verifier });
    } catch (error) {
      return error instanceof ProtocolError ? error.code : String(error);
    }
    return "accepted";
  };

  for (const [position, { name, error }] of vectors.refused.entries()) {
    it(`are refused for ${error}: ${name}`, function () {
      const forgery = forgeries(honest, keyed, mcl)[position];
      if (forgery === undefined) throw new Error(`no forgery ${name}`);
      expect(forgery.name).to.equal(name);
      expect(codeOf(mcl, forgery.certificate, forgery.quorumBps)).to.equal(error);
      expect(codeOf(nobleVerifier, forgery.certificate, forgery.quorumBps)).to.equal(error);
    });
  }

  it("pass the plain signature check where only γ stops them", function () {
    const messagePoint = hashToG1(batchDigest(DOMAIN, batch)).point;
    const named = ["key and signature both negated", "key and signature of a stranger"];
    const passing = [...named, "key and signature with a stranger added"];
    const found = forgeries(honest, keyed, mcl).filter(({ name }) => passing.includes(name));
    expect(found).to.have.lengthOf(3);
    for (const { certificate } of found) {
      const { signature, aggregateKey } = certificate;
      expect(verifySignature(mcl, messagePoint, signature, aggregateKey)).to.equal(true);
      expect(halvesMatch(mcl, signersKey(table, [1]), aggregateKey)).to.equal(false);
      expect(codeOf(mcl, certificate, 1)).to.equal("InvalidSignature");
    }
  });

  it("stay refused when any two corruptions are combined", function () {
    const all = forgeries(honest, keyed, mcl).filter(({ quorumBps }) => quorumBps === 1);
    const changes = all.map(({ certificate }) =>
      Object.fromEntries(
        Object.entries(certificate).filter(([key, value]) => new Map(Object.entries(honest)).get(key) !== value),
      ),
    );
    for (const [position, first] of changes.entries()) {
      for (const second of changes.slice(position + 1)) {
        expect(codeOf(mcl, { ...honest, ...first, ...second }, 1)).not.to.equal("accepted");
        expect(codeOf(mcl, { ...honest, ...second, ...first }, 1)).not.to.equal("accepted");
      }
    }
  });
});

describe("γ", function () {
  const digest = batchDigestOf(`0x${"22".repeat(32)}`);
  const [one, two, three] = [keyPair(1n), keyPair(2n), keyPair(3n)];

  it("hashes twelve words: tag, digest, H, K₁, K₂ with imaginary limbs first, σ", function () {
    const types = ["bytes32", "bytes32", "tuple(uint256 x,uint256 y)", "tuple(uint256 x,uint256 y)"];
    const more = ["tuple(uint256[2] x,uint256[2] y)", "tuple(uint256 x,uint256 y)"];
    const encoded = AbiCoder.defaultAbiCoder().encode(
      [...types, ...more],
      [id("ParleyGamma"), digest, one.g1, two.g1, three.g2, three.g1],
    );
    expect((encoded.length - 2) / 64).to.equal(12);
    expect(bindingGamma(digest, one.g1, two.g1, three.g2, three.g1)).to.equal(BigInt(keccak256(encoded)) % GROUP_ORDER);
  });

  it("changes with every one of them", function () {
    const gammas = [
      bindingGamma(digest, one.g1, two.g1, three.g2, three.g1),
      bindingGamma(batchDigestOf(`0x${"33".repeat(32)}`), one.g1, two.g1, three.g2, three.g1),
      bindingGamma(digest, two.g1, two.g1, three.g2, three.g1),
      bindingGamma(digest, one.g1, one.g1, three.g2, three.g1),
      bindingGamma(digest, one.g1, two.g1, two.g2, three.g1),
      bindingGamma(digest, one.g1, two.g1, three.g2, two.g1),
    ];
    expect(new Set(gammas).size).to.equal(gammas.length);
  });
});

describe("absentee words", function () {
  it("name rows by bits, and no row beyond the table", function () {
    fc.assert(
      fc.property(fc.subarray([0, 1, 2, 3, 4]), (absentees) => {
        const word = absentees.reduce((bits, row) => bits | (1n << BigInt(row)), 0n);
        expect(absenteesOf(table, word)).to.deep.equal(absentees);
      }),
    );
    for (const bit of [5n, 6n, 255n]) expectRefusal(() => absenteesOf(table, 1n << bit), "AbsenteeBeyondTable");
    expectRefusal(() => absenteesOf(table, 1n << 256n), "NumberOutOfRange");
    expectRefusal(() => absenteesOf(table, -1n), "NumberOutOfRange");
  });

  it("may use all 256 bits for a table of 256 rows", function () {
    const full = tables.find(({ rows }) => rows.length === 256);
    expect(full && absenteesOf(full, 1n << 255n)).to.deep.equal([255]);
    expect(full && absenteesOf(full, (1n << 256n) - 1n)).to.have.lengthOf(256);
  });
});

describe("certificates of the vectors", function () {
  for (const [position, vector] of vectors.cases.entries()) {
    const { table: tableAt, nonSigners, nonResidueRoots } = vector;
    const rows = tables[tableAt]?.rows.length ?? 0;
    it(`${position}: ${rows} rows, absent 0x${nonSigners.toString(16)}, ${nonResidueRoots.length} rejected`, async function () {
      const against = tables[tableAt];
      if (against === undefined) throw new Error("no such table");
      const { operatorSetId, tableEpoch, issuedAt, statementsRoot, signature, aggregateKey, fourthRoot } = vector;
      const certificate: Certificate = {
        batch: { operatorSetId, tableEpoch, issuedAt, statementsRoot },
        nonSigners,
        signature: { x: signature[0], y: signature[1] },
        aggregateKey: { x: [aggregateKey[0], aggregateKey[1]], y: [aggregateKey[2], aggregateKey[3]] },
        hint: { fourthRoot, nonResidueRoots },
      };
      const domain = { hubChainId: vectors.hubChainId, serviceManager: vectors.serviceManager };
      const verifier = await mclVerifier();
      const verified = verifyCertificate({ domain, table: against, certificate, quorumBps: 1, verifier });
      expect(verified.digest).to.equal(vector.digest);
      expect(verified.signedWeight).to.equal(vector.signedWeight);
      expect(verified.signedBps).to.equal(vector.signedBps);
      const key = signersKey(against, absenteesOf(against, nonSigners));
      const messagePoint = hashToG1(verified.digest).point;
      expect([key.x, key.y]).to.deep.equal(vector.signersKey);
      expect([messagePoint.x, messagePoint.y]).to.deep.equal(vector.messagePoint);
      expect(
        bindingGamma(verified.digest, messagePoint, key, certificate.aggregateKey, certificate.signature),
      ).to.equal(vector.gamma);
      expect(encodeCertificate(certificate)).to.equal(vector.certificate);
    });
  }
});
