import { batchDigest, type Batch, type Domain } from "#protocol/batches.ts";
import {
  fromNobleG1,
  fromNobleG2,
  keyPair,
  negateG1,
  nobleG1,
  nobleG2,
  sign,
  type G1Point,
  type G2Point,
} from "#protocol/bn254.ts";
import type { Certificate } from "#protocol/certificates.ts";
import { elementAt } from "#protocol/errors.ts";
import { FIELD_PRIME, GROUP_ORDER } from "#protocol/field.ts";
import { hashToG1 } from "#protocol/hashing.ts";
import { address, chainId } from "#protocol/types.ts";

import { pointOutsideSubgroup } from "../../scripts/checks/vectors/forgeries.ts";
import type { Committee } from "./committee.ts";

/** A certificate that is wrong in one way, and how that way is called. */
export interface BadCertificate {
  readonly name: string;
  readonly certificate: Certificate;
  readonly error: string;
  readonly args: readonly unknown[];
}

/** An honest batch whose digest rejects two candidates or more, so that every witness can be wrong. */
export function batchWithRejectedCandidates(domain: Domain, batch: Batch): Batch {
  for (let issuedAt = batch.issuedAt; ; issuedAt -= 1n) {
    const candidate = { ...batch, issuedAt };
    if (hintOf(domain, candidate).nonResidueRoots.length >= 2) return candidate;
  }
}

/** Every way in which one part of a certificate can be wrong. `honest` has its last row absent. */
export function badCertificates(committee: Committee, honest: Certificate): BadCertificate[] {
  const bad = (name: string, change: Partial<Certificate>, error: string, ...args: readonly unknown[]) => ({
    name,
    certificate: { ...honest, ...change },
    error,
    args,
  });
  return [
    ...badBatches(committee, honest, bad),
    ...badAbsentees(committee, honest, bad),
    ...badSignatures(committee, honest, bad),
    ...badKeys(committee, honest, bad),
    ...badHints(honest, bad),
  ];
}

type Bad = (name: string, change: Partial<Certificate>, error: string, ...args: readonly unknown[]) => BadCertificate;

function badBatches({ domain, keys }: Committee, { batch }: Certificate, bad: Bad): BadCertificate[] {
  const spoken = (other: Domain): Partial<Certificate> => {
    const signatures = keys.slice(0, -1).map(({ secret }) => sign(secret, batchDigest(other, batch)));
    return { signature: sum(signatures), hint: hintOf(domain, batch) };
  };
  // The witness is done anew, so that only what was signed is wrong.
  const moved = (change: Partial<Batch>): Partial<Certificate> => {
    const other = { ...batch, ...change };
    return { batch: other, hint: hintOf(domain, other) };
  };
  return [
    bad("signed for another hub", spoken({ ...domain, hubChainId: chainId(1) }), "SignatureInvalid"),
    bad(
      "signed for another service manager",
      spoken({ ...domain, serviceManager: address(`0x${"00".repeat(19)}01`) }),
      "SignatureInvalid",
    ),
    bad("of an epoch that is not there", moved({ tableEpoch: 2 }), "EpochNotInstalled", 1n, 2n),
    bad("of a set that is not there", moved({ operatorSetId: 9 }), "EpochNotInstalled", 9n, 1n),
    bad("moved to another time", moved({ issuedAt: batch.issuedAt - 1n }), "SignatureInvalid"),
    bad("moved to other statements", moved({ statementsRoot: batchDigest(domain, batch) }), "SignatureInvalid"),
  ];
}

function badAbsentees({ table }: Committee, { nonSigners }: Certificate, bad: Bad): BadCertificate[] {
  const rows = table.rows.length;
  const everybody = (1n << BigInt(rows)) - 1n;
  const beyond = (bit: bigint) => nonSigners | (1n << bit);
  return [
    bad("with nobody's signature", { nonSigners: everybody }, "NoSigners"),
    bad(
      "with an absentee just beyond the table",
      { nonSigners: beyond(BigInt(rows)) },
      "AbsenteeBeyondTable",
      beyond(BigInt(rows)),
      rows,
    ),
    bad("with an absentee at bit 255", { nonSigners: beyond(255n) }, "AbsenteeBeyondTable", beyond(255n), rows),
    bad("that hides an absentee", { nonSigners: 0n }, "SignatureInvalid"),
    bad("that calls a signer absent", { nonSigners: nonSigners | 1n }, "SignatureInvalid"),
    bad("that names the wrong absentee", { nonSigners: nonSigners >> 1n }, "SignatureInvalid"),
  ];
}

