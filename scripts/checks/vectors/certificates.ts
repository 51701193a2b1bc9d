import { batchDigest, type Batch } from "#protocol/batches.ts";
import type { BlsVerifier } from "#protocol/bls.ts";
import { sign } from "#protocol/bn254.ts";
import {
  absenteesOf,
  assembleCertificate,
  bindingGamma,
  verifyCertificate,
  type Certificate,
} from "#protocol/certificates.ts";
import { hashToG1 } from "#protocol/hashing.ts";
import { signersKey } from "#protocol/tables.ts";
import type { Bytes32 } from "#protocol/types.ts";

import { encodeCertificate } from "./abi.ts";
import type { VectorFile, VectorValue } from "./format.ts";
import { forgeries } from "./forgeries.ts";
import { Random } from "./random.ts";
import { DOMAIN } from "./samples.ts";
import { refusal, type KeyedTable } from "./tables.ts";

/** Position in tables.json of the table with so many rows. */
const TABLE_OF_ROWS: Readonly<Record<number, number>> = { 1: 0, 2: 1, 5: 2, 255: 3, 256: 4 };

/** Certificates with 0 to 8 rejected candidates and with no, one and many absentees; points of digests; forgeries. */
export function certificateVectors(tables: readonly KeyedTable[], verifier: BlsVerifier): VectorFile {
  const random = new Random("certificates");
  const tableOf = (rows: number) => {
    const position = TABLE_OF_ROWS[rows] ?? -1;
    const keyed = tables[position];
    if (keyed === undefined) throw new Error(`no table of ${rows} rows`);
    return { keyed, position };
  };
  const issue = (rows: number, absentees: readonly number[], candidates?: number) => {
    const { keyed, position } = tableOf(rows);
    return { position, keyed, certificate: certify(random, keyed, absentees, verifier, candidates) };
  };
  const issued = [
    ...Array.from({ length: 9 }, (_, rejected) => issue(5, rejected % 2 === 0 ? [] : [rejected % 5], rejected)),
    issue(1, []),
    ...[issue(2, []), issue(2, [1])],
    ...[issue(5, [0]), issue(5, [4]), issue(5, [0, 2, 4])],
    ...[issue(255, []), issue(255, range(0, 85))],
    ...[issue(256, []), issue(256, [255]), issue(256, range(100, 133))],
  ];
  const five = tableOf(5);
  return {
    cases: issued.map(({ position, keyed, certificate }) => describe(position, keyed, certificate, verifier)),
    hashes: hashCases(random),
    hubChainId: DOMAIN.hubChainId,
    refused: forgeries(certify(random, five.keyed, [1], verifier, 2), five.keyed, verifier).map((forgery) => {
      const { name, certificate, quorumBps } = forgery;
      const { table } = five.keyed;
      const error = refusal(() => verifyCertificate({ domain: DOMAIN, table, certificate, quorumBps, verifier }));
      return { certificate: encodeCertificate(certificate), error, name, quorumBps, table: five.position };
    }),
    serviceManager: DOMAIN.serviceManager,
  };
}

/** A certificate of a random batch; with `candidates` given, one whose digest rejects exactly so many. */
function certify(
  random: Random,
  { keys, table }: KeyedTable,
  absentees: readonly number[],
  verifier: BlsVerifier,
  candidates?: number,
): Certificate {
  const batch = batchWith(random, candidates);
  const digest = batchDigest(DOMAIN, batch);
  const signatures = keys.flatMap(({ secret, g2 }, row) =>
    absentees.includes(row) ? [] : [{ row, signature: sign(secret, digest), key: g2 }],
  );
  return assembleCertificate(DOMAIN, table, batch, signatures, verifier);
}

function batchWith(random: Random, candidates: number | undefined): Batch {
  for (let issuedAt = 1_700_000_000n + random.uint(20); ; issuedAt += 1n) {
    const batch = { operatorSetId: 7, tableEpoch: 3, issuedAt, statementsRoot: random.word() };
    const rejected = hashToG1(batchDigest(DOMAIN, batch)).hint.nonResidueRoots.length;
    if (candidates === undefined || rejected === candidates) return batch;
  }
}

function describe(
  position: number,
  { table }: KeyedTable,
  certificate: Certificate,
  verifier: BlsVerifier,
): Readonly<Record<string, VectorValue>> {
  const { batch, hint, nonSigners, signature, aggregateKey } = certificate;
  const verified = verifyCertificate({ domain: DOMAIN, table, certificate, quorumBps: 1, verifier });
  const { point } = hashToG1(verified.digest);
  const key = signersKey(table, absenteesOf(table, nonSigners));
  return {
    ...batch,
    aggregateKey: [...aggregateKey.x, ...aggregateKey.y],
    certificate: encodeCertificate(certificate),
    digest: verified.digest,
    fourthRoot: hint.fourthRoot,
    gamma: bindingGamma(verified.digest, point, key, aggregateKey, signature),
    messagePoint: [point.x, point.y],
    nonResidueRoots: hint.nonResidueRoots,
    nonSigners,
    signature: [signature.x, signature.y],
    signedBps: verified.signedBps,
    signedWeight: verified.signedWeight,
    signersKey: [key.x, key.y],
    table: position,
  };
}

// One digest for each number of rejected candidates, 0 to 8.
function hashCases(random: Random) {
  const found = new Map<number, Bytes32>();
  while (found.size < 9) {
    const digest = random.word();
    const rejected = hashToG1(digest).hint.nonResidueRoots.length;
    if (rejected < 9 && !found.has(rejected)) found.set(rejected, digest);
  }
  return [...found]
    .sort(([a], [b]) => a - b)
    .map(([, digest]) => {
      const { point, hint } = hashToG1(digest);
      return { digest, fourthRoot: hint.fourthRoot, nonResidueRoots: hint.nonResidueRoots, point: [point.x, point.y] };
    });
}

function range(first: number, end: number): number[] {
  return Array.from({ length: end - first }, (_, i) => first + i);
}
