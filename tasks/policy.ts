import { emptyTask, task } from "hardhat/config";

import { deployment, forRole, json, text } from "./shared/options.ts";

const source = {
  name: "source",
  description: "Chain id or name of a source, or `default`: what sources get that appear later",
} as const;

/** `hardhat policy …`. */
export const policyTasks = [
  emptyTask("policy", "What a rollup's owner demands of each source").build(),
  task(
    ["policy", "show"],
    "Tells what a rollup demands of each source, what is announced and when it takes effect. Example: npx hardhat policy show beta",
  )
    .addPositionalArgument({ name: "rollup", description: "Chain id, or name of a rollup in the address book" })
    .addOption(text("source", "One source: chain id, name, or `default`; all of them unless given"))
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./policy/show.ts"))
    .build(),
  forRole(
    task(
      ["policy", "set"],
      "Changes what a rollup demands of a source: what is tighter at once, what is looser by an announcement that a further run, or " +
        "--apply, applies when its delay is over; exit code 2 until then. Example: npx hardhat policy set beta alpha --quorum-bps 7500",
    )
      .addPositionalArgument({ name: "rollup", description: "Chain id, or name of a rollup in the address book" })
      .addPositionalArgument(source)
      .addOption(text("maxAgeSeconds", "Most seconds between a certificate and a delivery under it"))
      .addOption(text("quorumBps", "Least weight behind a certificate, in basis points: 6667 to 10000"))
      .addOption(text("minFinality", "Least finality of a page: 1 latest, 2 safe, 3 final"))
      .addOption(text("minTotalWeight", "Least weight of the operator table, as a power of two: 0 to 104"))
      .addOption(text("acceptsIrrefutable", "Whether a source is heard whose lies cannot be refuted: true or false"))
      .addOption(text("refused", "Whether nothing of the source is taken: true or false"))
      .addOption(text("messagesPerHour", "Messages that may be delivered in an hour, or `none` for no limit"))
      .addFlag({ name: "apply", description: "Apply what is announced, as anybody may once its delay is over" })
      .addFlag({ name: "cancel", description: "Take back what is announced" }),
  )
    .setAction(() => import("./policy/set.ts"))
    .build(),
];
