import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import { bigintTyped, runOnHub, type HubArguments } from "../shared/hub.ts";

interface Arguments extends HubArguments {
  readonly case: string;
  readonly reason: string;
}

/** `hardhat fault acquit`: the court ends a case that rests on a source's word. */
export default async function acquitCase(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ acquit }, { caseOf }, { toJson }] = await Promise.all([
      import("#chain/hub/faults.ts"),
      import("#chain/hub/cases.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const caseId = bigintTyped("CASE", args.case);
    const reason = args.reason.trim();
    if (reason === "") throw new CommandError("InvalidOption", "--reason: everybody is told why");
    await caseOf(hub.provider, hub.site, caseId);
    const transactionHash = await acquit(await hub.signer(), hub.site, caseId, reason);
    print(args.json, toJson({ caseId, reason, transactionHash }), [`case ${caseId}: acquitted, ${transactionHash}`]);
    return EXIT.ok;
  });
}
