import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import { runOnHub, setIdOf, type HubArguments } from "../shared/hub.ts";
import { passwordFrom } from "../shared/password.ts";

interface Arguments extends HubArguments {
  readonly set: number;
  readonly keystore: string;
  readonly passwordFile: string;
  readonly endpoint: string;
  readonly allocationDelay: number;
}

/** `hardhat operator join`: whatever is missing of joining a set; exit code 2 while something has to be waited for. */
export default async function joinSet(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ join }, { httpUrl }, { openKeystore, publicKeyOf }, { toJson }] = await Promise.all([
      import("#chain/hub/join.ts"),
      import("#chain/hub.ts"),
      import("#nodes/shared/keystore.ts"),
      import("#protocol/schemas.ts"),
    ]);
    if (args.keystore === "")
      throw new CommandError("InvalidOption", "--keystore: which key shall the operator sign with?");
    const operatorSetId = await setIdOf(hub, args.set);
    if (args.endpoint !== "" && httpUrl(args.endpoint) === undefined)
      throw new CommandError(
        "InvalidOption",
        `--endpoint: aggregators cannot ask "${args.endpoint}"; http or https, without more than a path`,
      );
    const signer = await hub.signer();
    // Nobody is asked for the password of a file that is not there.
    await publicKeyOf(args.keystore);
    const key = await openKeystore(args.keystore, await passwordFrom(args.passwordFile, false));
    const report = await join(signer, hub.site, {
      ...{ operatorSetId, key, allocationDelay: args.allocationDelay },
      ...(args.endpoint === "" ? {} : { endpoint: args.endpoint }),
    });
    const { operator, steps, waitingFor } = report;
    const done = steps.length === 0 ? "nothing was missing" : steps.join(", ");
    print(args.json, toJson({ operatorSetId, ...report }), [
      `${operator} in set ${operatorSetId}: ${done}`,
      ...(waitingFor === undefined
        ? ["  it has a row from the next table on"]
        : [`  waits for its ${waitingFor.what}, at most ${waitingFor.blocks} blocks; then call this again`]),
    ]);
    return waitingFor === undefined ? EXIT.ok : EXIT.notYet;
  });
}
