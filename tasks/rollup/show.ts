import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { chainNamed, runOnHub, type HubArguments } from "../shared/hub.ts";
import { delayLine, entryLines } from "./lines.ts";

interface Arguments extends HubArguments {
  readonly chain: string;
}

/** `hardhat rollup show`: what the registry says of a chain, what waits, and what a lie about it would cost. */
export default async function showRollup(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [
      { entryOf, knownEntry },
      { activation, openProposals },
      { costOfLie },
      { statedDelays },
      { hubAt },
      { toJson },
    ] = await Promise.all([
      import("#chain/hub/entries.ts"),
      import("#chain/hub/proposals.ts"),
      import("#chain/hub/costs.ts"),
      import("#chain/bridge/delays.ts"),
      import("#chain/hub/site.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const { provider, site } = hub;
    const { chainId } = await chainNamed(hub.book, args.chain);
    const pending = await activation(provider, site, chainId);
    const open = (await openProposals(provider, site, chainId, site.fromBlock)).filter(
      ({ proposalId }) => proposalId !== pending.accepted?.proposalId,
    );
    const openLines = open.map(
      ({ proposalId, proposer, proposal }) =>
        `  proposed by ${proposer}: gateway ${proposal.gateway}, not accepted yet; proposal ${proposalId}`,
    );
    if (open.length > 0 && (await entryOf(provider, site, chainId)) === undefined) {
      print(args.json, toJson({ entry: null, pending, open }), [`chain ${chainId}: no entry yet`, ...openLines]);
      return EXIT.notYet;
    }
    const entry = await knownEntry(provider, site, chainId);
    const cost = await costOfLie(provider, site, chainId);
    const { evidence } = await hubAt(site, provider).tableBuilder.windows();
    const delays = (await statedDelays(provider, Number(evidence), entry.bridge)) ?? null;
    print(args.json, toJson({ entry, pending, open, cost, delays }), [
      ...entryLines(entry),
      ...(delays === null ? [] : [delayLine(delays)]),
      `  a lie about it costs a quorum of weight ${cost.quorumWeight}: ${cost.refutedWeight} for a refuted page, ` +
        `${cost.softWeight} for one below final, by epoch ${cost.epoch}`,
      ...(pending.accepted === undefined
        ? []
        : [`  waits: proposal ${pending.accepted.proposalId} (${pending.stage})`]),
      ...openLines,
    ]);
    return EXIT.ok;
  });
}
