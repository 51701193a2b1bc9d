import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { carriedLines, carryOut, type CarryArguments } from "../../shared/carryOut.ts";
import { EXIT, print } from "../../shared/command.ts";
import { bigintTyped, runOnHub, type HubArguments } from "../../shared/hub.ts";
import { timeOf } from "../timelocks.ts";

interface Arguments extends Omit<HubArguments, keyof CarryArguments>, CarryArguments {
  readonly case: string;
}

/** `hardhat admin pause case`: the guardian holds a case up, once. */
export default async function holdCase(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async ({ ethers, provider, site }) => {
    const [{ holdCall }, { guardianOf }, { caseOf }, { toJson }] = await Promise.all([
      import("#chain/admin/pauses.ts"),
      import("#chain/admin/roles.ts"),
      import("#chain/hub/cases.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const caseId = bigintTyped("CASE", args.case);
    await caseOf(provider, site, caseId);
    const guardian = await guardianOf(provider, site);
    const call = holdCall({ chainId: site.chainId, slasher: site.contracts.slasher, guardian }, caseId);
    const carried = await carryOut(args, ethers, `holding case ${caseId} up`, [call]);
    const { pausedUntil } = await caseOf(provider, site, caseId);
    print(args.json, toJson({ caseId, guardian, pausedUntil, ...carried }), [
      ...carriedLines(carried),
      ...(pausedUntil === 0n ? [] : [`case ${caseId}: held up until ${timeOf(pausedUntil)}`]),
    ]);
    return EXIT.ok;
  });
}
