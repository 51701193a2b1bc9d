import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import { addressTyped, bigintTyped, chainNamed, runOnHub, setIdOf, type HubArguments } from "../shared/hub.ts";

interface Arguments extends HubArguments {
  readonly chain: string;
  readonly gateway: string;
  readonly bridge: string;
  readonly set: number;
  readonly finality: number;
  readonly refuteWad: string;
  readonly softWad: string;
  readonly metadata: string;
}

/** `hardhat rollup propose`: proposes an entry, or a change of one, and pays the bond. */
export default async function proposeRollup(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ propose }, { toJson }] = await Promise.all([
      import("#chain/hub/proposals.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const { chainId, rollup } = await chainNamed(hub.book, args.chain);
    const gateway = args.gateway === "" ? rollup?.contracts.gateway : await addressTyped("--gateway", args.gateway);
    if (gateway === undefined) throw new CommandError("InvalidOption", "--gateway: the book has none for the chain");
    if (![1, 2, 3].includes(args.finality))
      throw new CommandError("InvalidOption", `--finality is 1 (latest), 2 (safe) or 3 (final), not ${args.finality}`);
    const proposal = {
      ...{ chainId, gateway, operatorSetId: await setIdOf(hub, args.set), finality: args.finality },
      // Where no bridge leads to the hub, lies cannot be proven.
      refutable: args.bridge !== "",
      bridge: await addressTyped("--bridge", args.bridge === "" ? `0x${"00".repeat(20)}` : args.bridge),
      refuteWad: bigintTyped("--refute-wad", args.refuteWad),
      softWad: bigintTyped("--soft-wad", args.softWad),
      metadataURI: args.metadata,
    };
    const proposalId = await propose(await hub.signer(), hub.site, proposal);
    print(args.json, toJson({ proposalId, ...proposal }), [
      `proposal ${proposalId}`,
      `  chain ${chainId}, gateway ${gateway}; the registrar checks and accepts it:`,
      `  npx hardhat rollup verify ${proposalId} && npx hardhat rollup activate ${chainId} --proposal ${proposalId}`,
    ]);
    return EXIT.ok;
  });
}
