import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { runOnHub, setIdOf, type HubArguments } from "../shared/hub.ts";
import { tableLines } from "./lines.ts";

interface Arguments extends HubArguments {
  readonly set: number;
  readonly most: number;
}

/** `hardhat table build`: exit code 2 while the present epoch lasts. */
export default async function build(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ buildTable }, { HubError }, { toJson }] = await Promise.all([
      import("#chain/hub/tables.ts"),
      import("#chain/hub/errors.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const operatorSetId = await setIdOf(hub, args.set);
    try {
      const built = await buildTable(await hub.signer(), hub.site, operatorSetId, args.most);
      print(args.json, toJson(built), tableLines(built));
      return EXIT.ok;
    } catch (error) {
      const earliest =
        error instanceof HubError && error.revert?.name === "BuildTooEarly" ? error.revert.args[1] : undefined;
      if (earliest === undefined) throw error;
      const when = new Date(Number(earliest) * 1_000).toISOString();
      print(args.json, toJson({ operatorSetId, earliest }), [`the next table may be begun from ${when} on`]);
      return EXIT.notYet;
    }
  });
}
