import type { Signer } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { Entry } from "#chain/hub/entries.ts";
import type { HubSite } from "#chain/hub/site.ts";
import type { ChainId } from "#protocol/types.ts";

import { EXIT, print } from "../shared/command.ts";
import { chainNamed, runOnHub, type HubArguments } from "../shared/hub.ts";
import { entryLines } from "./lines.ts";

/**
 * Runs what gives an entry a new version, and prints that.
 *
 * @param args - What was typed.
 * @param hre - Hardhat.
 * @param act - What its owner does.
 */
export async function runOnEntry(
  args: HubArguments & { readonly chain: string },
  hre: HardhatRuntimeEnvironment,
  act: (owner: Signer, site: HubSite, chainId: ChainId) => Promise<Entry>,
): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const { toJson } = await import("#protocol/schemas.ts");
    const { chainId } = await chainNamed(hub.book, args.chain);
    const entry = await act(await hub.signer(), hub.site, chainId);
    print(args.json, toJson(entry), entryLines(entry));
    return EXIT.ok;
  });
}
