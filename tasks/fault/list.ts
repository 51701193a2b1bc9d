import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { runOnHub, type HubArguments } from "../shared/hub.ts";
import { caseLines } from "./lines.ts";

/** `hardhat fault list`: every case that was opened. */
export default async function listCases(args: HubArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async ({ provider, site }) => {
    const [{ casesOf }, { toJson }] = await Promise.all([
      import("#chain/hub/cases.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const cases = await casesOf(provider, site, site.fromBlock);
    print(args.json, toJson({ cases }), [
      `${cases.length} cases`,
      ...cases.map((found) => `  ${caseLines(found)[0] ?? ""}`),
    ]);
    return EXIT.ok;
  });
}
