import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import { rollupOf, runOnHub, setIdOf, withChain, type HubArguments } from "../shared/hub.ts";
import { tableLines } from "./lines.ts";

interface Arguments extends HubArguments {
  readonly set: number;
  readonly epoch: number;
  readonly on: string;
}

/** `hardhat table show`: exit code 2 when the epoch's time is over, or a rollup has another table than the hub. */
export default async function show(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ knownTable }, { timeOf }, { readInstalled }, { toJson }] = await Promise.all([
      import("#chain/hub/tables.ts"),
      import("#chain/hub/proposals.ts"),
      import("#chain/facts.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const operatorSetId = await setIdOf(hub, args.set);
    if (args.on === "") {
      const found = await knownTable(hub.provider, hub.site, operatorSetId, args.epoch === 0 ? undefined : args.epoch);
      const secondsLeft = found.statement.validUntil - (await timeOf(hub.provider));
      print(args.json, toJson({ ...found, secondsLeft }), [...tableLines(found), leftLine(secondsLeft)]);
      return secondsLeft >= 0n ? EXIT.ok : EXIT.notYet;
    }
    const rollup = await rollupOf(hub.book, args.on);
    const installed = await withChain(hre, rollup, undefined, async ({ ethers }) => ({
      found: await readInstalled(ethers.provider, rollup.contracts.operatorTables, operatorSetId, args.epoch),
      now: await timeOf(ethers.provider),
    }));
    if (installed.found === undefined) {
      throw new CommandError("NotFound", `${rollup.name} has no such epoch of set ${operatorSetId}`);
    }
    const { statement, table } = installed.found;
    const { statement: hubs, operators } = await knownTable(hub.provider, hub.site, operatorSetId, statement.epoch);
    const isTheHubs = hubs.tableHash === statement.tableHash && hubs.validUntil === statement.validUntil;
    const secondsLeft = statement.validUntil - installed.now;
    print(args.json, toJson({ on: rollup.name, statement, table, operators, secondsLeft, isTheHubs }), [
      ...tableLines({ statement, table, operators }),
      leftLine(secondsLeft),
      isTheHubs ? "  as the hub has it" : "  NOT as the hub has it",
    ]);
    return isTheHubs && secondsLeft >= 0n ? EXIT.ok : EXIT.notYet;
  });
}

function leftLine(seconds: bigint): string {
  return seconds >= 0n ? `  ${seconds} seconds left` : `  its time was over ${-seconds} seconds ago`;
}
