import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { EthereumProvider } from "hardhat/types/providers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { NetworkConfig } from "#deploy/config/schema.ts";

import { CommandError } from "./errors.ts";
import { requireVariables, type Access } from "./variables.ts";

/** A chain of the configuration, opened. */
export interface OpenedChain {
  readonly ethers: HardhatEthers;
  readonly provider: EthereumProvider;
}

/** What every command about a network of parley.config.ts takes. */
export interface NetworkArguments {
  readonly json: boolean;
  /** The network's name. */
  readonly name: string;
  /** File that describes networks. */
  readonly networks: string;
}

/**
 * Opens all chains of a network, works with them and closes them.
 *
 * @param hre - Hardhat.
 * @param config - The network.
 * @param access - Whether accounts are used.
 * @param work - What is done with the chains, by `hub` and names of rollups.
 * @returns What the work returns.
 */
export async function withNetwork<T>(
  hre: HardhatRuntimeEnvironment,
  config: NetworkConfig,
  access: Access,
  work: (chains: ReadonlyMap<string, OpenedChain>) => Promise<T>,
): Promise<T> {
  const opened: { close(): Promise<void> }[] = [];
  const chains = new Map<string, OpenedChain>();
  try {
    const { chainsOf } = await import("#deploy/config/chains.ts");
    for (const [name, { network, chainId, url }] of chainsOf(config)) {
      if (hre.config.networks[network]?.type !== "http") {
        throw new CommandError("WrongNetwork", `${name}: hardhat.config.ts has no network "${network}" of type http`);
      }
      await requireVariables(hre, network, access, url);
      const where = url === undefined ? {} : { url, chainId };
      const connection = await hre.network.create({
        network,
        override: { ...where, ...(access === "read" ? { accounts: "remote" as const } : {}) },
      });
      opened.push(connection);
      chains.set(name, connection);
    }
    return await work(chains);
  } finally {
    for (const connection of opened) await connection.close();
  }
}