function badSignatures(
  { keys, domain }: Committee,
  { batch, signature, hint }: Certificate,
  bad: Bad,
): BadCertificate[] {
  const { x, y } = signature;
  const onlyFirst = sign(elementAt(keys, 0).secret, batchDigest(domain, batch));
  return [
    bad("with a signature x not below p", { signature: { x: x + P, y } }, "CoordinateTooLarge", x + P, P),
    bad("with a signature y not below p", { signature: { x, y: y + P } }, "CoordinateTooLarge", y + P, P),
    bad("with a signature at infinity", { signature: { x: 0n, y: 0n } }, "PointAtInfinity"),
    bad("with a signature off the curve", { signature: { x, y: y ^ 1n } }, "PointNotOnCurve"),
    bad("with the signature of one signer only", { signature: onlyFirst }, "SignatureInvalid"),
    bad("with −σ", { signature: negateG1(signature) }, "SignatureInvalid"),
    bad(
      "with −σ for −y: the other root of s² is no way to it",
      { signature: negateG1(signature), hint: { ...hint, fourthRoot: P - hint.fourthRoot } },
      "SignatureInvalid",
    ),
  ];
}

function badKeys({ keys }: Committee, { aggregateKey, signature }: Certificate, bad: Bad): BadCertificate[] {
  const { x, y } = aggregateKey;
  const stranger = keyPair(1_234_567n);
  const key = (limbs: readonly [bigint, bigint, bigint, bigint]): Partial<Certificate> => ({
    aggregateKey: { x: [limbs[0], limbs[1]], y: [limbs[2], limbs[3]] },
  });
  const plus = (point: G2Point): G2Point => fromNobleG2(nobleG2(aggregateKey).add(nobleG2(point)));
  const absent = elementAt(keys, keys.length - 1);
  return [
    bad("with a key's first limb not below p", key([x[0] + P, x[1], ...y]), "CoordinateTooLarge", x[0] + P, P),
    bad("with a key's second limb not below p", key([x[0], x[1] + P, ...y]), "CoordinateTooLarge", x[1] + P, P),
    bad("with a key's third limb not below p", key([...x, y[0] + P, y[1]]), "CoordinateTooLarge", y[0] + P, P),
    bad("with a key's fourth limb not below p", key([...x, y[0], y[1] + P]), "CoordinateTooLarge", y[1] + P, P),
    bad("with a key at infinity", key([0n, 0n, 0n, 0n]), "PointAtInfinity"),
    bad("with a key off the twist", key([...x, y[0] ^ 1n, y[1]]), "PointNotInGroup"),
    bad("with a key whose limbs are swapped", key([x[1], x[0], y[1], y[0]]), "PointNotInGroup"),
    bad("with a key outside the group", { aggregateKey: pointOutsideSubgroup() }, "PointNotInGroup"),
    bad("with the key and a point that pairs to one", { aggregateKey: plus(cofactorPoint()) }, "PointNotInGroup"),
    bad("with a key half that counts the absentee", { aggregateKey: plus(absent.g2) }, "SignatureInvalid"),
    bad("with a stranger's key half", { aggregateKey: stranger.g2 }, "SignatureInvalid"),
    bad(
      "with −σ and −K₂",
      { signature: negateG1(signature), aggregateKey: fromNobleG2(nobleG2(aggregateKey).negate()) },
      "SignatureInvalid",
    ),
  ];
}

function badHints({ hint }: Certificate, bad: Bad): BadCertificate[] {
  const { fourthRoot, nonResidueRoots } = hint;
  const [first, ...others] = nonResidueRoots;
  if (first === undefined) throw new Error("the honest certificate rejects candidates");
  const [second] = others;
  const rejected = nonResidueRoots.length;
  const roots = (changed: bigint[]): Partial<Certificate> => ({ hint: { fourthRoot, nonResidueRoots: changed } });
  const fourth = (changed: bigint): Partial<Certificate> => ({ hint: { fourthRoot: changed, nonResidueRoots } });
  return [
    bad("with a wrong fourth root", fourth(fourthRoot ^ 1n), "NotAFourthRoot", fourthRoot ^ 1n),
    bad("with a fourth root not below p", fourth(fourthRoot + P), "CoordinateTooLarge", fourthRoot + P, P),
    bad("with a wrong witness", roots([first ^ 1n, ...others]), "NotANonResidueRoot", 0n, first ^ 1n),
    bad("with a witness not below p", roots([first + P, ...others]), "CoordinateTooLarge", first + P, P),
    bad("with a witness too many", roots([...nonResidueRoots, first]), "NotANonResidueRoot", rejected, first),
    bad("without its last witness", roots(nonResidueRoots.slice(0, -1)), "NotAFourthRoot", fourthRoot),
    bad("without its first witness", roots(others), "NotANonResidueRoot", 0n, second),
    bad("with 256 candidates", roots(Array.from({ length: 256 }, () => first)), "TooManyCandidates", 256n, 255n),
  ];
}

const P = FIELD_PRIME;

function hintOf(domain: Domain, batch: Batch) {
  return hashToG1(batchDigest(domain, batch)).hint;
}

function sum(points: readonly G1Point[]): G1Point {
  const [first, ...others] = points.map(nobleG1);
  if (first === undefined) throw new Error("a sum of no points");
  return fromNobleG1(others.reduce((total, point) => total.add(point), first));
}

/** A point of the twist whose order divides the cofactor: it pairs to one with everything. */
function cofactorPoint(): G2Point {
  const point = nobleG2(pointOutsideSubgroup());
  return fromNobleG2(point.multiplyUnsafe(GROUP_ORDER - 1n).add(point));
}
