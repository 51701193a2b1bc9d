import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { addressTyped, signerOf } from "../shared/hub.ts";
import { runOnTestnets, type TestnetArguments } from "./opened.ts";

interface Arguments extends TestnetArguments {
  readonly operator: string;
  readonly tokens: string;
  readonly account: number;
}

/** `hardhat testnets stake`: stake for an operator, which on public networks stakers deposit with EigenLayer's own tools. */
export default async function stakeTokens(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnTestnets(hre, args, "hub", async ({ ethers }, config) => {
    const [{ stake }, { toJson }] = await Promise.all([
      import("#devnet/testnets/stake.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const operator = await addressTyped("operator", args.operator);
    const staked = await stake(await signerOf(ethers, args.account), config, operator, args.tokens);
    print(args.json, toJson(staked), [`${staked.staker} delegates ${args.tokens} tokens to ${operator}`]);
    return EXIT.ok;
  });
}
