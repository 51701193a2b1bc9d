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

/** The phrase of local chains, which the whole world knows: it is worth nothing. */
const LOCAL_MNEMONIC = "test test test test test test test test test test test junk";

/** Chains on this machine that are treated as if they were public: reached by the `url` that a configuration says. */
export const localNetworks: Record<string, NetworkUserConfig> = {
  local: { type: "http", url: "http://127.0.0.1:8545" },
  localSimulation: {
    type: "edr-simulated",
    chainType: "l1",
    hardfork: "prague",
    accounts: { mnemonic: LOCAL_MNEMONIC, count: 30 },
    // A transaction that reverts is a transaction, as on every other chain.
    throwOnTransactionFailures: false,
    allowBlocksWithSameTimestamp: true,
  },
};

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
