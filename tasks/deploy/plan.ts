import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import type { NetworkArguments } from "../shared/networks.ts";
import { planDocument, planLines } from "./lines.ts";
import { runInWorkshop } from "./workshop.ts";

/** `hardhat deploy plan`: every transaction that is missing; exit code 2 while there are any. */
export default async function plan(
  args: NetworkArguments & { readonly deployments: string },
  hre: HardhatRuntimeEnvironment,
): Promise<void> {
  await runInWorkshop(hre, args, "read", async ({ config, workshop }) => {
    const [{ planNetwork }, { exampleRoles }, { toJson }] = await Promise.all([
      import("#deploy/plan.ts"),
      import("#deploy/fit.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const found = await planNetwork(config, workshop);
    const examples = exampleRoles(config);
    const document = { network: args.name, exampleRoles: examples, ...planDocument(found) };
    const warning = `parley.config.ts still has the example's ${examples.join(", ")}: \`deploy apply\` will refuse`;
    print(args.json, toJson(document), [...planLines(args.name, found), ...(examples.length === 0 ? [] : [warning])]);
    return found.pending.length === 0 ? EXIT.ok : EXIT.notYet;
  });
}
