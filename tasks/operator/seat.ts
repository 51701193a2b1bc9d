import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { addressTyped, runOnHub, setIdOf, type HubArguments } from "../shared/hub.ts";

interface Arguments extends HubArguments {
  readonly member: string;
  readonly incumbent: string;
  readonly set: number;
}

/** `hardhat operator seat`: gives a member a seat: a free one, or an incumbent's. */
export default async function takeSeat(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ seat }, { toJson }] = await Promise.all([
      import("#chain/hub/operators.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const member = await addressTyped("MEMBER", args.member);
    const incumbent = args.incumbent === "" ? undefined : await addressTyped("--incumbent", args.incumbent);
    const operatorSetId = await setIdOf(hub, args.set);
    await seat(await hub.signer(), hub.site, operatorSetId, member, incumbent);
    print(args.json, toJson({ operatorSetId, member, incumbent: incumbent ?? null }), [
      `${member} has ${incumbent === undefined ? "a seat" : `the seat of ${incumbent}`} in set ${operatorSetId}`,
    ]);
    return EXIT.ok;
  });
}
