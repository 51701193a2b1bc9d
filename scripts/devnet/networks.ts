import type { EdrNetworkUserConfig, HttpNetworkUserConfig, NetworkUserConfig } from "hardhat/types/config";

import { DEVNET_MNEMONIC } from "./mnemonic.ts";
import { ACCOUNT_COUNT } from "./accountNumbers.ts";
import { CHAIN_NAMES, CHAINS, DEFAULT_PORT_BASE, HOST, portAt, simulatedNetwork, type ChainName } from "./chains.ts";

// What `hardhat.config.ts` says of the devnet: each chain twice, as an endpoint and as a simulation to be served there.

function endpoint(name: ChainName): HttpNetworkUserConfig {
  const { chainId, chainType } = CHAINS[name];
  const port = portAt(DEFAULT_PORT_BASE, CHAIN_NAMES.indexOf(name));
  return { type: "http", chainId, chainType, url: `http://${HOST}:${port}` };
}

function simulation(name: ChainName): EdrNetworkUserConfig {
  const { chainId, chainType, hardfork, blockSeconds } = CHAINS[name];
  return {
    type: "edr-simulated",
    chainId,
    chainType,
    hardfork, // always named: the default moves with Hardhat's releases
    accounts: { mnemonic: DEVNET_MNEMONIC, count: ACCOUNT_COUNT },
    mining: { auto: true, interval: blockSeconds * 1_000 },
    // A burst must not push the chain's clock ahead of everybody else's. On the hub seconds are counted in blocks.
    allowBlocksWithSameTimestamp: name !== "hub",
    // A transaction that reverts is a transaction, as on every other chain.
    throwOnTransactionFailures: false,
  };
}

/** Networks of the devnet. */
export const devnetNetworks: Record<string, NetworkUserConfig> = Object.fromEntries(
  CHAIN_NAMES.flatMap((name): [string, NetworkUserConfig][] => [
    [name, endpoint(name)],
    [simulatedNetwork(name), simulation(name)],
  ]),
);
