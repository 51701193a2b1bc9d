import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { bigintTyped, runOnHub, type HubArguments } from "../shared/hub.ts";
import { caseLines } from "./lines.ts";

interface Arguments extends HubArguments {
  readonly case: string;
}

/** `hardhat fault show`: exit code 2 while somebody in the case has not paid, unless the court acquitted. */
export default async function showCase(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async ({ provider, site }) => {
    const [{ casesOf }, { HubError }, { toJson }] = await Promise.all([
      import("#chain/hub/cases.ts"),
      import("#chain/hub/errors.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const [found] = await casesOf(provider, site, site.fromBlock, bigintTyped("CASE", args.case));
    if (found === undefined)
      throw new HubError("Unknown", `case ${args.case} was opened before block ${site.fromBlock}`);
    print(args.json, toJson(found), caseLines(found));
    const settled = [...found.nothingLeft, ...found.slashes.map(({ operator }) => operator)];
    if (found.isAcquitted) return EXIT.ok;
    return found.accused.every(({ operator }) => settled.includes(operator)) ? EXIT.ok : EXIT.notYet;
  });
}
