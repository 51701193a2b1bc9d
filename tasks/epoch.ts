import { emptyTask, task } from "hardhat/config";

import { account, deployment, json, set, text } from "./shared/options.ts";

/** `hardhat epoch …`. */
export const epochTasks = [
  emptyTask("epoch", "What the hub says of an epoch, over canonical bridges").build(),
  task(
    ["epoch", "revoke"],
    "Sends word of an epoch that the hub revokes to one rollup or all; exit code 2 while the hub does not. Example: npx hardhat epoch " +
      "revoke 12 --to beta",
  )
    .addPositionalArgument({ name: "epoch", description: "Its number" })
    .addOption(text("to", "Chain id, or name of a rollup in the address book; all of the book unless given"))
    .addOption(text("value", "What the stack takes for carrying it, in wei", "0"))
    .addOption(set)
    .addOption(account)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./epoch/revoke.ts"))
    .build(),
];
