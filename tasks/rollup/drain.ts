import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { runOnEntry, type EntryArguments } from "./entry.ts";

/** `hardhat rollup drain`: Active → Draining: nobody sends to it any more. */
export default async function drainRollup(args: EntryArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnEntry(args, hre, "drain it for good", ({ chainId }) => ({ call: "drain", values: [chainId] }));
}
