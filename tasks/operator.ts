import { emptyTask, task } from "hardhat/config";

import { account, chain, deployment, int, json, passwordFile, set, text } from "./shared/options.ts";

const file = { name: "file", description: "The keystore" } as const;

/** `hardhat operator …`. */
export const operatorTasks = [
  emptyTask("operator", "Operators: who signs, with which key and which stake").build(),
  emptyTask(["operator", "keys"], "BN254 keys in encrypted keystores").build(),
  task(
    ["operator", "keys", "new"],
    "Makes a key and writes its keystore, never over another. Example: npx hardhat operator keys new operator.json",
  )
    .addPositionalArgument(file)
    .addOption(passwordFile)
    .addFlag(json)
    .setAction(() => import("./operator/keys/new.ts"))
    .build(),
  task(
    ["operator", "keys", "show"],
    "Tells a keystore's public key. Example: npx hardhat operator keys show operator.json --open",
  )
    .addPositionalArgument(file)
    .addFlag({ name: "open", description: "Ask for the password, and check that the key is what the file says" })
    .addOption(passwordFile)
    .addFlag(json)
    .setAction(() => import("./operator/keys/show.ts"))
    .build(),
  task(
    ["operator", "join"],
    "Joins a set, as far as it is not joined: operator of EigenLayer, key, allocation, membership, endpoint, seat. Exit code 2 " +
      "while something has to be waited for. Example: npx hardhat operator join --keystore operator.json --account 15",
  )
    .addOption(text("keystore", "Keystore with the key to sign with"))
    .addOption(passwordFile)
    .addOption(text("endpoint", "URL under which the operator's node can be reached"))
    .addOption(int("allocationDelay", "Blocks that a new operator's allocations wait", 0))
    .addOption(set)
    .addOption(account)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./operator/join.ts"))
    .build(),
  task(["operator", "leave"], "Leaves a set. Example: npx hardhat operator leave --account 15")
    .addOption(set)
    .addOption(account)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./operator/leave.ts"))
    .build(),
  task(
    ["operator", "seat"],
    "Gives a member of the set a seat; anybody may. Example: npx hardhat operator seat 0x… --incumbent 0x…",
  )
    .addPositionalArgument({ name: "member", description: "Who takes the seat" })
    .addOption(text("incumbent", "Who loses it; for a free seat nobody"))
    .addOption(set)
    .addOption(account)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./operator/seat.ts"))
    .build(),
  task(
    ["operator", "optin"],
    "Says that the operator signs for a chain's gateway as judged by its bridge: those that were accepted, else those that are " +
      "active. Example: npx hardhat operator optin alpha --account 10",
  )
    .addPositionalArgument(chain)
    .addOption(text("gateway", "Another gateway"))
    .addOption(text("bridge", "Another bridge"))
    .addFlag({ name: "out", description: "Does not sign any more" })
    .addOption(account)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./operator/optin.ts"))
    .build(),
  task(["operator", "list"], "Lists the operators of a set. Example: npx hardhat operator list --set 1")
    .addOption(set)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./operator/list.ts"))
    .build(),
  task(
    ["operator", "show"],
    "Tells what is known of an operator; exit code 2 when it is no member. Example: npx hardhat operator show 0x…",
  )
    .addPositionalArgument({ name: "operator", description: "Its address" })
    .addOption(set)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./operator/show.ts"))
    .build(),
];
