import { expect } from "chai";
import { concat } from "ethers";

import { batchDigest, type Batch } from "#protocol/batches.ts";
import { mclVerifier } from "#protocol/blsMcl.ts";
import { keyPair, sign, type G1Point, type G2Point } from "#protocol/bn254.ts";
import {
  absenteesOf,
  assembleCertificate,
  bindingGamma,
  verifyCertificate,
  type Certificate,
} from "#protocol/certificates.ts";
import { elementAt } from "#protocol/errors.ts";
import { FIELD_PRIME, GROUP_ORDER } from "#protocol/field.ts";
import { hashToG1, witnessedPoint, type HashHint } from "#protocol/hashing.ts";
import { decodeTable, operatorTable, signersKey, TABLE_ROW_BYTES } from "#protocol/tables.ts";
import { batchDigestOf, byteLength, hex, type Hex } from "#protocol/types.ts";
import {
  bench,
  bitTurned,
  CASES,
  expectAgreement,
  QuickRandom,
  SEED,
  times,
  type Bench,
  type Question,
} from "#support/differential.ts";

import { DOMAIN } from "../../scripts/checks/vectors/samples.ts";

/** Certificates whose whole verification is compared: a pairing each, in both languages. */
const CERTIFICATES = 24;
const CHANGES_EACH = 10;

describe(`Solidity and TypeScript agree on certificates (FUZZ_SEED=${SEED})`, function () {
  let both: Bench;
  const random = new QuickRandom("keys");
  const keys = times(48, () => keyPair(1n + random.below(GROUP_ORDER - 1n)));
  const rowsOf = (size: number) =>
    times(size, (row) => ({ key: elementAt(keys, row % keys.length).g1, weight: 1n + random.uint(96) / 2n }));
  before(async function () {
    both = await bench();
  });

  it("on what packed tables sum up to, and which of them are none", async function () {
    const packed = [1, 2, 255, 256].map((size) => operatorTable(rowsOf(size)).packed);
    const small = times(60, () => operatorTable(rowsOf(1 + random.small(4))).packed);
    const questions = times(CASES, (i): Question => {
      const honest = i < packed.length ? elementAt(packed, i) : elementAt(small, i % small.length);
      const rows = i % 2 === 0 ? honest : damagedTable(random, honest);
      return {
        name: "tableSum",
        args: [rows],
        answer: () => {
          const { aggregateKey, totalWeight } = decodeTable(rows);
          return [aggregateKey, totalWeight];
        },
      };
    });
    expect(await expectAgreement(both, questions)).to.be.within(CASES / 4, CASES / 2);
  });

  it("on key and weight of who signed, for absentees within the table and beyond it", async function () {
    const tables = [1, 2, 7, 40, 256].map((size) => operatorTable(rowsOf(size)));
    const packed = tables.map((table) => table.packed);
    const pointers = await both.harness.store.staticCall(packed);
    await (await both.harness.store(packed, { gasLimit: 16_000_000n })).wait();
    const questions = times(CASES, (i): Question => {
      const table = elementAt(tables, i % tables.length);
      const size = BigInt(table.rows.length);
      // Few absentees in most cases: each costs both languages an addition.
      const word = i % 20 === 0 ? random.uint(256) : random.uint(256) & random.uint(256) & random.uint(256);
      const nonSigners = i % 9 === 8 ? word | (1n << 255n) : word & ((1n << size) - 1n);
      return {
        name: "signers",
        args: [elementAt(pointers, i % tables.length), nonSigners],
        answer: () => {
          const absentees = absenteesOf(table, nonSigners);
          if (absentees.length === table.rows.length) return [[0n, 0n], 0n, table.totalWeight];
          const absent = absentees.reduce((sum, row) => sum + elementAt(table.rows, row).weight, 0n);
          return [signersKey(table, absentees), table.totalWeight - absent, table.totalWeight];
        },
      };
    });
    expect(await expectAgreement(both, questions)).to.be.within(CASES / 20, CASES / 5);
  });

  it("on points of digests by honest and by damaged witnesses", async function () {
    const questions = times(CASES, (i): Question => {
      const digest = random.word();
      const { hint, point } = hashToG1(digest);
      if (i % 2 === 0) return { name: "hashToPoint", args: [digest, hint], answer: () => [point] };
      const wrong = damagedHint(random, hint);
      return { name: "hashToPoint", args: [digest, wrong], answer: () => [witnessedPoint(digest, wrong)] };
    });
    expect(await expectAgreement(both, questions)).to.be.within(CASES / 4, CASES / 2);
  });

  it("on γ", async function () {
    const questions = times(CASES, (): Question => {
      const digest = batchDigestOf(random.word());
      const g1 = (): G1Point => ({ x: random.uint(256), y: random.uint(256) });
      const [point, keyG1, signature] = [g1(), g1(), g1()];
      const keyG2: G2Point = { x: [random.uint(256), random.uint(256)], y: [random.uint(256), random.uint(256)] };
      return {
        name: "challenge",
        args: [digest, point, keyG1, keyG2, signature],
        answer: () => [bindingGamma(digest, point, keyG1, keyG2, signature)],
      };
    });
    expect(await expectAgreement(both, questions)).to.equal(0);
  });

  it("on which certificates hold, changed once and changed twice", async function () {
    const verifier = await mclVerifier();
    const table = operatorTable(rowsOf(5));
    const [pointer] = await both.harness.store.staticCall([table.packed]);
    await (await both.harness.store([table.packed])).wait();
    const honest = times(CERTIFICATES, (i): Certificate => {
      const batch: Batch = {
        operatorSetId: 1,
        tableEpoch: i,
        issuedAt: random.uint(64),
        statementsRoot: random.word(),
      };
      const digest = batchDigest(DOMAIN, batch);
      const signers = [0, 1, 2, 3, 4].filter((row) => row !== i % 6 && row !== i % 7);
      const signatures = signers.map((row) => {
        const { secret, g2 } = elementAt(keys, row);
        return { row, signature: sign(secret, digest), key: g2 };
      });
      return assembleCertificate(DOMAIN, table, batch, signatures, verifier);
    });
    const ask = (certificate: Certificate, refusedAnyhow: boolean): Question => ({
      name: "verify",
      args: [DOMAIN.hubChainId, DOMAIN.serviceManager, pointer, certificate],
      answer: () => {
        const parts = { domain: DOMAIN, table, certificate, quorumBps: 1, verifier };
        return [verifyCertificate(parts).signedWeight, table.totalWeight];
      },
      refusedAnyhow,
    });
    const questions = honest.flatMap((certificate, i) => {
      const other = elementAt(honest, (i + 1) % honest.length);
      const changed = () => damagedCertificate(random, certificate, other);
      return [
        ask(certificate, false),
        ...times(CHANGES_EACH, () => ask(changed(), false)),
        ...times(CHANGES_EACH, () => ask(damagedCertificate(random, changed(), other), true)),
      ];
    });
    const refused = await expectAgreement(both, questions);
    // A change may undo another, or change a root for its negative; hardly any does.
    expect(refused).to.be.within(CERTIFICATES * 2 * CHANGES_EACH * 0.9, CERTIFICATES * 2 * CHANGES_EACH);
  });
});

