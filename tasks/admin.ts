import { emptyTask, task } from "hardhat/config";

import { deployment, forRole, json, text } from "./shared/options.ts";

const rollup = { name: "rollup", description: "Chain id, or name of a rollup in the address book" } as const;
const source = { name: "source", description: "Chain id, or name of a rollup in the address book" } as const;
const timelock = text("timelock", "Which timelock: shaper or claims", "shaper");
const announcement = {
  name: "id",
  description: "The announcement's id, or how it begins, as `admin timelock` prints it",
} as const;

/** `hardhat admin …`. */
export const adminTasks = [
  emptyTask("admin", "Roles, timelocks and pauses").build(),
  task(
    ["admin", "roles"],
    "Tells who holds each role on the hub and on every rollup, as the chains say it. Example: npx hardhat admin roles --json",
  )
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./admin/roles.ts"))
    .build(),
  task(
    ["admin", "timelock"],
    "Lists what is announced to the shaper's and the claims' timelocks, decoded, and when it can be carried out. " +
      "Example: npx hardhat admin timelock",
  )
    .addFlag({ name: "all", description: "Also what was carried out, or cancelled" })
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./admin/timelock.ts"))
    .build(),
  forRole(
    task(
      ["admin", "timelock", "schedule"],
      "Announces calls to a timelock: one that is told here, or all of a Safe batch as a whole. Example: " +
        "npx hardhat admin timelock schedule --contract ServiceManager --call allow --args '[1, [\"0x…\"], true]' --account 3",
    )
      .addOption(timelock)
      .addOption(
        text("contract", "The contract that is to be called: ServiceManager, CompensationVault, ProxyAdmin or Shaper"),
      )
      .addOption(text("call", "Its function"))
      .addOption(text("args", "The function's arguments, as a JSON list", "[]"))
      .addOption(text("calls", "A file of the Safe Transaction Builder with calls, instead of one told here")),
  )
    .setAction(() => import("./admin/timelock/schedule.ts"))
    .build(),
  forRole(
    task(
      ["admin", "timelock", "execute"],
      "Carries out what was announced, once it is ready; exit code 2 before. Example: npx hardhat admin timelock execute 0x1f…",
    )
      .addPositionalArgument(announcement)
      .addOption(timelock),
  )
    .setAction(() => import("./admin/timelock/execute.ts"))
    .build(),
  forRole(
    task(
      ["admin", "timelock", "cancel"],
      "Takes back what was announced. Example: npx hardhat admin timelock cancel 0x1f… --account 3",
    )
      .addPositionalArgument(announcement)
      .addOption(timelock),
  )
    .setAction(() => import("./admin/timelock/cancel.ts"))
    .build(),
  task(
    ["admin", "pause"],
    "Tells what stands still, or could be stopped: cases, sources that are refused or halted, frozen sets. " +
      "Example: npx hardhat admin pause",
  )
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./admin/pause.ts"))
    .build(),
  forRole(
    task(
      ["admin", "pause", "case"],
      "Holds a case up, once, as the guardian. Example: npx hardhat admin pause case 1 --account 2",
    ).addPositionalArgument({ name: "case", description: "The case's number" }),
  )
    .setAction(() => import("./admin/pause/case.ts"))
    .build(),
  forRole(
    task(
      ["admin", "pause", "source"],
      "Refuses a source on a rollup at once, as the policy's owner; `policy set --refused false` hears it again after the delay. " +
        "Example: npx hardhat admin pause source beta alpha",
    )
      .addPositionalArgument(rollup)
      .addPositionalArgument(source),
  )
    .setAction(() => import("./admin/pause/source.ts"))
    .build(),
  forRole(
    task(
      ["admin", "pause", "gateway"],
      "Stops hearing a replaced gateway of a source, for ever, as the policy's owner. " +
        "Example: npx hardhat admin pause gateway beta alpha 0x…",
    )
      .addPositionalArgument(rollup)
      .addPositionalArgument(source)
      .addPositionalArgument({ name: "gateway", description: "The replaced gateway" }),
  )
    .setAction(() => import("./admin/pause/gateway.ts"))
    .build(),
  forRole(
    task(
      ["admin", "pause", "end-halt"],
      "Ends a halt of a source at once, as the policy's owner. Example: npx hardhat admin pause end-halt beta alpha",
    )
      .addPositionalArgument(rollup)
      .addPositionalArgument(source),
  )
    .setAction(() => import("./admin/pause/endHalt.ts"))
    .build(),
  forRole(
    task(
      ["admin", "pause", "lift"],
      "Announces that a frozen set may speak again on a rollup, as the policy's owner; a further run carries it out when the delay is " +
        "over, exit code 2 until then. Example: npx hardhat admin pause lift beta 1",
    )
      .addPositionalArgument(rollup)
      .addPositionalArgument({ name: "set", description: "The operator set" })
      .addFlag({ name: "cancel", description: "Take the announcement back" }),
  )
    .setAction(() => import("./admin/pause/lift.ts"))
    .build(),
];
