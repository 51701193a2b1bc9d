import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { endHalts, type EndingArguments } from "./ending.ts";

/** `hardhat halt clear`: anybody tells gateways that a halt is over. */
export default async function clear(args: EndingArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await endHalts(args, hre, async () => ({ done: "cleared", act: (await import("#chain/brakes.ts")).clearHalt }));
}
