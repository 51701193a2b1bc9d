import { emptyTask, task } from "hardhat/config";

import { json, text } from "./shared/options.ts";

const network = { name: "name", description: "A network of parley.config.ts" } as const;
const config = text("config", "File with the configuration", "parley.config.ts");
const deployments = text("deployments", "Folder of journals and address books", "deployments");

/** `hardhat deploy …`. */
export const deployTasks = [
  emptyTask("deploy", "From parley.config.ts to what is on the chains").build(),
  task(
    ["deploy", "plan"],
    "Prints every transaction that is missing, with decoded arguments, gas and cost; needs no account. Exit code 2 while there are " +
      "any. Example: npx hardhat deploy plan sepolia",
  )
    .addPositionalArgument(network)
    .addOption(config)
    .addOption(deployments)
    .addFlag(json)
    .setAction(() => import("./deploy/plan.ts"))
    .build(),
];
