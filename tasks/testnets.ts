import { emptyTask, task } from "hardhat/config";

import { account, int, json, text } from "./shared/options.ts";

const networks = text("networks", "File that describes them", "testnets.config.mjs");

/** `hardhat testnets …`. */
export const testnetTasks = [
  emptyTask("testnets", "Chains on this machine as if they were testnets, to try a deployment on").build(),
  task(
    ["testnets", "run"],
    "Serves a hub and rollups until Ctrl-C: own chain ids, blocks by the clock, an EigenLayer and messengers. " +
      "Example: npx hardhat testnets run --slow three",
  )
    .addOption(text("rollups", "Names of the rollups, with commas between them", "one,two,three,four"))
    .addOption(text("later", "Those that the description leaves out, to join later", "four"))
    .addOption(text("slow", "Chains whose answers take 400 ms each"))
    .addOption(int("hubSeconds", "Seconds between the hub's blocks; what waits there takes so many times as long", 2))
    .addOption(int("portBase", "Port of the hub; rollups listen above it. 0 takes free ports", 9_545))
    .addOption(networks)
    .addOption(text("deployments", "Folder of journals and address books", "deployments"))
    .addFlag({ name: "forget", description: "Deletes journals and address book of testnets that are gone" })
    .setAction(() => import("./testnets/run.ts"))
    .build(),
  task(
    ["testnets", "stake"],
    "Mints tokens on the local hub, deposits them with EigenLayer and delegates them to an operator. " +
      "Example: npx hardhat testnets stake 0x… --account 20 --tokens 40",
  )
    .addPositionalArgument({ name: "operator", description: "Whom the staker trusts" })
    .addOption(text("tokens", "How many", "100"))
    .addOption(networks)
    .addOption({ ...account, description: "The staker: index among the chain's accounts", defaultValue: 20 })
    .addFlag(json)
    .setAction(() => import("./testnets/stake.ts"))
    .build(),
  task(
    ["testnets", "restart"],
    "Has a local chain's endpoint go down, and come back. Example: npx hardhat testnets restart two --seconds 20",
  )
    .addPositionalArgument({ name: "chain", description: "`hub`, or a rollup's name" })
    .addOption(int("seconds", "How long nobody answers", 20))
    .addOption(networks)
    .addFlag(json)
    .setAction(() => import("./testnets/restart.ts"))
    .build(),
];
