import { batchDigest, type Batch, type Domain } from "../batches.ts";
import type { BlsVerifier } from "../bls.ts";
import { sign, type G1Point, type KeyPair } from "../bn254.ts";
import { assembleCertificate, FULL_BPS, verifySigners, type RowSignature } from "../certificates.ts";
import { elementAt, ensure } from "../errors.ts";
import type { Utterance } from "../evidence/evidence.ts";
import { toJson } from "../schemas.ts";
import { sortSignatures, type Sorted } from "../signatures.ts";
import type { Halt, Table } from "../statements.ts";
import type { OperatorTable } from "../tables.ts";
import type { BatchDigest } from "../types.ts";
import { batchOfHalt, reasonWord, type HaltProposal } from "./proposal.ts";

/** Most seconds from a halt's batch to its end. */
export const MOST_HALT_SECONDS = 86_400n;
/** Most seconds from a halt's batch to the moment in which a rollup takes it. */
export const MOST_HALT_AGE_SECONDS = 21_600n;
/** How far ahead of the present a batch may be issued. */
export const CLOCK_TOLERANCE_SECONDS = 900n;
/** By less than this, a source is halted only every other day. */
export const STRONG_HALT_BPS = 6_667;

/** What operators of one epoch have signed together. */
export interface Share {
  readonly signedWeight: bigint;
  readonly totalWeight: bigint;
  /** ⌊signedWeight · 10 000 / totalWeight⌋, as contracts have it. */
  readonly signedBps: number;
}

/**
 * @param table - The epoch's table.
 * @param signatures - Signatures that hold, one a row.
 * @returns What they weigh.
 */
export function shareOf({ rows, totalWeight }: OperatorTable, signatures: readonly RowSignature[]): Share {
  const signedWeight = signatures.reduce((sum, { row }) => sum + elementAt(rows, row).weight, 0n);
  return { signedWeight, totalWeight, signedBps: Number((signedWeight * BigInt(FULL_BPS)) / totalWeight) };
}

/**
 * @param share - What has signed.
 * @param quorumBps - What is needed.
 * @returns The least weight that is missing; zero where there is enough.
 */
export function missingWeight({ signedWeight, totalWeight }: Share, quorumBps: number): bigint {
  const full = BigInt(FULL_BPS);
  const needed = (BigInt(quorumBps) * totalWeight + full - 1n) / full;
  return needed > signedWeight ? needed - signedWeight : 0n;
}

/**
 * @param table - The epoch's table.
 * @param key - A key's half in G1.
 * @returns Its row; throws `KeyNotInTable`.
 */
export function rowOf({ rows }: OperatorTable, key: G1Point): number {
  const row = rows.findIndex((one) => one.key.x === key.x && one.key.y === key.y);
  ensure(row >= 0, "KeyNotInTable", () => "the epoch's table has no row with this key: its signature counts nothing");
  return row;
}

/**
 * A halt that may be signed now. All that is signed is made anew from the halt itself, so nothing else can be: neither root nor digest
 * nor domain are taken from the proposal.
 */
export class SoundHalt {
  readonly domain: Domain;
  readonly halt: Halt;
  readonly batch: Batch;
  readonly digest: BatchDigest;

  private constructor(domain: Domain, halt: Halt, speaker: Omit<Batch, "statementsRoot">) {
    this.domain = domain;
    this.halt = halt;
    this.batch = batchOfHalt(halt, speaker);
    this.digest = batchDigest(domain, this.batch);
  }

