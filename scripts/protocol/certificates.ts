import { AbiCoder, id, keccak256 } from "ethers";

import { batchDigest, type Batch, type Domain } from "./batches.ts";
import type { BlsVerifier } from "./bls.ts";
import { G1_GENERATOR, NEGATED_G2_GENERATOR, type G1Point, type G2Point } from "./bn254.ts";
import { elementAt, ensure, ProtocolError } from "./errors.ts";
import { GROUP_ORDER } from "./field.ts";
import { hashToG1, witnessedPoint, type HashHint } from "./hashing.ts";
import { signersKey, type OperatorTable } from "./tables.ts";
import { bytes32, uint, type BatchDigest, type Bytes32 } from "./types.ts";

/** The first word of what γ hashes. */
export const GAMMA_TAG: Bytes32 = bytes32(id("ParleyGamma"));
/** All of a weight, in basis points. */
export const FULL_BPS = 10_000;

/** The aggregate signature of a quorum on one batch. Field names are those of the Solidity struct. */
export interface Certificate {
  readonly batch: Batch;
  /** Bit i is set when row i of the table did not sign. */
  readonly nonSigners: bigint;
  readonly signature: G1Point;
  /** The sum of the signers' keys in G2. */
  readonly aggregateKey: G2Point;
  readonly hint: HashHint;
}

/** One operator's part of a certificate. */
export interface RowSignature {
  readonly row: number;
  readonly signature: G1Point;
  /** The operator's key in G2, which the table does not hold. */
  readonly key: G2Point;
}

/** What a certificate has to hold against. */
export interface VerificationParts {
  readonly domain: Domain;
  /** The table of the batch's set and epoch. */
  readonly table: OperatorTable;
  readonly certificate: Certificate;
  /** 1 to 10 000. */
  readonly quorumBps: number;
  readonly verifier: BlsVerifier;
}

/** Who signed what. */
export interface VerifiedSigners {
  readonly digest: BatchDigest;
  /** Rows that signed, rising. */
  readonly signers: readonly number[];
}

/** What a valid certificate says. */
export interface VerifiedCertificate extends VerifiedSigners {
  readonly signedWeight: bigint;
  /** ⌊signedWeight · 10 000 / totalWeight⌋. */
  readonly signedBps: number;
}

/**
 * Adds up signatures of one batch. What the operators sent is not verified here: verify the certificate, and on failure
 * bisect.
 *
 * @param domain - Where the batch was signed for.
 * @param table - The table of the batch's set and epoch.
 * @param batch - The batch.
 * @param signatures - One per signing row, in any order.
 * @param verifier - The engine that adds.
 * @returns The certificate.
 */
export function assembleCertificate(
  domain: Domain,
  table: OperatorTable,
  batch: Batch,
  signatures: readonly RowSignature[],
  verifier: BlsVerifier,
): Certificate {
  ensure(signatures.length > 0, "NoSigners", () => "a certificate has at least one signer");
  let nonSigners = (1n << BigInt(table.rows.length)) - 1n;
  for (const { row } of signatures) {
    elementAt(table.rows, row);
    const bit = 1n << BigInt(row);
    ensure((nonSigners & bit) !== 0n, "DuplicateSigner", () => `row ${String(row)} signed twice`);
    nonSigners ^= bit;
  }
  return {
    batch,
    nonSigners,
    signature: verifier.sumG1(signatures.map(({ signature }) => signature)),
    aggregateKey: verifier.sumG2(signatures.map(({ key }) => key)),
    hint: hashToG1(batchDigest(domain, batch)).hint,
  };
}

/**
 * Checks a certificate the way the contract does.
 *
 * @param parts - The certificate, and what it has to hold against.
 * @returns What it says; throws the broken rule.
 */
export function verifyCertificate(parts: VerificationParts): VerifiedCertificate {
  const { table, certificate, quorumBps } = parts;
  const { signedWeight, signedBps } = ensureQuorum(table, absenteesOf(table, certificate.nonSigners), quorumBps);
  return { ...verifySigners(parts), signedWeight, signedBps };
}

/**
 * Checks who signed, however little that weighs: evidence may be the signature of one.
 *
 * @param parts - The certificate, and what it has to hold against.
 * @returns Who signed what; throws the broken rule.
 */
