import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";

import { adminTasks } from "./admin.ts";
import { brakeTasks } from "./brakes.ts";
import { deployTasks } from "./deploy.ts";
import { epochTasks } from "./epoch.ts";
import { faultTasks } from "./fault.ts";
import { haltTasks } from "./halt.ts";
import { messageTasks } from "./message.ts";
import { nodeTasks } from "./nodes.ts";
import { operatorTasks } from "./operator.ts";
import { policyTasks } from "./policy.ts";
import { rollupTasks } from "./rollup.ts";
import { statusTasks } from "./status.ts";
import { tableTasks } from "./table.ts";
import { testnetTasks } from "./testnets.ts";
import { vaultTasks } from "./vault.ts";

// Definitions only: what a task does is loaded when it runs.

const deploymentOption = {
  name: "deployment",
  type: ArgumentType.STRING,
  defaultValue: "deployments/devnet.json",
} as const;

/** The project's own commands. */
export const tasks = [
  task("devnet", "A hub and three rollups with operators, an aggregator and a relayer, until Ctrl-C")
    .addOption({
      name: "portBase",
      description: "Port of the hub; everything else listens above it. 0 takes free ports",
      type: ArgumentType.INT,
      defaultValue: 8_545,
    })
    .addOption({
      name: "burst",
      description: "Messages of the burst, more than half of them on one lane",
      type: ArgumentType.INT,
      defaultValue: 600,
    })
    .addOption({
      name: "eigenlayer",
      description: "Release that the hub's EigenLayer behaves as: 1.5, 1.9 or 1.13",
      type: ArgumentType.STRING,
      defaultValue: "1.13",
    })
    .addOption({
      name: "bridgeDelay",
      description: "Seconds that the slow road takes down to a rollup; up it takes twice as long",
      type: ArgumentType.INT,
      defaultValue: 3,
    })
    .addOption({
      name: "fault",
      description:
        "Show a lie and how it ends: equivocate, false-page, future-page, false-table, false-entry, framing-rollup, hidden-log or silent; with --once several, with commas between them",
      type: ArgumentType.STRING,
      defaultValue: "",
    })
    .addFlag({
      name: "once",
      description:
        "End by itself; exit code 0 only if what arrived is what was sent, and of a lie, if exactly the guilty paid",
    })
    .addFlag({ name: "json", description: "Print one JSON document on stdout, everything else on stderr" })
    .addOption({ ...deploymentOption, description: "File that tells other processes about this devnet" })
    .setAction(() => import("./devnet.ts"))
    .build(),
  ...messageTasks,
  ...statusTasks,
  emptyTask("snapshot", "EigenLayer as it is on a chain, in a file, for tests").build(),
  task(["snapshot", "take"], "Writes EigenLayer's code and configuration on a chain to a file")
    .addOption({
      name: "rpc",
      description: "Endpoints of the chain, with commas between them; all must agree",
      type: ArgumentType.STRING,
      defaultValue: "",
    })
    .addOption({ name: "out", description: "The file to write", type: ArgumentType.STRING, defaultValue: "" })
    .addOption({
      name: "addresses",
      description: "File of EigenLayer's addresses; those of deployments/parameters unless given",
      type: ArgumentType.STRING,
      defaultValue: "",
    })
    .addOption({
      name: "block",
      description: "Number of the block; the newest final one unless given",
      type: ArgumentType.STRING,
      defaultValue: "",
    })
    .addFlag({ name: "json", description: "Print one JSON document" })
    .setAction(() => import("./snapshot/take.ts"))
    .build(),
  ...operatorTasks,
  ...nodeTasks,
  ...rollupTasks,
  ...tableTasks,
  ...epochTasks,
  ...faultTasks,
  ...brakeTasks,
  ...haltTasks,
  ...policyTasks,
  ...adminTasks,
  ...vaultTasks,
  ...deployTasks,
  ...testnetTasks,
];
