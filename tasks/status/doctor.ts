import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { runOnNetwork } from "../shared/network.ts";
import { accountChecks } from "./accounts.ts";
import { clockChecks, codeChecks } from "./chains.ts";
import { toolChecks } from "./tools.ts";

interface Arguments {
  readonly json: boolean;
  readonly deployment: string;
}

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do about it, where it is not well. */
  readonly mend?: string;
}

/** `hardhat doctor`: exit code 2 when something is wrong. */
export default async function doctor(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnNetwork(hre, args, async (network) => {
    const { toJson } = await import("#protocol/schemas.ts");
    const { book, missing, sites, hub } = network;
    const names = [book.hub, ...book.rollups].map(({ name }) => name);
    const checks: Check[] = [
      ...(await toolChecks(hre)),
      ...names.map((name): Check => {
        const silent = missing.find((one) => one.name === name);
        return silent === undefined
          ? { name: `chain ${name}`, ok: true, found: "answers, with the chain id of the address book" }
          : { name: `chain ${name}`, ok: false, found: silent.reason, mend: "look at its url in hardhat.config.ts" };
      }),
      ...(await clockChecks(network)),
      ...(await codeChecks(network)),
      ...(await accountChecks(hre, network)),
    ];
    const wrong = checks.filter(({ ok }) => !ok);
    print(args.json, toJson({ ok: wrong.length === 0, checks }), [
      ...checks.flatMap(({ name, ok, found, mend }) => [
        `${ok ? "✓" : "✗"} ${name}: ${found}`,
        ...(mend === undefined || ok ? [] : [`    ${mend}`]),
      ]),
      wrong.length === 0
        ? `all is well with ${sites.length} rollups${hub === undefined ? "" : " and the hub"}`
        : `${wrong.length} wrong`,
    ]);
    return wrong.length === 0 ? EXIT.ok : EXIT.notYet;
  });
}