/** One row with a number that is not its own, or a table that is no whole number of rows. */
function damagedTable(random: QuickRandom, packed: Hex): Hex {
  const at = random.small(byteLength(packed) / TABLE_ROW_BYTES) * TABLE_ROW_BYTES;
  const bytes = Buffer.from(packed.slice(2), "hex");
  const word = 32 * random.small(2);
  const kind = random.small(5);
  if (kind === 0) return hex(concat([packed, random.bytes(1 + random.small(TABLE_ROW_BYTES - 1))]));
  if (kind === 1) bytes.fill(0, at + 64, at + TABLE_ROW_BYTES);
  else if (kind === 2) bytes.fill(0, at, at + 64);
  else if (kind === 3) bytes.fill(0xff, at + word, at + word + 32);
  else return hex(bitTurned(random, packed));
  return hex(bytes);
}

function damagedHint(random: QuickRandom, { fourthRoot, nonResidueRoots }: HashHint): HashHint {
  const at = random.small(Math.max(1, nonResidueRoots.length));
  const altered = (change: (root: bigint) => bigint) =>
    nonResidueRoots.map((root, i) => (i === at ? change(root) : root));
  const kind = random.small(7);
  if (kind === 0) return { fourthRoot: fourthRoot + FIELD_PRIME, nonResidueRoots };
  if (kind === 1) return { fourthRoot: fourthRoot ^ (1n << BigInt(random.small(253))), nonResidueRoots };
  if (kind === 2) return { fourthRoot, nonResidueRoots: [...nonResidueRoots, random.below(FIELD_PRIME)] };
  if (kind === 3) return { fourthRoot, nonResidueRoots: times(256, () => 0n) };
  if (kind === 4) return { fourthRoot: FIELD_PRIME - fourthRoot, nonResidueRoots };
  if (nonResidueRoots.length === 0) return { fourthRoot: 0n, nonResidueRoots };
  if (kind === 5) return { fourthRoot, nonResidueRoots: altered((root) => root + FIELD_PRIME) };
  return { fourthRoot, nonResidueRoots: altered((root) => root ^ 1n) };
}

/** One part altered, or taken from another certificate. */
function damagedCertificate(random: QuickRandom, certificate: Certificate, other: Certificate): Certificate {
  const { batch, nonSigners, signature, aggregateKey } = certificate;
  const bit = 1n << BigInt(random.small(256));
  const changes: Partial<Certificate>[] = [
    { batch: { ...batch, operatorSetId: batch.operatorSetId ^ 1 } },
    { batch: { ...batch, tableEpoch: batch.tableEpoch + 1 } },
    { batch: { ...batch, issuedAt: batch.issuedAt ^ 1n } },
    { nonSigners: nonSigners ^ bit },
    { nonSigners: nonSigners ^ (1n << BigInt(random.small(5))) },
    { signature: { x: signature.x ^ bit, y: signature.y } },
    { signature: { x: signature.x, y: (FIELD_PRIME - signature.y) % FIELD_PRIME } },
    { aggregateKey: { x: [aggregateKey.x[0] ^ bit, aggregateKey.x[1]], y: aggregateKey.y } },
    { aggregateKey: { x: aggregateKey.x, y: [aggregateKey.y[0], aggregateKey.y[1] ^ bit] } },
    { hint: damagedHint(random, certificate.hint) },
    { batch: other.batch, hint: other.hint },
    { signature: other.signature },
    { aggregateKey: elementAt([other.aggregateKey, { x: [0n, 0n], y: [0n, 0n] }], random.small(2)) },
    { signature: elementAt([other.signature, { x: 0n, y: 0n }], random.small(2)) },
  ];
  return { ...certificate, ...elementAt(changes, random.small(changes.length)) };
}
