import { emptyTask, task } from "hardhat/config";

import { account, deployment, int, json, text } from "./shared/options.ts";

const file = { name: "file", description: "Evidence file (JSON)" } as const;
const caseId = { name: "case", description: "The case's number" } as const;

/** `hardhat fault …`. */
export const faultTasks = [
  emptyTask("fault", "Evidence against operators, and cases on the hub").build(),
  task(
    ["fault", "verify"],
    "Judges an evidence file by itself and, unless --offline, with the hub. Exit code 1 when it shows nothing, 2 when the hub does " +
      "not take it. Example: npx hardhat fault verify evidence.json --offline",
  )
    .addPositionalArgument(file)
    .addFlag({ name: "offline", description: "Ask nobody: signatures, inclusion, contradiction and rows only" })
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./fault/verify.ts"))
    .build(),
  task(
    ["fault", "find"],
    "Lists what a watcher found, and writes what can be shown of it to evidence files, for whoever trusts no watcher. Example: npx hardhat " +
      "fault find --out evidence",
  )
    .addOption(text("watcher", "URL of a watcher; the devnet's where a devnet wrote the address book"))
    .addOption(text("out", "Folder for evidence files; never over other files"))
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./fault/find.ts"))
    .build(),
  task(["fault", "accuse"], "Opens a case with an evidence file. Example: npx hardhat fault accuse evidence.json")
    .addPositionalArgument(file)
    .addOption(account)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./fault/accuse.ts"))
    .build(),
  task(
    ["fault", "refute"],
    "Has the gateway that a certified page is of tell the hub what is true; exit code 2 where it says the same, or not yet. Example: npx " +
      "hardhat fault refute page.json --out refuted.json",
  )
    .addPositionalArgument({ name: "file", description: "Evidence file (JSON) of one page" })
    .addOption(text("sentence", "differs or not-yet; whichever is true unless given"))
    .addOption(text("out", "Where the evidence is written with what the gateway says; never over another file"))
    .addOption(text("value", "What the stack takes for carrying it, in wei", "0"))
    .addOption(account)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./fault/refute.ts"))
    .build(),
  task(
    ["fault", "acquit"],
    'The court ends a case that rests on a source\'s word, before anybody paid. Example: npx hardhat fault acquit 1 --reason "…"',
  )
    .addPositionalArgument(caseId)
    .addOption(text("reason", "Why; it stays readable for ever"))
    .addOption(account)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./fault/acquit.ts"))
    .build(),
  task(
    ["fault", "execute"],
    "Takes the price from everybody who is guilty in a case; exit code 2 when not from all. Example: npx hardhat fault execute 1",
  )
    .addPositionalArgument(caseId)
    .addOption(int("most", "Operators of one transaction", 8))
    .addOption(account)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./fault/execute.ts"))
    .build(),
  task(["fault", "list"], "Lists all cases. Example: npx hardhat fault list --json")
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./fault/list.ts"))
    .build(),
  task(
    ["fault", "show"],
    "Tells who is guilty in a case and what was taken; exit code 2 while somebody has not paid. Example: npx hardhat fault show 1",
  )
    .addPositionalArgument(caseId)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./fault/show.ts"))
    .build(),
];
