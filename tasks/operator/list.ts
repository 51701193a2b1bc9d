import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { runOnHub, setIdOf, type HubArguments } from "../shared/hub.ts";
import { operatorLines } from "./lines.ts";

interface Arguments extends HubArguments {
  readonly set: number;
}

/** `hardhat operator list`: the members of a set, with whoever has a seat or a row and is none any more. */
export default async function listOperators(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ operatorsOf }, { toJson }] = await Promise.all([
      import("#chain/hub/members.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const operatorSetId = await setIdOf(hub, args.set);
    const operators = await operatorsOf(hub.provider, hub.site, operatorSetId);
    print(args.json, toJson({ operatorSetId, operators }), [
      `set ${operatorSetId}: ${operators.length} operators`,
      ...operators.map((state) => `  ${operatorLines(state)[0] ?? ""}`),
    ]);
    return EXIT.ok;
  });
}
