import { task } from "hardhat/config";

import { deployment, int, json, text } from "./shared/options.ts";

const aggregator = text(
  "aggregator",
  "URLs of aggregators, with commas between them; the devnet's where a devnet wrote the address book",
);

/** `hardhat status`, `hardhat watch` and `hardhat doctor`. */
export const statusTasks = [
  task(
    "status",
    "Tells how every rollup is: heads of its lanes, tables and their head-room, what is frozen, halted or draining, what a lie costs; exit " +
      "code 2 when something needs attention. Example: npx hardhat status --deployment deployments/sepolia.json",
  )
    .addOption(aggregator)
    .addOption(int("lag", "Messages of a lane that may wait before it needs attention", 256))
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./status/status.ts"))
    .build(),
  task(
    "watch",
    "Follows what happens to messages, tables and brakes until Ctrl-C; with --json one JSON document a line (NDJSON). Example: npx " +
      "hardhat watch --json",
  )
    .addOption(aggregator)
    .addOption(int("every", "Seconds between two looks", 2))
    .addOption(deployment)
    .addFlag({ name: "json", description: "Print one JSON document a line on stdout, everything else on stderr" })
    .setAction(() => import("./status/watch.ts"))
    .build(),
  task(
    "doctor",
    "Checks what commands need: Node, Hardhat, compiler, chains, clocks, accounts and keys, and the address book against what stands on " +
      "chains; exit code 2 when something is wrong. Example: npx hardhat doctor --deployment deployments/sepolia.json",
  )
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./status/doctor.ts"))
    .build(),
];
