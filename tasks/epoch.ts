import { emptyTask, task } from "hardhat/config";

import { account, deployment, dryRun, json, set, text } from "./shared/options.ts";

const TO = "Chain id, or name of a rollup in the address book; all of the book unless given";
const VALUE = "What the stack takes for carrying it, in wei";

/** `hardhat epoch …`. */
export const epochTasks = [
  emptyTask("epoch", "What the hub says of an epoch, over canonical bridges").build(),
  task(
    ["epoch", "send"],
    "Sends what the hub has now of an epoch to one rollup or all, by hand what a relayer does where none speaks any more; exit code 2 " +
      "where a rollup has no bridge, and then what its policy's owner says instead. Example: npx hardhat epoch send --to beta",
  )
    .addPositionalArgument({ name: "epoch", description: "Its number; the newest unless given", defaultValue: "" })
    .addOption(text("to", TO))
    .addOption(text("value", VALUE, "0"))
    .addOption(set)
    .addOption(account)
    .addOption(deployment)
    .addFlag(dryRun)
    .addFlag(json)
    .setAction(() => import("./epoch/send.ts"))
    .build(),
  task(
    ["epoch", "install"],
    "Installs on a rollup the epoch that its bridge brought, with the rows that the hub has; exit code 2 while it is on its way. " +
      "Example: npx hardhat epoch install beta",
  )
    .addPositionalArgument({ name: "rollup", description: "Chain id, or name of a rollup in the address book" })
    .addPositionalArgument({ name: "epoch", description: "Its number; the newest unless given", defaultValue: "" })
    .addOption(set)
    .addOption(account)
    .addOption(deployment)
    .addFlag(dryRun)
    .addFlag(json)
    .setAction(() => import("./epoch/install.ts"))
    .build(),
  task(
    ["epoch", "revoke"],
    "Sends word of an epoch that the hub revokes to one rollup or all; exit code 2 while the hub does not. Example: npx hardhat epoch " +
      "revoke 12 --to beta",
  )
    .addPositionalArgument({ name: "epoch", description: "Its number" })
    .addOption(text("to", TO))
    .addOption(text("value", VALUE, "0"))
    .addOption(set)
    .addOption(account)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./epoch/revoke.ts"))
    .build(),
];
