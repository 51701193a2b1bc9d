import { bn254 } from "@noble/curves/bn254.js";

import { batchDigest } from "#protocol/batches.ts";
import type { BlsVerifier } from "#protocol/bls.ts";
import { fromNobleG2, keyPair, negateG1, nobleG2, sign, type G1Point, type G2Point } from "#protocol/bn254.ts";
import type { Certificate } from "#protocol/certificates.ts";
import { hashToG1 } from "#protocol/hashing.ts";

import { DOMAIN, P } from "./samples.ts";
import type { KeyedTable } from "./tables.ts";

/** A certificate that must be refused, and the quorum it is checked against. */
export interface Forgery {
  readonly name: string;
  readonly certificate: Certificate;
  readonly quorumBps: number;
}

/** The easiest quorum: what is refused under it is not refused for its weight. */
const LEAST_QUORUM_BPS = 1;

/**
 * Every single corruption of an honest certificate, and the forgeries that only γ stops.
 *
 * @param honest - Row 1 is absent, and its digest rejects at least two candidates.
 */
export function forgeries(honest: Certificate, { keys, table }: KeyedTable, verifier: BlsVerifier): Forgery[] {
  const { batch, nonSigners, signature, aggregateKey, hint } = honest;
  const [firstRoot = 0n, ...otherRoots] = hint.nonResidueRoots;
  const digest = batchDigest(DOMAIN, batch);
  const attacker = keyPair(1_234_567n);
  const [first] = keys;
  if (first === undefined) throw new Error("a table has at least one row");
  const allAbsent = (1n << BigInt(table.rows.length)) - 1n;
  const signedBy = (secret: bigint): G1Point => sign(secret, digest);

  const changes: Record<string, Partial<Certificate>> = {
    "signature x not below p": { signature: { x: signature.x + P, y: signature.y } },
    "signature y not below p": { signature: { x: signature.x, y: signature.y + P } },
    "signature at infinity": { signature: { x: 0n, y: 0n } },
    "signature off the curve": { signature: { x: signature.x, y: signature.y ^ 1n } },
    "signature negated": { signature: negateG1(signature) },
    "signature of one signer only": { signature: signedBy(first.secret) },
    "key's x imaginary limb not below p": { aggregateKey: limbs(aggregateKey, [P, 0n, 0n, 0n]) },
    "key's x real limb not below p": { aggregateKey: limbs(aggregateKey, [0n, P, 0n, 0n]) },
    "key's y imaginary limb not below p": { aggregateKey: limbs(aggregateKey, [0n, 0n, P, 0n]) },
    "key's y real limb not below p": { aggregateKey: limbs(aggregateKey, [0n, 0n, 0n, P]) },
    "key at infinity": { aggregateKey: { x: [0n, 0n], y: [0n, 0n] } },
    "key off the curve": { aggregateKey: { x: aggregateKey.x, y: [aggregateKey.y[0] ^ 1n, aggregateKey.y[1]] } },
    "key outside the subgroup": { aggregateKey: pointOutsideSubgroup() },
    "key with swapped limbs": { aggregateKey: swapped(aggregateKey) },
    "key and signature both negated": { aggregateKey: negateG2(aggregateKey), signature: negateG1(signature) },
    "key and signature of a stranger": { aggregateKey: attacker.g2, signature: signedBy(attacker.secret) },
    "key and signature with a stranger added": {
      aggregateKey: verifier.sumG2([aggregateKey, attacker.g2]),
      signature: verifier.sumG1([signature, signedBy(attacker.secret)]),
    },
    "everybody absent": { nonSigners: allAbsent },
    "absentee just beyond the table": { nonSigners: nonSigners | (1n << BigInt(table.rows.length)) },
    "absentee at the last bit": { nonSigners: nonSigners | (1n << 255n) },
    "absentee hidden": { nonSigners: 0n },
    "signer declared absent": { nonSigners: nonSigners | 1n },
    "fourth root wrong": { hint: { ...hint, fourthRoot: hint.fourthRoot ^ 1n } },
    "fourth root not below p": { hint: { ...hint, fourthRoot: hint.fourthRoot + P } },
    "witness wrong": { hint: { ...hint, nonResidueRoots: [firstRoot ^ 1n, ...otherRoots] } },
    "witness not below p": { hint: { ...hint, nonResidueRoots: [firstRoot + P, ...otherRoots] } },
    "witness missing": { hint: { ...hint, nonResidueRoots: otherRoots } },
    "witness too many": { hint: { ...hint, nonResidueRoots: [...hint.nonResidueRoots, firstRoot] } },
    ...otherBatches(honest),
  };
  const corrupted = Object.entries(changes).map(([name, change]) => {
    return { name, certificate: { ...honest, ...change }, quorumBps: LEAST_QUORUM_BPS };
  });
  return [...corrupted, { name: "one absentee under a full quorum", certificate: honest, quorumBps: 10_000 }];
}

// The signature moved to another batch, with the witness done anew, so that only the signature is wrong.
function otherBatches({ batch }: Certificate): Record<string, Partial<Certificate>> {
  const moved = {
    "another set": { ...batch, operatorSetId: batch.operatorSetId + 1 },
    "another epoch": { ...batch, tableEpoch: batch.tableEpoch + 1 },
    "another time": { ...batch, issuedAt: batch.issuedAt + 1n },
  };
  return Object.fromEntries(
    Object.entries(moved).map(([name, other]) => {
      return [`signature moved to ${name}`, { batch: other, hint: hashToG1(batchDigest(DOMAIN, other)).hint }];
    }),
  );
}

function limbs({ x, y }: G2Point, added: readonly [bigint, bigint, bigint, bigint]): G2Point {
  return { x: [x[0] + added[0], x[1] + added[1]], y: [y[0] + added[2], y[1] + added[3]] };
}

function swapped({ x, y }: G2Point): G2Point {
  return { x: [x[1], x[0]], y: [y[1], y[0]] };
}

function negateG2(point: G2Point): G2Point {
  return fromNobleG2(nobleG2(point).negate());
}

/** The first point of the twist with a small real x that is not in the group of order r. */
export function pointOutsideSubgroup(): G2Point {
  const { Fp2 } = bn254.fields;
  const { b } = bn254.G2.Point.CURVE();
  for (let c0 = 1n; ; c0 += 1n) {
    const x = { c0, c1: 0n };
    const rightSide = Fp2.add(Fp2.mul(Fp2.sqr(x), x), b);
    try {
      const y = Fp2.sqrt(rightSide);
      return { x: [0n, c0], y: [y.c1, y.c0] };
    } catch {
      // No root: the next x.
    }
  }
}
