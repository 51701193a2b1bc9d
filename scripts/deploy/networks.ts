import { configVariable } from "hardhat/config";
import type { HttpNetworkUserConfig, NetworkUserConfig } from "hardhat/types/config";

// Endpoints and keys by name only: `npx hardhat keystore set NAME`, or a variable of the environment. Neither is read before it is needed.

/** Whose keys are used: the deployer, and whoever of the other roles sends from here as well. */
const KEYS = "PARLEY_KEY";

/** The name of the variable that holds a network's endpoint. */
const endpoint = (chainId: number, chainType: "l1" | "op" | "generic", variable: string): HttpNetworkUserConfig => ({
  type: "http",
  chainId,
  chainType,
  url: configVariable(variable),
  accounts: [configVariable(KEYS)],
});

/** Networks that parley.config.ts speaks of, besides the devnet's. */
export const publicNetworks: Record<string, NetworkUserConfig> = {
  sepolia: endpoint(11_155_111, "l1", "SEPOLIA_RPC_URL"),
  optimismSepolia: endpoint(11_155_420, "op", "OPTIMISM_SEPOLIA_RPC_URL"),
  baseSepolia: endpoint(84_532, "op", "BASE_SEPOLIA_RPC_URL"),
  arbitrumSepolia: endpoint(421_614, "generic", "ARBITRUM_SEPOLIA_RPC_URL"),
  mainnet: endpoint(1, "l1", "MAINNET_RPC_URL"),
  optimism: endpoint(10, "op", "OPTIMISM_RPC_URL"),
  base: endpoint(8_453, "op", "BASE_RPC_URL"),
  arbitrum: endpoint(42_161, "generic", "ARBITRUM_RPC_URL"),
};
