import { join } from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { NetworkConfig } from "#deploy/config/schema.ts";
import type { Workshop } from "#deploy/plan.ts";

import { runCommand } from "../shared/command.ts";
import { withNetwork, type NetworkArguments, type OpenedChain } from "../shared/networks.ts";

/** A network, opened, and all that its deployment is made of. */
export interface OpenWorkshop {
  readonly config: NetworkConfig;
  readonly workshop: Workshop;
  readonly chains: ReadonlyMap<string, OpenedChain>;
  /** Where journals and the book of the network lie. */
  readonly folder: string;
}

/**
 * Runs a command about the deployment of a network.
 *
 * @param hre - Hardhat.
 * @param args - What was typed.
 * @param access - Whether accounts are used.
 * @param work - The command; returns its exit code.
 */
export async function runInWorkshop(
  hre: HardhatRuntimeEnvironment,
  args: NetworkArguments & { readonly deployments: string },
  access: "read" | "send",
  work: (opened: OpenWorkshop) => Promise<number>,
): Promise<void> {
  await runCommand(hre, args.json, async () => {
    const [
      { networkNamed, readConfig },
      { productionArtifacts, stepArtifacts },
      { presignedCreateX },
      { readBegun },
      { requireChains },
    ] = await Promise.all([
      import("#deploy/config/read.ts"),
      import("#deploy/artifacts.ts"),
      import("#deploy/createX.ts"),
      import("#deploy/begun.ts"),
      import("#deploy/fit.ts"),
    ]);
    const config = networkNamed(await readConfig(args.networks), args.name);
    const folder = join(args.deployments, args.name);
    return withNetwork(hre, config, access, async (chains) => {
      const providers = new Map([...chains].map(([name, { ethers }]) => [name, ethers.provider]));
      // Before the build that is deployed is made, which takes minutes the first time.
      await requireChains(config, providers);
      const readArtifact = config.isLocal
        ? (name: string) => hre.artifacts.readArtifact(name)
        : await productionArtifacts(hre.config.paths.root);
      const [artifacts, presigned] = await Promise.all([stepArtifacts(readArtifact), presignedCreateX()]);
      const fromBlock = (await readBegun(folder)).get("hub") ?? 0;
      return work({ config, workshop: { providers, artifacts, presigned, fromBlock }, chains, folder });
    });
  });
}
