import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import { addressTyped, chainNamed, runOnHub, type HubArguments } from "../shared/hub.ts";

interface Arguments extends HubArguments {
  readonly chain: string;
  readonly gateway: string;
  readonly bridge: string;
  readonly out: boolean;
}

/** `hardhat operator optin`: says that an operator signs for a chain's gateway as judged by its bridge, or does not any more. */
export default async function optInTo(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ activation, optIn }, { entryOf }, { toJson }] = await Promise.all([
      import("#chain/hub/proposals.ts"),
      import("#chain/hub/entries.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const { chainId } = await chainNamed(hub.book, args.chain);
    const { accepted } = await activation(hub.provider, hub.site, chainId);
    const known = accepted?.proposal ?? (await entryOf(hub.provider, hub.site, chainId));
    const gateway = args.gateway === "" ? known?.gateway : await addressTyped("--gateway", args.gateway);
    const bridge = args.bridge === "" ? known?.bridge : await addressTyped("--bridge", args.bridge);
    if (gateway === undefined || bridge === undefined) {
      throw new CommandError("NotFound", `the registry says nothing of chain ${chainId}: name --gateway and --bridge`);
    }
    const signer = await hub.signer();
    const isNew = await optIn(signer, hub.site, { chainId, gateway, bridge }, !args.out);
    const operator = await signer.getAddress();
    print(args.json, toJson({ operator, chainId, gateway, bridge, isIn: !args.out, isNew }), [
      `${operator} ${args.out ? "does not sign" : "signs"} for chain ${chainId}${isNew ? "" : ", as before"}`,
      `  gateway ${gateway}, judged by bridge ${bridge}`,
    ]);
    return EXIT.ok;
  });
}
