import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { HubArguments } from "../shared/hub.ts";
import { runOnEntry } from "./entry.ts";

interface Arguments extends HubArguments {
  readonly chain: string;
}

/** `hardhat rollup retire`: Draining → Retired, 30 days after draining began. */
export default async function retireRollup(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnEntry(args, hre, async (signer, site, chainId) => {
    const { retire } = await import("#chain/hub/entries.ts");
    return retire(signer, site, chainId);
  });
}
