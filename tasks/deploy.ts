import { emptyTask, task } from "hardhat/config";

import { dryRun, json, text, undo, yes } from "./shared/options.ts";

const network = { name: "name", description: "A network of parley.config.ts" } as const;
const networks = text("networks", "File that describes networks", "parley.config.ts");
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
    .addOption(networks)
    .addOption(deployments)
    .addOption(
      text(
        "safeExport",
        "Also write what others than the deployer are to send now to this file, for the Safe Transaction Builder",
      ),
    )
    .addFlag(undo)
    .addFlag(json)
    .setAction(() => import("./deploy/plan.ts"))
    .build(),
  task(
    ["deploy", "apply"],
    "Sends what is missing with the networks' accounts, and goes on where it was interrupted; exit code 2 while something waits or is " +
      "for others to send. What loosens, or undoes what was done by hand, is sent with --undo only. Example: npx hardhat deploy apply sepolia",
  )
    .addPositionalArgument(network)
    .addOption(networks)
    .addOption(deployments)
    .addFlag(dryRun)
    .addFlag(yes)
    .addFlag(undo)
    .addFlag(json)
    .setAction(() => import("./deploy/apply.ts"))
    .build(),
  task(
    ["deploy", "check"],
    "Compares the chains with parley.config.ts: code, constructor arguments, roles, parameters, policies, and how fresh tables and " +
      "directories are; exit code 2 with every difference. Example: npx hardhat deploy check sepolia",
  )
    .addPositionalArgument(network)
    .addOption(networks)
    .addOption(deployments)
    .addFlag(json)
    .setAction(() => import("./deploy/check.ts"))
    .build(),
  task(
    ["deploy", "verify"],
    "Verifies the sources of everything in the address book on an explorer, with the constructor arguments that were recorded; exit " +
      "code 2 where it does not take one. Example: npx hardhat deploy verify sepolia --explorer blockscout",
  )
    .addPositionalArgument(network)
    .addOption(text("explorer", "etherscan (key: ETHERSCAN_API_KEY), blockscout or sourcify", "etherscan"))
    .addOption(
      text(
        "only",
        "Chains (`hub`, or names of rollups) or steps (`hub/slasher`), with commas between them; all unless given",
      ),
    )
    .addOption(networks)
    .addOption(deployments)
    .addFlag(json)
    .setAction(() => import("./deploy/verify.ts"))
    .build(),
  task(
    ["deploy", "rehearse"],
    "Plays a network's whole life (deployment, operators, message, fault, slash, drain) on simulated chains and prints what it would cost; " +
      "needs no account, and sends nothing to a real chain. Example: npx hardhat deploy rehearse mainnet",
  )
    .addPositionalArgument(network)
    .addOption(
      text(
        "snapshot",
        "EigenLayer's snapshot; else EIGENLAYER_SNAPSHOT, else the hub's endpoint is forked as it is now",
      ),
    )
    .addOption(networks)
    .addFlag(json)
    .setAction(() => import("./deploy/rehearse.ts"))
    .build(),
];
