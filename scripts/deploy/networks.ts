import { configVariable } from "hardhat/config";
import type { HttpNetworkUserConfig, NetworkUserConfig } from "hardhat/types/config";

// Endpoints and keys by name only: `npx hardhat keystore set NAME`, or a variable of the environment. Neither is read before it is needed.

/** Whose keys are used: the deployer, and whoever of the other roles sends from here as well. None serves testnets and mainnets. */
const [TESTNET_KEY, MAINNET_KEY] = ["PARLEY_KEY", "PARLEY_MAINNET_KEY"];

/** The name of the variable that holds a network's endpoint, and of the one with its key. */
const endpoint = (
  chainId: number,
  chainType: "l1" | "op" | "generic",
  variable: string,
  key: string,
): HttpNetworkUserConfig => ({
  type: "http",
  chainId,
  chainType,
  url: configVariable(variable),
  accounts: [configVariable(key)],
});

/** The most that is paid for a unit of gas, and of that to whoever makes the block, in gwei. */
export interface MostFees {
  readonly feeGwei: number;
  readonly tipGwei: number;
}

const ON_ROLLUPS: MostFees = { feeGwei: 20, tipGwei: 2 };

/** By names of networks; of those that nobody names, as on Ethereum. */
export const MOST_FEES: Readonly<Record<string, MostFees>> & { readonly others: MostFees } = {
  others: { feeGwei: 200, tipGwei: 10 },
  ...{ optimism: ON_ROLLUPS, base: ON_ROLLUPS, arbitrum: ON_ROLLUPS },
  ...{ optimismSepolia: ON_ROLLUPS, baseSepolia: ON_ROLLUPS, arbitrumSepolia: ON_ROLLUPS },
};

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
  sepolia: endpoint(11_155_111, "l1", "SEPOLIA_RPC_URL", TESTNET_KEY),
  optimismSepolia: endpoint(11_155_420, "op", "OPTIMISM_SEPOLIA_RPC_URL", TESTNET_KEY),
  baseSepolia: endpoint(84_532, "op", "BASE_SEPOLIA_RPC_URL", TESTNET_KEY),
  arbitrumSepolia: endpoint(421_614, "generic", "ARBITRUM_SEPOLIA_RPC_URL", TESTNET_KEY),
  mainnet: endpoint(1, "l1", "MAINNET_RPC_URL", MAINNET_KEY),
  optimism: endpoint(10, "op", "OPTIMISM_RPC_URL", MAINNET_KEY),
  base: endpoint(8_453, "op", "BASE_RPC_URL", MAINNET_KEY),
  arbitrum: endpoint(42_161, "generic", "ARBITRUM_RPC_URL", MAINNET_KEY),
};
