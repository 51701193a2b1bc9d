import { emptyTask, task } from "hardhat/config";

import { account, deployment, json, set, text } from "./shared/options.ts";

/** `hardhat vault …`. */
export const vaultTasks = [
  emptyTask("vault", "The compensation vault").build(),
  task(
    ["vault", "collect"],
    "Brings what was slashed into the vault's books; exit code 2 when some of it cannot be cleared yet. Example: npx hardhat vault collect --slash 1",
  )
    .addOption(text("slash", "Number of one slash; all unless given"))
    .addOption({ ...set, description: "One operator set; all unless given" })
    .addOption(account)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./vault/collect.ts"))
    .build(),
  task(["vault", "show"], "Tells the vault's books. Example: npx hardhat vault show --json")
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./vault/show.ts"))
    .build(),
];
