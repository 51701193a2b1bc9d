import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { addressTyped, runOnHub, setIdOf, type HubArguments } from "../shared/hub.ts";
import { operatorLines } from "./lines.ts";

interface Arguments extends HubArguments {
  readonly operator: string;
  readonly set: number;
}

/** `hardhat operator show`: exit code 2 when the operator is no member of the set. */
export default async function showOperator(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ operatorState }, { toJson }] = await Promise.all([
      import("#chain/hub/members.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const operator = await addressTyped("OPERATOR", args.operator);
    const operatorSetId = await setIdOf(hub, args.set);
    const state = await operatorState(hub.provider, hub.site, operatorSetId, operator);
    print(args.json, toJson({ operatorSetId, ...state }), operatorLines(state));
    return state.isMember ? EXIT.ok : EXIT.notYet;
  });
}
