import { expect } from "chai";
import type { BaseContract } from "ethers";

import type { Rollup as Entry, Statement } from "#protocol/statements.ts";
import { G1_GENERATOR } from "#protocol/bn254.ts";
import type { Certificate } from "#protocol/certificates.ts";
import { elementAt } from "#protocol/errors.ts";
import { messageId } from "#protocol/messages.ts";
import { chainId } from "#protocol/types.ts";

import { Committee, type Certified } from "./committee.ts";
import { nextBlockAt, tableFact } from "./facts.ts";
import { PAPER, paperPage, speech, type PaperWorld, type Speech } from "./paper.ts";
import type { Rollup } from "./rollup.ts";
import { entryOf, TEST_DOMAIN } from "./world.ts";

/** A broken rule: the name of its error and the error's arguments. */
export interface Broken {
  readonly error: string;
  readonly args: readonly unknown[];
}

/** One place where a certified page enters a rollup. */
export interface PageEntryPoint {
  readonly name: "deliver" | "deliverConfirmed" | "isCertified";
  /** Whether it works under roots that were confirmed before; then the set is the one that the directory names. */
  readonly usesStoredRoots: boolean;
  /** Whether the page must be for this gateway. */
  readonly checksDestination: boolean;
  /** Says the page, in the block of second `at` if it is given. */
  say(here: Rollup, said: Speech, at?: bigint): Promise<unknown>;
  /** Says the page and expects that it is believed. */
  expectBelieved(here: Rollup, said: Speech, at?: bigint): Promise<void>;
}

async function expectDelivered(here: Rollup, said: Speech, saying: Promise<unknown>): Promise<void> {
  await expect(saying)
    .to.emit(here.gateway, "MessageDelivered")
    .withArgs(messageId(elementAt(said.messages, 0)));
}

const deliver: PageEntryPoint = {
  name: "deliver",
  usesStoredRoots: false,
  checksDestination: true,
  async say(here, { certified, run }, at) {
    await nextBlockAt(here, at);
    return here.gateway.connect(here.relayer).deliver(certified.certificate, [run]);
  },
  expectBelieved: async (here, said, at) => expectDelivered(here, said, deliver.say(here, said, at)),
};

const deliverConfirmed: PageEntryPoint = {
  name: "deliverConfirmed",
  usesStoredRoots: true,
  checksDestination: true,
  async say(here, { certified, run }, at) {
    await confirmOnce(here, certified);
    await nextBlockAt(here, at);
    return here.gateway.connect(here.relayer).deliverConfirmed([run]);
  },
  expectBelieved: async (here, said, at) => expectDelivered(here, said, deliverConfirmed.say(here, said, at)),
};

const isCertified: PageEntryPoint = {
  name: "isCertified",
  usesStoredRoots: true,
  checksDestination: false,
  async say(here, { certified, page, batchProof }, at) {
    await confirmOnce(here, certified);
    if (at !== undefined) await here.helpers.time.increaseTo(at);
    return here.gateway.isCertified(page, [...batchProof]);
  },
  async expectBelieved(here, said, at) {
    const { batch } = said.certified.certificate;
    const answer = await isCertified.say(here, said, at);
    const { signedBps } = await here.gateway.confirmed(batch.operatorSetId, batch.statementsRoot);
    expect(answer).to.deep.equal([BigInt(batch.operatorSetId), signedBps, BigInt(said.page.finality)]);
  },
};

/** All places where rule 2 holds. */
export const PAGE_ENTRY_POINTS: readonly PageEntryPoint[] = [deliver, deliverConfirmed, isCertified];

async function confirmOnce(here: Rollup, { certificate }: Certified): Promise<void> {
  const { operatorSetId, statementsRoot } = certificate.batch;
  const { signedBps } = await here.gateway.confirmed(operatorSetId, statementsRoot);
  if (signedBps === 0n) await here.gateway.connect(here.relayer).confirm(certificate);
}

