import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";

import { account, deployment, int, json, text } from "./shared/options.ts";

const devnetFile = { ...deployment, description: "File of the devnet" };
const aggregator = text(
  "aggregator",
  "URLs of aggregators, with commas between them; the devnet's where a devnet wrote the address book",
);
const relayer = text("relayer", "URL of a relayer; the devnet's where a devnet wrote the address book");
const id = { name: "id", description: "The message's id, as its sender's receipt has it (sendId)" } as const;

/** `hardhat message …`. */
export const messageTasks = [
  emptyTask("message", "Messages: sent, followed, explained, delivered by hand").build(),
  task(
    ["message", "send"],
    'Sends a message from one rollup to another. Example: npx hardhat message send --from alpha --to beta --text "hello"',
  )
    .addOption({ name: "from", description: "Where it starts", type: ArgumentType.STRING, defaultValue: "alpha" })
    .addOption({ name: "to", description: "Where it goes", type: ArgumentType.STRING, defaultValue: "beta" })
    .addOption(text("text", "The payload as text"))
    .addOption(text("data", "The payload as hex"))
    .addOption(text("recipient", "A contract that takes ERC-7786 messages; on a devnet its own unless given"))
    .addOption(text("gasLimit", "Gas that the recipient gets; 200 000 unless given"))
    .addOption(text("deliverBefore", "Last second of delivery (Unix time), or +SECONDS from now"))
    .addOption({
      ...account,
      description: `${account.description}; the first, on a devnet its visitor's, unless given`,
      defaultValue: -1,
    })
    .addFlag(json)
    .addOption(deployment)
    .setAction(() => import("./message/send.ts"))
    .build(),
  task(
    ["message", "status"],
    "Says in a line where a message of a running devnet is; exit code 2 while it is not delivered. Example: npx hardhat message status 0x…",
  )
    .addPositionalArgument(id)
    .addFlag(json)
    .addOption(devnetFile)
    .setAction(() => import("./message/status.ts"))
    .build(),
  task(
    ["message", "trace"],
    "Follows a message over its chains, stage by stage: times, signers and weights, quorum, certificate, gas, transactions; exit code 2 " +
      "while it is not delivered. Example: npx hardhat message trace 0x… --deployment deployments/sepolia.json",
  )
    .addPositionalArgument({ name: "id", description: "A message's id, or a transaction that sent or delivered some" })
    .addOption(aggregator)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./message/trace.ts"))
    .build(),
  task(
    ["message", "why"],
    "Says why a message is not delivered, by simulating it, and which command mends that; exit code 2 while it is not delivered. " +
      "Example: npx hardhat message why 0x… --aggregator https://aggregator.example",
  )
    .addPositionalArgument(id)
    .addOption(aggregator)
    .addOption(relayer)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./message/why.ts"))
    .build(),
  task(
    ["message", "list"],
    "Lists messages, the newest first, and whether they are delivered. Example: npx hardhat message list --from alpha --undelivered --since 2h",
  )
    .addOption(text("from", "Chain id or name of the rollup that sent them; any unless given"))
    .addOption(text("to", "Chain id or name of the rollup that they go to; any unless given"))
    .addOption(text("since", "None that was sent before: 30m, 2h, 1d ago, a Unix time or a date"))
    .addFlag({ name: "undelivered", description: "Only those that are not delivered, expired ones among them" })
    .addOption(int("most", "How many, 1 to 1000", 50))
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./message/list.ts"))
    .build(),
  task(
    ["message", "deliver"],
    "Delivers one message by hand, what relayers do; exit code 2 when its recipient or its destination refuses it. Example: npx hardhat " +
      "message deliver 0x… --aggregator https://aggregator.example",
  )
    .addPositionalArgument(id)
    .addOption(aggregator)
    .addOption(int("gas", "Gas that the recipient gets, at least; what the sender asked for unless it is more", 0))
    .addFlag({ name: "dryRun", description: "Simulate it, and send nothing" })
    .addOption(account)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./message/deliver.ts"))
    .build(),
];