export function verifySigners(parts: Omit<VerificationParts, "quorumBps">): VerifiedSigners {
  const { domain, table, certificate, verifier } = parts;
  const absentees = absenteesOf(table, certificate.nonSigners);
  ensure(absentees.length < table.rows.length, "NoSigners", () => "every row is absent");

  const digest = batchDigest(domain, certificate.batch);
  const messagePoint = witnessedPoint(digest, certificate.hint);
  const keyG1 = signersKey(table, absentees);
  const gamma = bindingGamma(digest, messagePoint, keyG1, certificate.aggregateKey, certificate.signature);
  const holds = verifier.pairingIsOne([
    { g1: verifier.addScaledG1(certificate.signature, gamma, keyG1), g2: NEGATED_G2_GENERATOR },
    { g1: verifier.addScaledG1(messagePoint, gamma, G1_GENERATOR), g2: certificate.aggregateKey },
  ]);
  ensure(holds, "InvalidSignature", () => "the signers did not sign this batch, or the keys' halves differ");

  const absent = new Set(absentees);
  return { digest, signers: [...table.rows.keys()].filter((row) => !absent.has(row)) };
}

/**
 * Binds every part of a certificate, so that no part can be traded against another:
 * `keccak256(abi.encode(TAG, digest, H, K₁, K₂, σ)) mod r`. Twelve words, in this order:
 * `TAG, digest, H.x, H.y, K₁.x, K₁.y, K₂.x[0] (imaginary), K₂.x[1] (real), K₂.y[0] (imaginary), K₂.y[1] (real), σ.x, σ.y`.
 *
 * @param digest - The batch's digest.
 * @param messagePoint - H, its point.
 * @param keyG1 - K₁, the signers' key by the table.
 * @param keyG2 - K₂, the signers' key by the certificate.
 * @param signature - σ.
 * @returns γ, never zero.
 */
export function bindingGamma(
  digest: BatchDigest,
  messagePoint: G1Point,
  keyG1: G1Point,
  keyG2: G2Point,
  signature: G1Point,
): bigint {
  const words = [
    ...[GAMMA_TAG, digest, messagePoint.x, messagePoint.y, keyG1.x, keyG1.y],
    ...[...keyG2.x, ...keyG2.y, signature.x, signature.y],
  ].map(BigInt);
  const encoded = AbiCoder.defaultAbiCoder().encode(
    words.map(() => "uint256"),
    words,
  );
  const gamma = BigInt(keccak256(encoded)) % GROUP_ORDER;
  if (gamma === 0n) throw new ProtocolError("ZeroGamma", "γ is zero and binds nothing");
  return gamma;
}

/**
 * @param table - The table.
 * @param nonSigners - The word of a certificate.
 * @returns The rows it names, rising; throws `AbsenteeBeyondTable` for bits that name none.
 */
export function absenteesOf(table: OperatorTable, nonSigners: bigint): number[] {
  uint(nonSigners, 256);
  ensure(
    nonSigners >> BigInt(table.rows.length) === 0n,
    "AbsenteeBeyondTable",
    () => `absentees 0x${nonSigners.toString(16)} of a table with ${String(table.rows.length)} rows`,
  );
  return [...table.rows.keys()].filter((row) => ((nonSigners >> BigInt(row)) & 1n) === 1n);
}

/**
 * The weight that signed, and that it reaches the quorum: `signed · 10 000 ≥ quorumBps · total`.
 *
 * @param table - The table.
 * @param absentees - Rows that did not sign.
 * @param quorumBps - 1 to 10 000.
 * @returns The weight that signed; throws `NoSigners`, `ZeroQuorum`, `QuorumOutOfRange` or `QuorumNotReached`.
 */
export function ensureQuorum(
  table: OperatorTable,
  absentees: readonly number[],
  quorumBps: number,
): Pick<VerifiedCertificate, "signedWeight" | "signedBps"> {
  ensure(quorumBps !== 0, "ZeroQuorum", () => "a quorum of nothing is no quorum");
  ensure(
    Number.isInteger(quorumBps) && quorumBps > 0 && quorumBps <= FULL_BPS,
    "QuorumOutOfRange",
    () => `quorum of ${String(quorumBps)} bps, at most ${String(FULL_BPS)}`,
  );
  ensure(absentees.length < table.rows.length, "NoSigners", () => "every row is absent");
  const absent = absentees.reduce((sum, row) => sum + elementAt(table.rows, row).weight, 0n);
  const signedWeight = table.totalWeight - absent;
  const scaled = signedWeight * BigInt(FULL_BPS);
  ensure(
    scaled >= BigInt(quorumBps) * table.totalWeight,
    "QuorumNotReached",
    () => `${String(signedWeight)} of ${String(table.totalWeight)} signed, ${String(quorumBps)} bps required`,
  );
  return { signedWeight, signedBps: Number(scaled / table.totalWeight) };
}