/** When a certificate was issued, in which block it comes, and who speaks. */
export interface Moment {
  readonly issuedAt: bigint;
  readonly at: bigint;
  /** Epoch that the certificate names, unless the first. */
  readonly epoch?: number;
  readonly absent?: readonly number[];
  /** Whether the signature is nobody's. */
  readonly forged?: boolean;
}

/** One place where a certificate enters a rollup. */
export interface CertificateEntryPoint {
  readonly name: "deliver" | "confirm" | "install" | "update";
  /** Whether it carries facts of the hub: no grace, 6 hours, two thirds. */
  readonly carriesHubFacts: boolean;
  /** The contracts whose errors it reverts with. */
  errorsOf(here: Rollup): BaseContract;
  /** Brings an otherwise faultless certificate of the strong committee. */
  bring(world: PaperWorld, moment: Moment): Promise<unknown>;
  /** What it emits when it believes. */
  readonly event: string;
  emitter(here: Rollup): BaseContract;
}

async function certifyAt(committee: Committee, statement: Statement, { at: _, forged, ...options }: Moment) {
  const { certificate, statements } = await committee.certify([statement], options);
  return { certificate: signed(certificate, forged), proof: statements.proof(statement) };
}

function signed(certificate: Certificate, forged = false): Certificate {
  return forged ? { ...certificate, signature: G1_GENERATOR } : certificate;
}

/** All places where rule 1 holds. */
export const CERTIFICATE_ENTRY_POINTS: readonly CertificateEntryPoint[] = [
  {
    name: "deliver",
    carriesHubFacts: false,
    event: "MessageDelivered",
    errorsOf: ({ gateway }) => gateway,
    emitter: ({ gateway }) => gateway,
    async bring({ here, ...world }, { at, forged, ...options }) {
      const { certified, run } = await speech(world.strong, paperPage({ here, ...world }), options);
      await nextBlockAt(here, at);
      return here.gateway.connect(here.relayer).deliver(signed(certified.certificate, forged), [run]);
    },
  },
  {
    name: "confirm",
    carriesHubFacts: false,
    event: "BatchConfirmed",
    errorsOf: ({ gateway }) => gateway,
    emitter: ({ gateway }) => gateway,
    async bring({ here, ...world }, { at, forged, ...options }) {
      const { certified } = await speech(world.strong, paperPage({ here, ...world }), options);
      await nextBlockAt(here, at);
      return here.gateway.connect(here.relayer).confirm(signed(certified.certificate, forged));
    },
  },
  {
    name: "install",
    carriesHubFacts: true,
    event: "TableInstalled",
    errorsOf: ({ operatorTables }) => operatorTables,
    emitter: ({ operatorTables }) => operatorTables,
    async bring({ here, strong, validFrom, validUntil }, moment) {
      const next = Committee.of(TEST_DOMAIN, [1n], { epoch: 2, seed: 9n });
      const { table, rows } = tableFact(next, validFrom, validUntil);
      const { certificate, proof } = await certifyAt(strong, { kind: "Table", content: table }, moment);
      await nextBlockAt(here, moment.at);
      return here.operatorTables.connect(here.relayer).install(certificate, table, proof, rows);
    },
  },
  {
    name: "update",
    carriesHubFacts: true,
    event: "EntryApplied",
    errorsOf: ({ operatorTables }) => operatorTables,
    emitter: ({ directory }) => directory,
    async bring({ here, strong }, moment) {
      const entry: Entry = entryOf(chainId(2_500), PAPER.gateway);
      const { certificate, proof } = await certifyAt(strong, { kind: "Rollup", content: entry }, moment);
      await nextBlockAt(here, moment.at);
      return here.directory.connect(here.relayer).update(certificate, entry, proof);
    },
  },
];

/** Expects that `act` reverts with exactly this error of `contract`. */
export async function expectBroken(act: Promise<unknown>, contract: BaseContract, broken: Broken): Promise<void> {
  await expect(act)
    .to.be.revertedWithCustomError(contract, broken.error)
    .withArgs(...broken.args);
}
