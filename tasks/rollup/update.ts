import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { CommandError } from "../shared/errors.ts";
import { runOnEntry, type EntryArguments } from "./entry.ts";

interface Arguments extends EntryArguments {
  readonly finality: number;
  readonly metadata: string;
}

/** `hardhat rollup update`: says finality or description anew; what is not named stays. */
export default async function updateRollup(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnEntry(args, hre, "say finality and description anew", ({ chainId, ...present }) => {
    // A version that says nothing new would still use up the hour.
    if (args.finality === 0 && args.metadata === "")
      throw new CommandError("InvalidOption", "name what is new: --finality, --metadata or both");
    const finality = args.finality === 0 ? present.finality : args.finality;
    const metadataURI = args.metadata === "" ? present.metadataURI : args.metadata;
    return { call: "update", values: [chainId, finality, metadataURI] };
  });
}
