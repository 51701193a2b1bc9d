import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkHooks } from "hardhat/types/hooks";
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
  const names = new Map<number, string>();
  const handlers = whoIsDown(names);
  hre.hooks.registerHandlers("network", handlers);
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
      names.set(connection.id, name);
      chains.set(name, connection);
    }
    return await work(chains);
  } finally {
    hre.hooks.unregisterHandlers("network", handlers);
    for (const connection of opened) await connection.close();
  }
}

/** Hardhat says which network of hardhat.config.ts does not answer; who has several chains wants to know which. */
function whoIsDown(names: ReadonlyMap<number, string>): Partial<NetworkHooks> {
  return {
    onRequest: async (context, connection, request, next) => {
      try {
        return await next(context, connection, request);
      } catch (error) {
        const name = names.get(connection.id);
        if (name === undefined || !isRefused(error)) throw error;
        throw new CommandError("Unreachable", `${name} does not answer; run the command again when it does`);
      }
    },
  };
}

/** What Hardhat calls HHE703. */
function isRefused(error: unknown): boolean {
  return error instanceof Error && "number" in error && error.number === 703;
}
