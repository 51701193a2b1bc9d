import { emptyTask, task } from "hardhat/config";

import { chain, deployment, dryRun, forRole, int, json, set, text, yes } from "./shared/options.ts";

/** `hardhat rollup …`. */
export const rollupTasks = [
  emptyTask("rollup", "Rollups in the hub's registry").build(),
  forRole(
    task(
      ["rollup", "propose"],
      "Proposes an entry for a chain, or a change of one, and pays the bond. Shows it and asks first. Example: npx hardhat rollup propose alpha --account 8",
    )
      .addPositionalArgument(chain)
      .addOption(text("gateway", "Its gateway; the address book's unless given"))
      .addOption(text("bridge", "The hub's end of its canonical bridge; without one it is not refutable"))
      .addOption(int("finality", "What operators wait for: 1 latest, 2 safe, 3 final", 3))
      .addOption(text("refuteWad", "What a refuted page takes, of 1e18", "100000000000000000"))
      .addOption(text("softWad", "What a false page below final takes, of 1e18", "0"))
      .addOption(text("metadata", "Where the rollup describes itself"))
      .addOption(set),
  )
    .setAction(() => import("./rollup/propose.ts"))
    .build(),
  forRole(
    task(
      ["rollup", "activate"],
      "Shows what is proposed and accepts it (as the registrar), applies what is accepted once its notice is over, or says what it waits for: " +
        "exit code 2. Example: npx hardhat rollup activate alpha --account 6",
    )
      .addPositionalArgument(chain)
      .addOption(text("proposal", "Which proposal, where there are several")),
  )
    .setAction(() => import("./rollup/activate.ts"))
    .build(),
  forRole(
    task(
      ["rollup", "update"],
      "Says anew what operators wait for, or where the rollup describes itself. Example: npx hardhat rollup update alpha --finality 3",
    )
      .addPositionalArgument(chain)
      .addOption(int("finality", "1 latest, 2 safe, 3 final; as it is unless given", 0))
      .addOption(text("metadata", "Where the rollup describes itself; as it is unless given")),
  )
    .setAction(() => import("./rollup/update.ts"))
    .build(),
  forRole(
    task(
      ["rollup", "drain"],
      "Nobody sends to the rollup any more; what it sent still arrives. Example: npx hardhat rollup drain alpha --account 8",
    ).addPositionalArgument(chain),
  )
    .setAction(() => import("./rollup/drain.ts"))
    .build(),
  forRole(
    task(
      ["rollup", "retire"],
      "Ends a rollup that drained long enough. Example: npx hardhat rollup retire alpha --account 8",
    ).addPositionalArgument(chain),
  )
    .setAction(() => import("./rollup/retire.ts"))
    .build(),
  task(["rollup", "list"], "Lists every chain that has an entry. Example: npx hardhat rollup list --json")
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./rollup/list.ts"))
    .build(),
  task(
    ["rollup", "show"],
    "Tells what the registry says of a chain, and what a lie about it would cost. Example: npx hardhat rollup show alpha",
  )
    .addPositionalArgument(chain)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./rollup/show.ts"))
    .build(),
  task(
    ["rollup", "join"],
    "Does everything that a further rollup of parley.config.ts takes: asks what its chain can do, deploys, proposes, accepts as the " +
      "registrar, brings tables and entries, and exchanges a message with another rollup. Exit code 2 while something waits, with who can " +
      "bring it about; run again, it goes on. Example: npx hardhat rollup join sepolia base",
  )
    .addPositionalArgument({ name: "name", description: "A network of parley.config.ts" })
    .addPositionalArgument({ name: "rollup", description: "One of its rollups" })
    .addOption(text("peer", "Rollup to exchange messages with; the first other active one unless given"))
    .addOption(
      text("aggregator", "URLs of aggregators, with commas between them, to ask why a message is not delivered"),
    )
    .addOption(text("value", "What the stack takes for carrying news, in wei for each", "0"))
    .addOption(int("wait", "Seconds for which it waits for what takes time", 0))
    .addOption(text("networks", "File that describes networks", "parley.config.ts"))
    .addOption(text("deployments", "Folder of journals and address books", "deployments"))
    .addFlag(dryRun)
    .addFlag(yes)
    .addFlag(json)
    .setAction(() => import("./rollup/join.ts"))
    .build(),
  task(
    ["rollup", "verify"],
    "Compares a rollup's code and wiring with this release and with what was announced; exit code 2 with every difference. " +
      "Example: npx hardhat rollup verify alpha",
  )
    .addPositionalArgument({ name: "subject", description: "Chain id, name of a rollup, or id of an open proposal" })
    .addOption(text("on", "Network of hardhat.config.ts that reaches the rollup; the address book's unless given"))
    .addOption(text("receiver", "The rollup's end of its canonical bridge, where that was announced"))
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./rollup/verify.ts"))
    .build(),
];
