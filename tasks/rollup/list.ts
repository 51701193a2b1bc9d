import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { runOnHub, type HubArguments } from "../shared/hub.ts";
import { entryLines } from "./lines.ts";

/** `hardhat rollup list`: every chain that has an entry. */
export default async function listRollups(args: HubArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ entriesOf }, { toJson }] = await Promise.all([
      import("#chain/hub/entries.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const entries = await entriesOf(hub.provider, hub.site);
    print(args.json, toJson({ entries }), [
      `${entries.length} chains have an entry`,
      ...entries.map((entry) => `  ${entryLines(entry)[0] ?? ""}`),
    ]);
    return EXIT.ok;
  });
}
