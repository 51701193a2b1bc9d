import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { Entry } from "#chain/hub/entries.ts";
import type { Activation, OpenProposal } from "#chain/hub/proposals.ts";
import type { ChainId } from "#protocol/types.ts";

import { carriedLines, carryOut, type Carried } from "../shared/carryOut.ts";
import { EXIT, print } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import { bigintTyped, chainNamed, runOnHub, type OpenHub } from "../shared/hub.ts";
import { registryCall, type EntryArguments } from "./entry.ts";
import { entryLines, isHeard, proposalLines } from "./lines.ts";

interface Arguments extends EntryArguments {
  readonly proposal: string;
}

/** `hardhat rollup activate`: accepts what was proposed, applies what is due, or says what it waits for (exit code 2). */
export default async function activate(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ activation, openProposals }, { entryOf, knownEntry }, { toJson }] = await Promise.all([
      import("#chain/hub/proposals.ts"),
      import("#chain/hub/entries.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const { provider, site } = hub;
    const { chainId } = await chainNamed(hub.book, args.chain);
    const wanted = args.proposal === "" ? undefined : bigintTyped("--proposal", args.proposal);
    const entry = await entryOf(provider, site, chainId);
    let found = await activation(provider, site, chainId);
    let carried: Carried | undefined;
    if (found.accepted === undefined) {
      const open = await openProposals(provider, site, chainId, site.fromBlock);
      const chosen = open.filter(({ proposalId }) => wanted === undefined || proposalId === wanted);
      if (chosen.length === 0 && wanted === undefined && entry !== undefined) {
        print(args.json, toJson({ stage: "nothing", entry }), ["nothing waits", ...entryLines(entry)]);
        return EXIT.ok;
      }
      const one = onlyOne(chosen, chainId);
      requireOwner(one, entry, wanted !== undefined);
      carried = await acceptOne(args, hub, one, entry);
      found = await activation(provider, site, chainId);
    } else if (wanted !== undefined && found.accepted.proposalId !== wanted) {
      throw new CommandError("InvalidOption", `another proposal is accepted: ${found.accepted.proposalId}`);
    }
    if (found.accepted === undefined || found.stage !== "ready") {
      print(args.json, toJson({ ...found, ...carried }), [
        ...(carried ? carriedLines(carried) : []),
        ...linesOf(found),
      ]);
      return isUnsent(carried) ? EXIT.ok : EXIT.notYet;
    }
    tell(found.accepted, entry);
    const call = await registryCall(hub, "anyone", { call: "applyAccepted", values: [chainId] });
    const applied = await carryOut(args, hub.ethers, `what is accepted for chain ${chainId}`, [call]);
    const after = await knownEntry(provider, site, chainId);
    const stage = applied.outcome === "sent" ? "applied" : found.stage;
    print(args.json, toJson({ stage, entry: after, ...applied }), [...carriedLines(applied), ...entryLines(after)]);
    return EXIT.ok;
  });
}

async function acceptOne(
  args: Arguments,
  hub: OpenHub,
  proposed: OpenProposal,
  entry: Entry | undefined,
): Promise<Carried> {
  const [{ hubAt }, { address }] = await Promise.all([import("#chain/hub/site.ts"), import("#protocol/types.ts")]);
  const registrar = address(await hubAt(hub.site, hub.provider).registry.owner());
  const { proposalId, proposal } = proposed;
  tell(proposed, entry);
  const call = await registryCall(hub, registrar, { call: "accept", values: [proposalId] });
  return carryOut(args, hub.ethers, `acceptance for chain ${proposal.chainId}`, [call]);
}

/** All that is agreed with, before anybody is asked. */
function tell({ proposalId, proposal, proposer }: OpenProposal, entry: Entry | undefined): void {
  const owner = entry === undefined ? "who becomes its owner" : `the entry's owner is ${entry.owner}`;
  const before = entry === undefined ? ["  the chain has no entry yet"] : ["instead of", ...entryLines(entry)];
  console.error([`proposal ${proposalId} by ${proposer}, ${owner}`, ...proposalLines(proposal), ...before].join("\n"));
}

// What anybody proposes must not be accepted because nobody looked.
function onlyOne(open: readonly OpenProposal[], chainId: ChainId): OpenProposal {
  const [first, ...others] = open;
  if (first === undefined) throw new CommandError("NotFound", `nothing is proposed for chain ${chainId}`);
  if (others.length > 0) {
    const ids = open.map(({ proposalId, proposer }) => `  ${proposalId} by ${proposer}`);
    throw new CommandError("InvalidOption", [`--proposal: chain ${chainId} has several`, ...ids].join("\n"));
  }
  return first;
}

// An entry that is not heard is nobody's in the end, so another's proposal may be meant: but only where it is named.
function requireOwner({ proposalId, proposer }: OpenProposal, entry: Entry | undefined, isNamed: boolean): void {
  if (entry === undefined || proposer === entry.owner || (isNamed && !isHeard(entry))) return;
  throw new CommandError(
    "InvalidOption",
    `--proposal: ${proposalId} is of ${proposer}, who is not the owner of the entry, ${entry.owner}`,
  );
}

/** Nothing waits for anybody where nothing was to be sent. */
function isUnsent(carried: Carried | undefined): boolean {
  return carried !== undefined && carried.outcome !== "sent";
}

const WAITS_FOR = { table: "the set needs its next table (`table build`)", optIn: "operators must opt in" } as const;

function linesOf({ stage, accepted }: Activation): string[] {
  if (accepted === undefined) return ["nothing is accepted"];
  const { proposalId, effectiveAt, optedInBps, proposal } = accepted;
  const until = new Date(Number(effectiveAt) * 1_000).toISOString();
  const waits = stage === "table" || stage === "optIn" ? WAITS_FOR[stage] : `its notice runs until ${until}`;
  return [
    `proposal ${proposalId} is accepted: ${waits}`,
    `  ${optedInBps} of 6667 bps of set ${proposal.operatorSetId} opted in to gateway ${proposal.gateway}`,
  ];
}
