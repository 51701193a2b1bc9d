import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { CommandError } from "../shared/errors.ts";
import type { HubArguments } from "../shared/hub.ts";
import { runOnEntry } from "./entry.ts";

interface Arguments extends HubArguments {
  readonly chain: string;
  readonly finality: number;
  readonly metadata: string;
}

/** `hardhat rollup update`: says finality or description anew; what is not named stays. */
export default async function updateRollup(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnEntry(args, hre, async (signer, site, chainId) => {
    const { knownEntry, update } = await import("#chain/hub/entries.ts");
    // A version that says nothing new would still use up the hour.
    if (args.finality === 0 && args.metadata === "")
      throw new CommandError("InvalidOption", "name what is new: --finality, --metadata or both");
    const present = await knownEntry(signer, site, chainId);
    return update(signer, site, chainId, {
      finality: args.finality === 0 ? present.finality : args.finality,
      metadataURI: args.metadata === "" ? present.metadataURI : args.metadata,
    });
  });
}
