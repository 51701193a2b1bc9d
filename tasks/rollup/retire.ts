import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { runOnEntry, type EntryArguments } from "./entry.ts";

/** `hardhat rollup retire`: Draining → Retired, 30 days after draining began. */
export default async function retireRollup(args: EntryArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnEntry(args, hre, "retire it for good", ({ chainId }) => ({ call: "retire", values: [chainId] }));
}
