import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { chainNamed, runOnHub, type HubArguments } from "../shared/hub.ts";
import { entryLines } from "./lines.ts";

interface Arguments extends HubArguments {
  readonly chain: string;
}

/** `hardhat rollup show`: what the registry says of a chain, what waits, and what a lie about it would cost. */
export default async function showRollup(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ knownEntry }, { activation }, { costOfLie }, { toJson }] = await Promise.all([
      import("#chain/hub/entries.ts"),
      import("#chain/hub/proposals.ts"),
      import("#chain/hub/costs.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const { provider, site } = hub;
    const { chainId } = await chainNamed(hub.book, args.chain);
    const entry = await knownEntry(provider, site, chainId);
    const pending = await activation(provider, site, chainId);
    const cost = await costOfLie(provider, site, chainId);
    print(args.json, toJson({ entry, pending, cost }), [
      ...entryLines(entry),
      `  a lie about it costs a quorum of weight ${cost.quorumWeight}: ${cost.refutedWeight} for a refuted page, ` +
        `${cost.softWeight} for one below final, by epoch ${cost.epoch}`,
      ...(pending.accepted === undefined
        ? []
        : [`  waits: proposal ${pending.accepted.proposalId} (${pending.stage})`]),
    ]);
    return EXIT.ok;
  });
}
