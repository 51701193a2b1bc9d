import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { Plan } from "#deploy/plan.ts";
import type { Providers } from "#deploy/steps/read.ts";

import { EXIT, print } from "../shared/command.ts";
import type { NetworkArguments } from "../shared/networks.ts";
import { planDocument, planLines } from "./lines.ts";
import { runInWorkshop } from "./workshop.ts";

/** `hardhat deploy plan`: every transaction that is missing; exit code 2 while there are any. */
export default async function plan(
  args: NetworkArguments & { readonly deployments: string; readonly safeExport: string; readonly undo: boolean },
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
    const files = args.safeExport === "" ? [] : await written(args, found, workshop.providers);
    const document = { network: args.name, exampleRoles: examples, ...planDocument(found), files };
    const warning = `parley.config.ts still has the example's ${examples.join(", ")}: \`deploy apply\` will refuse`;
    print(args.json, toJson(document), [
      ...planLines(args.name, found),
      ...files.map((file) => `written to ${file}, for others to send`),
      ...(examples.length === 0 ? [] : [warning]),
    ]);
    return found.pending.length === 0 ? EXIT.ok : EXIT.notYet;
  });
}

async function written(
  { name, safeExport, undo }: { name: string; safeExport: string; undo: boolean },
  { pending, chains }: Plan,
  providers: Providers,
) {
  const [{ callsForOthers, stepBatches }, { writeSafeBatches }] = await Promise.all([
    import("#deploy/exportSteps.ts"),
    import("#deploy/safe.ts"),
  ]);
  const forOthers = callsForOthers(pending, chains, { network: name, createdAt: Date.now(), undoes: undo });
  if (forOthers.length > 0) return writeSafeBatches(safeExport, await stepBatches(forOthers, providers));
  console.error(`nothing is for others to send now: ${safeExport} is not written`);
  return [];
}
