import { batchDigest, type Batch, type Domain } from "./batches.ts";
import { halvesMatch, verifySignature, type BlsVerifier } from "./bls.ts";
import type { G1Point } from "./bn254.ts";
import type { RowSignature } from "./certificates.ts";
import { elementAt, ProtocolError } from "./errors.ts";
import { hashToG1 } from "./hashing.ts";
import type { OperatorTable } from "./tables.ts";

/** What signatures are checked against. */
export interface SignatureContext {
  readonly domain: Domain;
  readonly table: OperatorTable;
  readonly batch: Batch;
  readonly verifier: BlsVerifier;
}

/** Signatures, told apart. */
export interface Sorted<T> {
  readonly good: readonly T[];
  readonly bad: readonly T[];
}

/**
 * Tells good signatures from bad ones: all at once first, and by halves where that fails. Of a row that came twice at most
 * one good one is kept.
 *
 * @param context - Batch and table.
 * @param signatures - What operators sent.
 * @returns Which hold.
 */
export function sortSignatures<T extends RowSignature>(context: SignatureContext, signatures: readonly T[]): Sorted<T> {
  const messagePoint = hashToG1(batchDigest(context.domain, context.batch)).point;
  const rows = new Map<number, T[]>();
  for (const signature of signatures) rows.set(signature.row, [...(rows.get(signature.row) ?? []), signature]);
  const good: T[] = [];
  const bad: T[] = [];
  const single: T[] = [];
  for (const claimants of rows.values()) {
    if (claimants.length === 1) single.push(...claimants);
    else {
      // Somebody speaks for a row that is not theirs: each alone, so that they cannot push the honest one out.
      const holding = claimants.find((claimant) => holds(context, messagePoint, [claimant]));
      for (const claimant of claimants) (claimant === holding ? good : bad).push(claimant);
    }
  }
  bisect(context, messagePoint, single, good, bad);
  return { good, bad };
}

function bisect<T extends RowSignature>(
  context: SignatureContext,
  messagePoint: G1Point,
  signatures: readonly T[],
  good: T[],
  bad: T[],
): void {
  if (signatures.length === 0) return;
  if (holds(context, messagePoint, signatures)) good.push(...signatures);
  else if (signatures.length === 1) bad.push(...signatures);
  else {
    const middle = signatures.length >> 1;
    bisect(context, messagePoint, signatures.slice(0, middle), good, bad);
    bisect(context, messagePoint, signatures.slice(middle), good, bad);
  }
}

// The sum signed, and the sum of what was sent as keys is the sum of the rows' keys. Two lies that cancel out are none:
// the certificate is made of the very same sums.
function holds(context: SignatureContext, messagePoint: G1Point, signatures: readonly RowSignature[]): boolean {
  const { verifier, table } = context;
  try {
    const key = verifier.sumG2(signatures.map((signature) => signature.key));
    return (
      verifySignature(verifier, messagePoint, verifier.sumG1(signatures.map(({ signature }) => signature)), key) &&
      halvesMatch(verifier, verifier.sumG1(signatures.map(({ row }) => elementAt(table.rows, row).key)), key)
    );
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}
