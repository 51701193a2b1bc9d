import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import { runOnTestnets, type TestnetArguments } from "./opened.ts";

interface Arguments extends TestnetArguments {
  readonly chain: string;
  readonly seconds: number;
}

/** `hardhat testnets restart`: a chain that does not answer for a while. */
export default async function restart(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnTestnets(hre, args, args.chain, async ({ provider }) => {
    const { RESTART } = await import("#deploy/local/chain.ts");
    try {
      await provider.request({ method: RESTART, params: [args.seconds] });
    } catch (error) {
      throw new CommandError("InvalidOption", `${args.chain} does not restart: ${String(error)}`);
    }
    print(args.json, JSON.stringify({ chain: args.chain, seconds: args.seconds }), [
      `${args.chain} answers again in ${args.seconds} s`,
    ]);
    return EXIT.ok;
  });
}
