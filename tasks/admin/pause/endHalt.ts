import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { elementAt } from "#protocol/errors.ts";

import { onSource, type OnRollupArguments } from "./onRollup.ts";

/** `hardhat admin pause end-halt`. */
export default async function endHalt(args: OnRollupArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await onSource(hre, args, "end the halt", async ({ rollup: { chainId, contracts }, state }) => {
    const { ownerCall } = await import("#chain/admin/pauses.ts");
    const source = elementAt(state.sources, 0);
    return [ownerCall({ chainId, policy: contracts.policy }, state.owner, { kind: "endHalt", source })];
  });
}
