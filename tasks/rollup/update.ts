import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

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
    const present = await knownEntry(signer, site, chainId);
    return update(signer, site, chainId, {
      finality: args.finality === 0 ? present.finality : args.finality,
      metadataURI: args.metadata === "" ? present.metadataURI : args.metadata,
    });
  });
}
