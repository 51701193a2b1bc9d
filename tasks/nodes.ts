import { emptyTask, task } from "hardhat/config";

import { deployment, int, json, passwordFile, set, text } from "./shared/options.ts";

/** `hardhat nodes …`. */
export const nodeTasks = [
  emptyTask("nodes", "Operators, aggregators, relayers and watchers as processes of their own").build(),
  task(
    ["nodes", "config"],
    "Writes what a node is told: every chain and contract of the address book. Secrets are not in it. " +
      "Example: npx hardhat nodes config relayer --aggregator http://127.0.0.1:9600 --out relayer.json",
  )
    .addPositionalArgument({ name: "role", description: "operator, aggregator, relayer or watcher" })
    .addOption(text("out", "The file to write; what the node keeps lies beside it"))
    .addFlag({ name: "replace", description: "Writes over a file that is there, as after a rollup has joined" })
    .addOption(text("endpoints", 'File with endpoints by chain, {"hub": [urls], "base": [urls]}; else the book\'s url'))
    .addOption(int("minAgreeing", "How many endpoints of a chain must say the same; 1 is for development only", 2))
    .addOption(text("keystore", "Keystore with an operator's key"))
    .addOption(passwordFile)
    .addFlag({ name: "newHistory", description: "An operator whose key has never signed anything" })
    .addOption(text("aggregator", "URLs of aggregators, with commas between them, for a relayer or watcher"))
    .addFlag({
      name: "buildsTables",
      description: "A relayer that pays for tables on the hub, and for news to rollups",
    })
    .addOption(int("port", "Where it listens on 127.0.0.1; 0 takes a free port", 0))
    .addOption(set)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./nodes/config.ts"))
    .build(),
];
