import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { bigintTyped, runOnHub, type HubArguments } from "../shared/hub.ts";

interface Arguments extends HubArguments {
  readonly case: string;
  readonly most: number;
}

/** `hardhat fault execute`: takes the price from everybody in a case; exit code 2 when it could not be taken from all. */
export default async function executeCase(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ execute }, { toJson }] = await Promise.all([
      import("#chain/hub/faults.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const report = await execute(await hub.signer(), hub.site, bigintTyped("CASE", args.case), args.most);
    print(args.json, toJson(report), [
      `case ${report.caseId}: ${report.slashes.length} slashed`,
      ...report.slashes.map(
        ({ operator, slashId, shares }) => `  ${operator}: slash ${slashId}, ${shares.join(" + ")} shares`,
      ),
      ...report.nothingLeft.map((operator) => `  ${operator}: nothing left to take`),
      ...(report.slashes.length === 0 ? [] : ["  into the vault, when EigenLayer lets go: npx hardhat vault collect"]),
      ...report.refused.map(({ operator, reason }) => `  ${operator}: ${reason}`),
    ]);
    return report.refused.length === 0 ? EXIT.ok : EXIT.notYet;
  });
}
