import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { onSource, type OnRollupArguments } from "./onRollup.ts";

/** `hardhat admin pause source`: nothing of it is taken any more, at once. */
export default async function refuseSource(args: OnRollupArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await onSource(hre, args, "refuse the source", async ({ rollup: { chainId, contracts }, state }) => {
    const { planPolicy } = await import("#chain/admin/policyPlan.ts");
    return planPolicy({ chainId, site: contracts }, state, { kind: "set", fields: { refused: true } }).calls;
  });
}
