import { task } from "hardhat/config";

import { account, deployment, json, text } from "./shared/options.ts";

const on = text("on", "Chain id, or name of a rollup in the address book; all of the book unless given");

/** `hardhat freeze`. */
export const brakeTasks = [
  task(
    "freeze",
    "Silences a set that contradicts itself, with an evidence file of two certificates; exit code 2 where a rollup does not take " +
      "it. Example: npx hardhat freeze evidence.json --on beta",
  )
    .addPositionalArgument({ name: "file", description: "Evidence file (JSON)" })
    .addOption(on)
    .addOption(account)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./brakes/freeze.ts"))
    .build(),
];
