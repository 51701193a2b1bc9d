import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { runOnHub, setIdOf, type HubArguments } from "../shared/hub.ts";

interface Arguments extends HubArguments {
  readonly set: number;
}

/** `hardhat operator leave`: leaves a set, and says until when that is a risk. */
export default async function leaveSet(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ leave }, { toJson }] = await Promise.all([
      import("#chain/hub/operators.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const signer = await hub.signer();
    const operatorSetId = await setIdOf(hub, args.set);
    const { slashableUntilBlock } = await leave(signer, hub.site, operatorSetId);
    const operator = await signer.getAddress();
    print(args.json, toJson({ operator, operatorSetId, slashableUntilBlock }), [
      `${operator} left set ${operatorSetId}`,
      `  what it signed stays its risk up to block ${slashableUntilBlock}; tables that are valid still count it`,
    ]);
    return EXIT.ok;
  });
}
