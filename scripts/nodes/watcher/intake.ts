import { keccak256, toBeHex, concat } from "ethers";

import type { Clock } from "#nodes/shared/clock.ts";
import { reasonOf, type Log } from "#nodes/shared/log.ts";
import { batchDigest, type Domain } from "#protocol/batches.ts";
import type { BlsVerifier } from "#protocol/bls.ts";
import { absenteesOf, FULL_BPS, verifySigners, type Certificate } from "#protocol/certificates.ts";
import { elementAt, ProtocolError } from "#protocol/errors.ts";
import type { OperatorTable } from "#protocol/tables.ts";
import { bytes32, type Bytes32 } from "#protocol/types.ts";
import type { Carried } from "#chain/calldata.ts";

import type { Docket } from "./docket.ts";
import type { Silence } from "./silence.ts";
import type { SpeakersBook } from "./speakers.ts";
import type { Place } from "./records.ts";
import type { WatcherStore } from "./store.ts";
import { subjectOf } from "./subjects.ts";

/** What an intake works with. */
export interface IntakeParts {
  readonly domain: Domain;
  readonly store: WatcherStore;
  readonly docket: Docket;
  readonly speakers: SpeakersBook;
  readonly silence: Silence;
  readonly verifier: BlsVerifier;
  readonly clock: Clock;
  readonly log: Log;
}

/** Keeps what was certified, wherever it was seen, once its signature is known to hold. */
export class Intake {
  readonly #parts: IntakeParts;
  #certificates = 0;

  /** @param parts - What it works with. */
  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** How many certificates were new since the start. */
  get certificates(): number {
    return this.#certificates;
  }

  /**
   * @param carried - Certificates and statements.
   * @param place - Where they were seen. Throws when it cannot be told whether a signature holds.
   */
  async take({ certificates, said }: Carried, place: Place): Promise<void> {
    const { store, docket, clock } = this.#parts;
    const roots = new Set<Bytes32>();
    for (const certificate of certificates) {
      if (await this.#keep(certificate)) roots.add(certificate.batch.statementsRoot);
    }
    for (const statement of said) {
      // What comes without a certificate stands in one that was confirmed before.
      if (certificates.length > 0 && !roots.has(statement.statementsRoot)) continue;
      await store.keepStatement(statement, place, clock.nowSeconds());
    }
    await docket.reopen(said.map(({ statement }) => subjectOf(statement).subject));
  }

  // Whether it holds; each is verified once.
  async #keep(certificate: Certificate): Promise<boolean> {
    const { domain, store, speakers, silence, verifier, log } = this.#parts;
    const { operatorSetId, tableEpoch, statementsRoot } = certificate.batch;
    const id = idOf(domain, certificate);
    if (await store.hasCertificate(id)) return true;
    const found = await speakers.of(operatorSetId, tableEpoch);
    if (found === undefined) {
      log.warn({ root: statementsRoot, operatorSetId, tableEpoch }, "a certificate of an epoch that nobody has");
      return false;
    }
    try {
      verifySigners({ domain, table: found.table, certificate, verifier });
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      log.warn({ root: statementsRoot, reason: reasonOf(error) }, "a certificate that does not hold");
      return false;
    }
    const signedBps = signedBpsOf(found.table, certificate);
    await store.keepCertificate(id, certificate, signedBps);
    await silence.count(certificate, found.table, signedBps);
    this.#certificates++;
    return true;
  }
}

// A signature may be written in more than one way: batch and signers are what counts.
function idOf(domain: Domain, { batch, nonSigners }: Certificate): Bytes32 {
  return bytes32(keccak256(concat([batchDigest(domain, batch), toBeHex(nonSigners, 32)])));
}

function signedBpsOf(table: OperatorTable, { nonSigners }: Certificate): number {
  const absent = absenteesOf(table, nonSigners).reduce((sum, row) => sum + elementAt(table.rows, row).weight, 0n);
  return Number(((table.totalWeight - absent) * BigInt(FULL_BPS)) / table.totalWeight);
}
