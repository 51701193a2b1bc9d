import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { Activation, OpenProposal } from "#chain/hub/proposals.ts";

import { EXIT, print } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import { bigintTyped, chainNamed, runOnHub, type HubArguments } from "../shared/hub.ts";
import { entryLines } from "./lines.ts";

interface Arguments extends HubArguments {
  readonly chain: string;
  readonly proposal: string;
}

/** `hardhat rollup activate`: accepts what was proposed, applies what is due, or says what it waits for (exit code 2). */
export default async function activate(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ accept, activation, applyAccepted, openProposals }, { entryOf }, { toJson }] = await Promise.all([
      import("#chain/hub/proposals.ts"),
      import("#chain/hub/entries.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const { provider, site } = hub;
    const { chainId } = await chainNamed(hub.book, args.chain);
    const wanted = args.proposal === "" ? undefined : bigintTyped("--proposal", args.proposal);
    let found = await activation(provider, site, chainId);
    if (found.accepted === undefined) {
      const open = await openProposals(provider, site, chainId, site.fromBlock);
      const chosen = open.filter(({ proposalId }) => wanted === undefined || proposalId === wanted);
      const entry = await entryOf(provider, site, chainId);
      if (chosen.length === 0 && wanted === undefined && entry !== undefined) {
        print(args.json, toJson({ stage: "nothing", entry }), ["nothing waits", ...entryLines(entry)]);
        return EXIT.ok;
      }
      await accept(await hub.signer(), site, onlyOne(chosen, chainId).proposalId);
      found = await activation(provider, site, chainId);
    } else if (wanted !== undefined && found.accepted.proposalId !== wanted) {
      throw new CommandError("InvalidOption", `another proposal is accepted: ${found.accepted.proposalId}`);
    }
    if (found.stage !== "ready") {
      print(args.json, toJson(found), linesOf(found));
      return EXIT.notYet;
    }
    const entry = await applyAccepted(await hub.signer(), site, chainId);
    print(args.json, toJson({ stage: "applied", entry }), entryLines(entry));
    return EXIT.ok;
  });
}

// What anybody proposes must not be accepted because nobody looked.
function onlyOne(open: readonly OpenProposal[], chainId: bigint): OpenProposal {
  const [first, ...others] = open;
  if (first === undefined) throw new CommandError("NotFound", `nothing is proposed for chain ${chainId}`);
  if (others.length > 0) {
    const ids = open.map(({ proposalId, proposer }) => `  ${proposalId} by ${proposer}`);
    throw new CommandError("InvalidOption", [`--proposal: chain ${chainId} has several`, ...ids].join("\n"));
  }
  return first;
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
