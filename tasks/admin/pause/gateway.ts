import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { elementAt } from "#protocol/errors.ts";

import { addressTyped } from "../../shared/hub.ts";
import { onSource, type OnRollupArguments } from "./onRollup.ts";

interface Arguments extends OnRollupArguments {
  readonly gateway: string;
}

/** `hardhat admin pause gateway`: a replaced gateway is not heard any more, for ever. */
export default async function refuseGateway(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await onSource(hre, args, "never hear that gateway again", async ({ rollup: { chainId, contracts }, state }) => {
    const { ownerCall } = await import("#chain/admin/pauses.ts");
    const [source, gateway] = [elementAt(state.sources, 0), await addressTyped("GATEWAY", args.gateway)];
    if (source.refusedGateways.includes(gateway)) return [];
    const { policy } = contracts;
    return [ownerCall({ chainId, policy }, state.owner, { kind: "refuseGateway", source, gateway })];
  });
}
