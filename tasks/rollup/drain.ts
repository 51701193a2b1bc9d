import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { HubArguments } from "../shared/hub.ts";
import { runOnEntry } from "./entry.ts";

interface Arguments extends HubArguments {
  readonly chain: string;
}

/** `hardhat rollup drain`: Active → Draining: nobody sends to it any more. */
export default async function drainRollup(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnEntry(args, hre, async (signer, site, chainId) => {
    const { drain } = await import("#chain/hub/entries.ts");
    return drain(signer, site, chainId);
  });
}
