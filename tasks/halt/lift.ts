import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { endHalts, type EndingArguments } from "./ending.ts";

/** `hardhat halt lift`: the owner of a rollup's policy ends a halt at once. */
export default async function lift(args: EndingArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await endHalts(args, hre, async () => ({ done: "lifted", act: (await import("#chain/brakes.ts")).endHalt }));
}
