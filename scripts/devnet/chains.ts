/** Names of the devnet's rollups, which are also networks of hardhat.config.ts. */
export const ROLLUP_NAMES = ["alpha", "beta", "gamma"] as const;
/** One of the devnet's rollups. */
export type RollupName = (typeof ROLLUP_NAMES)[number];
/** The hub or a rollup. */
export type ChainName = "hub" | RollupName;
/** All chains in the order of their ports. */
export const CHAIN_NAMES: readonly ChainName[] = ["hub", ...ROLLUP_NAMES];

/** The port of the hub; the rollups follow. */
export const DEFAULT_PORT_BASE = 8_545;
/** The devnet listens here only. */
export const HOST = "127.0.0.1";

/** How one chain of the devnet is simulated. */
export interface ChainDefinition {
  /** Not assigned to anyone in the public list of chains. */
  readonly chainId: number;
  readonly chainType: "l1" | "op" | "generic";
  readonly hardfork: "prague" | "isthmus";
  /** Seconds between two blocks when nobody sends; a transaction is mined at once. Zero: `HubClock` has the blocks mined. */
  readonly blockSeconds: number;
}

/** The chains. Beta is an OP-stack chain. */
export const CHAINS: Readonly<Record<ChainName, ChainDefinition>> = {
  hub: { chainId: 7_357_000, chainType: "l1", hardfork: "prague", blockSeconds: 0 },
  alpha: { chainId: 7_357_001, chainType: "generic", hardfork: "prague", blockSeconds: 2 },
  beta: { chainId: 7_357_002, chainType: "op", hardfork: "isthmus", blockSeconds: 2 },
  gamma: { chainId: 7_357_003, chainType: "generic", hardfork: "prague", blockSeconds: 2 },
};

/**
 * @param name - A chain.
 * @returns Network of hardhat.config.ts that simulates it; the network `name` itself is its JSON-RPC endpoint.
 */
export function simulatedNetwork(name: ChainName): string {
  return `devnet${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/**
 * @param portBase - The port of the hub; 0 takes free ports.
 * @param offset - Which port above it.
 * @returns The port.
 */
export function portAt(portBase: number, offset: number): number {
  return portBase === 0 ? 0 : portBase + offset;
}

/**
 * @param text - What somebody typed.
 * @returns Whether it names a rollup of the devnet.
 */
export function isRollupName(text: string): text is RollupName {
  return ROLLUP_NAMES.some((name) => name === text);
}
