import { task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";

import { account, chain, deployment, json, passwordFile, text } from "./shared/options.ts";

const on = text("on", "Chain id, or name of a rollup in the address book; all of the book unless given");
const dryRun = { name: "dryRun", description: "Say what would be done, and send nothing" } as const;

function sending(id: string[]) {
  return task(
    id,
    "Stops deliveries from a source whose own operators say so, for a day at most, with what they signed, in one file or several; " +
      "exit code 2 where a rollup does not take it. Example: npx hardhat halt halt.json halt-of-bob.json --on beta",
  )
    .addVariadicArgument({
      name: "files",
      description: "Signed proposals of one halt, or one certified halt (JSON): certificate, statement and batchProof",
    })
    .addOption(on)
    .addFlag(dryRun)
    .addOption(account)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./halt/send.ts"))
    .build();
}

/** `hardhat halt …`; `hardhat halt FILE` is short for `hardhat halt send FILE`. */
export const haltTasks = [
  sending(["halt"]),
  task(
    ["halt", "propose"],
    "Writes down a halt for the source's own operators to sign. " +
      'Example: npx hardhat halt propose alpha --hours 6 --reason "the bridge is drained" --out halt.json',
  )
    .addPositionalArgument(chain)
    .addOption({
      name: "hours",
      description: "How long it lasts from now on, 24 at most",
      type: ArgumentType.FLOAT,
      defaultValue: 6,
    })
    .addOption(text("reason", "Why: a line for the operators, and for everybody who looks at the halt"))
    .addOption(text("out", "The file to write, never over another", "halt.json"))
    .addOption(on)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./halt/propose.ts"))
    .build(),
  task(
    ["halt", "sign"],
    "Shows a proposed halt, signs it with an operator's key, and tells whether it is enough. " +
      "Example: npx hardhat halt sign halt.json --keystore operator.json",
  )
    .addPositionalArgument({ name: "file", description: "The proposal; the signature is added to it" })
    .addOption(text("keystore", "Keystore with the operator's key"))
    .addOption(passwordFile)
    .addOption(text("out", "Another file to write, never over one; the proposal's own unless given"))
    .addFlag({ name: "yes", description: "Do not ask" })
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./halt/sign.ts"))
    .build(),
  sending(["halt", "send"]),
  task(
    ["halt", "lift"],
    "Ends a source's halt at once, as the owner of the rollup's policy; exit code 2 where it is not ended. " +
      "Example: npx hardhat halt lift alpha --on beta",
  )
    .addPositionalArgument(chain)
    .addOption(on)
    .addFlag(dryRun)
    .addOption(account)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./halt/lift.ts"))
    .build(),
  task(
    ["halt", "clear"],
    "Tells gateways that a source's halt is over, which makes deliveries cheaper; anybody may. Exit code 2 while it is not. " +
      "Example: npx hardhat halt clear alpha",
  )
    .addPositionalArgument(chain)
    .addOption(on)
    .addFlag(dryRun)
    .addOption(account)
    .addOption(deployment)
    .addFlag(json)
    .setAction(() => import("./halt/clear.ts"))
    .build(),
];
