import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { AddressBook } from "#deploy/addressBook.ts";
import type { HaltProposal } from "#protocol/halts/proposal.ts";

import { EXIT, print } from "../shared/command.ts";
import { runOnBook, withChain } from "../shared/hub.ts";
import { onEach, type Outcome } from "../shared/rollups.ts";
import { signedIn, type CertifiedHalt } from "./documents.ts";
import { haltLines, missingLine, shareLines, standLines, timeLine } from "./lines.ts";
import { rollupsBut, standsOf, type Stand } from "./rollups.ts";
import { checked, weigh, type Checked, type Weighed } from "./weigh.ts";

interface Arguments {
  readonly files: readonly string[];
  readonly on: string;
  readonly dryRun: boolean;
  readonly account: number;
  readonly deployment: string;
  readonly json: boolean;
}

/** What people signed, put together. */
interface Gathered {
  readonly proposal: HaltProposal;
  readonly halt: Checked;
  readonly weighed: Weighed;
}

/** `hardhat halt send`: exit code 2 where a rollup that hears the source does not take it. */
export default async function send(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnBook(hre, args, async (book) => {
    const [{ halt }, { toJson }] = await Promise.all([import("#chain/brakes.ts"), import("#protocol/schemas.ts")]);
    const signed = await signedIn(args.files);
    const gathered = "proposal" in signed ? await gather(hre, book, signed.proposal) : undefined;
    const certified = "certified" in signed ? signed.certified : await certifiedBy(gathered);
    const content = "certified" in signed ? signed.certified.content : signed.proposal.statement.content;
    const { operatorSetId } = "certified" in signed ? signed.certified.certificate.batch : signed.proposal.batch;
    const share = gathered?.weighed.share;
    const rollups = await rollupsBut(book, args.on, content.chainId);
    const stands = await standsOf(hre, rollups, content, operatorSetId, share);
    const ready = certified === undefined || args.dryRun ? [] : stands.filter(isReady).map(({ rollup }) => rollup);
    const sent = await onEach(hre, ready, args.account, async (signer, { contracts }) => {
      if (certified === undefined) throw new Error("nothing is ready without a certificate");
      const { certificate, batchProof } = certified;
      return halt(signer, contracts.policy, { certificate, content, proof: batchProof });
    });
    const hearing = stands.filter(({ kind }) => kind !== "Deaf" || args.on !== "");
    const outcomes = hearing.map((stand) => sent.find(({ rollup }) => rollup === stand.rollup.name) ?? kept(stand));
    const { chainId, expiresAt } = content;
    const document = {
      ...{ chainId, expiresAt, dryRun: args.dryRun, ...share },
      ...(gathered === undefined
        ? {}
        : { signers: gathered.weighed.good.map(({ row }) => row), dropped: gathered.weighed.dropped }),
      rollups: outcomes,
    };
    print(args.json, toJson(document), [
      ...(gathered === undefined ? [`chain ${chainId}:`] : gatheredLines(gathered)),
      ...(args.dryRun
        ? [...standLines(stands, { signedBps: share?.signedBps ?? 10_000 }), "nothing was sent"]
        : outcomes.map((outcome) => `  ${outcomeLine(outcome, expiresAt)}`)),
    ]);
    const isDone = outcomes.length > 0 && outcomes.every(({ reason }) => reason === undefined);
    return isDone ? EXIT.ok : EXIT.notYet;
  });
}

async function gather(hre: HardhatRuntimeEnvironment, book: AddressBook, proposal: HaltProposal): Promise<Gathered> {
  return withChain(hre, book.hub, hre.globalOptions.network, async ({ ethers }) => {
    const halt = await checked({ provider: ethers.provider, site: book.hub }, proposal);
    return { proposal, halt, weighed: await weigh(halt, proposal.signatures) };
  });
}

async function certifiedBy(gathered: Gathered | undefined): Promise<CertifiedHalt | undefined> {
  if (gathered === undefined || gathered.weighed.good.length === 0) return undefined;
  const { mclVerifier } = await import("#protocol/blsMcl.ts");
  const { sound, hubTable } = gathered.halt;
  const utterance = sound.certify(hubTable.table, gathered.weighed.good, await mclVerifier());
  return { ...utterance, content: sound.halt };
}

function isReady(stand: Stand): boolean {
  return stand.kind === "Open" && stand.missingWeight === 0n;
}

// What is not sent, and why; without a reason where it only was not asked for.
function kept(stand: Stand): Outcome {
  const rollup = stand.rollup.name;
  if (stand.kind === "Deaf") return { rollup, reason: "does not hear it" };
  if (stand.kind === "Closed") return { rollup, reason: stand.reason };
  if (stand.missingWeight === 0n) return { rollup };
  return { rollup, reason: missingLine(stand.missingWeight, stand.hearing.haltQuorumBps) };
}

function gatheredLines({ proposal, halt: { sound, hubTable, now }, weighed }: Gathered): string[] {
  const rows = weighed.good.map(({ row }) => row);
  return [...haltLines(sound, proposal.reason, now), ...shareLines(hubTable, rows, weighed.dropped, weighed.share)];
}

function outcomeLine({ rollup, reason, transactionHash }: Outcome, expiresAt: bigint): string {
  return `${rollup}: ${reason ?? `halted until ${timeLine(expiresAt)}, ${transactionHash ?? ""}`}`;
}
