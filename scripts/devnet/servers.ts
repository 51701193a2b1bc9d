import { FetchRequest, JsonRpcProvider, Network } from "ethers";
import type { JsonRpcServer, NetworkManager } from "hardhat/types/network";

import { CHAIN_NAMES, CHAINS, HOST, portAt, simulatedNetwork, type ChainName } from "./chains.ts";
import { HUB_HEAD_START_MS } from "./hub/clock.ts";

/** A chain of the devnet, served over JSON-RPC. */
export interface ServedChain {
  readonly name: ChainName;
  readonly chainId: number;
  readonly url: string;
  readonly provider: JsonRpcProvider;
}

/** The chains, and how to end them. */
export interface ServedChains {
  readonly chains: Readonly<Record<ChainName, ServedChain>>;
  close(): Promise<void>;
}

/** How long open connections may keep a server from closing. */
const CLOSE_MS = 1_000;
const POLLING_MS = 50;

/**
 * Simulates all chains and serves each at a port of its own.
 *
 * @param network - Hardhat's networks.
 * @param portBase - The hub's port, 0 for free ones.
 * @returns The chains, listening.
 */
export async function serveChains(network: NetworkManager, portBase: number): Promise<ServedChains> {
  const servers: JsonRpcServer[] = [];
  const serve = async (name: ChainName): Promise<ServedChain> => {
    const offset = CHAIN_NAMES.indexOf(name);
    // Hardhat would start the chain's clock at the time at which it read its configuration.
    const simulation = {
      network: simulatedNetwork(name),
      override: { initialDate: new Date(Date.now() - (name === "hub" ? HUB_HEAD_START_MS : 0)) },
    };
    const server = await network.createServer(simulation, HOST, portAt(portBase, offset));
    const { port } = await server.listen();
    servers.push(server);
    const url = `http://${HOST}:${port}`;
    const { chainId } = CHAINS[name];
    const provider = openProvider(chainId, url);
    if (name !== "hub") await catchUp(provider);
    return { name, chainId, url, provider };
  };
  const [hub, alpha, beta, gamma] = await Promise.all([serve("hub"), serve("alpha"), serve("beta"), serve("gamma")]);
  const chains = { hub, alpha, beta, gamma };
  return {
    chains,
    close: async () => {
      for (const { provider } of Object.values(chains)) {
        // The engine aborts the whole process when it is let go of while it mines by the clock.
        await provider.send("evm_setIntervalMining", [0]).catch(() => undefined);
        provider.destroy();
      }
      await Promise.all(servers.map(closeServer));
    },
  };
}

/** A chain's clock begins when its start does, which takes a while on a busy machine; from here on it is everybody's. */
async function catchUp(provider: JsonRpcProvider): Promise<void> {
  await provider.send("evm_mine", []);
  const block = await provider.getBlock("latest");
  const behind = Math.floor(Date.now() / 1_000) - (block?.timestamp ?? 0);
  if (behind > 0) await provider.send("evm_increaseTime", [behind]);
}

/**
 * @param chainId - What the endpoint must serve.
 * @param url - The endpoint.
 * @returns A client that sees new blocks quickly.
 */
export function openProvider(chainId: number, url: string): JsonRpcProvider {
  const request = new FetchRequest(url);
  request.timeout = 20_000;
  const network = Network.from(chainId);
  return new JsonRpcProvider(request, network, {
    staticNetwork: network,
    batchMaxCount: 1,
    cacheTimeout: -1,
    pollingInterval: POLLING_MS,
  });
}

async function closeServer(server: JsonRpcServer): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_MS);
  });
  await Promise.race([server.close(), patience]);
  clearTimeout(timer);
}
