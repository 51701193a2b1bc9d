import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { NetworkConfig } from "#deploy/config/schema.ts";

import { runCommand } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import { withNetwork, type OpenedChain } from "../shared/networks.ts";

/** What every command about local testnets takes. */
export interface TestnetArguments {
  readonly networks: string;
  readonly json: boolean;
}

/**
 * Runs a command about one chain of local testnets that their file lists.
 *
 * @param hre - Hardhat.
 * @param args - What was typed.
 * @param name - The chain.
 * @param work - The command; returns its exit code.
 */
export async function runOnTestnets(
  hre: HardhatRuntimeEnvironment,
  args: TestnetArguments,
  name: string,
  work: (chain: OpenedChain, config: NetworkConfig) => Promise<number>,
): Promise<void> {
  await runCommand(hre, args.json, async () => {
    const [{ networkNamed, readConfig }, { TESTNETS }] = await Promise.all([
      import("#deploy/config/read.ts"),
      import("#devnet/testnets/names.ts"),
    ]);
    const config = networkNamed(await readConfig(args.networks), TESTNETS);
    return withNetwork(hre, config, "send", async (chains) => {
      const chain = chains.get(name);
      if (chain === undefined) {
        throw new CommandError("InvalidOption", `"${name}" is no chain; there are ${[...chains.keys()].join(", ")}`);
      }
      return work(chain, config);
    });
  });
}
