import { emptyTask, task } from "hardhat/config";

import { account, deployment, int, json, set, text } from "./shared/options.ts";

/** `hardhat table …`. */
export const tableTasks = [
  emptyTask("table", "Operator tables: built on the hub, carried to rollups").build(),
  task(
    ["table", "build"],
    "Builds a set's next table, or goes on with the one that is being built; exit code 2 while it is too early. Example: npx hardhat table build",
  )
    .addOption(int("most", "Members asked about in one transaction", 32))
    .addOption(set)
    .addOption(account)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./table/build.ts"))
    .build(),
  task(
    ["table", "carry"],
    "Brings tables and entries that an aggregator published to a rollup, by hand what relayers do; exit code 2 when nothing was " +
      "brought. Example: npx hardhat table carry beta --aggregator http://127.0.0.1:8554",
  )
    .addPositionalArgument({ name: "rollup", description: "Chain id, or name of a rollup in the address book" })
    .addOption(text("aggregator", "URL of the aggregator"))
    .addOption(text("root", "One certificate, by its statements' root; all unless given"))
    .addOption(account)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./table/carry.ts"))
    .build(),
  task(
    ["table", "show"],
    "Tells rows, operators and weights of an epoch, and how long it lasts; exit code 2 when it is over. Example: npx hardhat table show --on beta",
  )
    .addOption(int("epoch", "Which epoch; the newest unless given", 0))
    .addOption(text("on", "As a rollup has it: exit code 2 when the hub has another"))
    .addOption(set)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./table/show.ts"))
    .build(),
];