  /**
   * @param proposal - From anybody.
   * @param domain - Where signatures of ours hold.
   * @param epoch - The epoch that the proposal names, as the hub has it.
   * @param now - The time.
   * @returns The halt; throws the broken rule.
   */
  static of(proposal: HaltProposal, domain: Domain, epoch: Table, now: bigint): SoundHalt {
    const { batch, reason, statement } = proposal;
    const halt = statement.content;
    const [foundDomain, requiredDomain] = [toJson(proposal.domain), toJson(domain)];
    ensure(foundDomain === requiredDomain, "WrongDomain", () => `made for ${foundDomain}, not for ${requiredDomain}`);
    const word = reasonWord(reason);
    ensure(halt.reason === word, "WrongReason", () => `the halt says ${halt.reason}, its reason is ${word}`);
    const sound = new SoundHalt(domain, halt, batch);
    const [found, required] = [batch.statementsRoot, sound.batch.statementsRoot];
    ensure(found === required, "NotALoneHalt", () => `the batch has root ${found}, the halt alone has ${required}`);
    requireInTime(sound, epoch, now);
    return sound;
  }

  /**
   * @param key - An operator's key.
   * @param table - The epoch's table.
   * @returns Its signature; throws `KeyNotInTable`.
   */
  sign(key: KeyPair, table: OperatorTable): RowSignature {
    return { row: rowOf(table, key.g1), signature: sign(key.secret, this.digest), key: key.g2 };
  }

  /**
   * @param table - The epoch's table.
   * @param signatures - From anybody.
   * @param verifier - The engine.
   * @returns Which hold; of each row one at most.
   */
  sort(table: OperatorTable, signatures: readonly RowSignature[], verifier: BlsVerifier): Sorted<RowSignature> {
    return sortSignatures({ domain: this.domain, table, batch: this.batch, verifier }, signatures);
  }

  /**
   * @param table - The epoch's table.
   * @param signatures - Signatures that hold, one a row, at least one.
   * @param verifier - The engine.
   * @returns The certified halt, as a rollup takes it.
   */
  certify(table: OperatorTable, signatures: readonly RowSignature[], verifier: BlsVerifier): Utterance {
    const { domain, batch, halt } = this;
    const certificate = assembleCertificate(domain, table, batch, signatures, verifier);
    verifySigners({ domain, table, certificate, verifier });
    return { certificate, statement: { kind: "Halt", content: halt }, batchProof: [] };
  }
}

/**
 * @param halt - A halt.
 * @param epoch - The epoch that says it.
 * @returns The last second in which a rollup takes it.
 */
export function lastSecondOf({ batch, halt }: Pick<SoundHalt, "batch" | "halt">, { validUntil }: Table): bigint {
  const ends = [batch.issuedAt + MOST_HALT_AGE_SECONDS, halt.expiresAt, validUntil];
  return ends.reduce((least, end) => (end < least ? end : least));
}

// As a rollup checks it, by the same names.
function requireInTime({ batch, halt }: SoundHalt, epoch: Table, now: bigint): void {
  const { operatorSetId, tableEpoch, issuedAt } = batch;
  const { validFrom, validUntil } = epoch;
  ensure(
    operatorSetId === epoch.operatorSetId && tableEpoch === epoch.epoch,
    "WrongEpoch",
    () => `set ${operatorSetId}, epoch ${tableEpoch} speaks, not set ${epoch.operatorSetId}, epoch ${epoch.epoch}`,
  );
  ensure(
    validFrom <= issuedAt && issuedAt <= validUntil,
    "IssuedOutsideEpoch",
    () => `issued at ${issuedAt}, its epoch lasts from ${validFrom} to ${validUntil}`,
  );
  const latest = now + CLOCK_TOLERANCE_SECONDS;
  ensure(issuedAt <= latest, "IssuedInFuture", () => `issued at ${issuedAt}, at most ${latest} now`);
  ensure(now <= validUntil, "EpochExpired", () => `it is ${now}, the epoch was over at ${validUntil}: propose anew`);
  const last = issuedAt + MOST_HALT_AGE_SECONDS;
  ensure(now <= last, "CertificateTooOld", () => `it is ${now}, rollups took it until ${last}: propose anew`);
  const most = issuedAt + MOST_HALT_SECONDS;
  ensure(
    now <= halt.expiresAt && halt.expiresAt <= most,
    "HaltOutOfRange",
    () => `a halt until ${halt.expiresAt}: it is ${now}, and at most ${most}`,
  );
}
