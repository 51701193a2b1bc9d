import type { Provider } from "ethers";

import type { Address } from "#protocol/types.ts";

import { requireReceiver } from "./bridgeFit.ts";
import { chainsOf } from "./config/chains.ts";
import type { NetworkConfig } from "./config/schema.ts";
import { DeployError } from "./errors.ts";
import { requireFit } from "./hubFit.ts";
import type { Actual } from "./steps/actual.ts";
import { plannedRollup } from "./steps/addresses.ts";
import { hubParametersOf } from "./steps/hub.ts";
import { providerOf, type Providers } from "./steps/read.ts";

/** Addresses below this are nobody's: precompiles, and those of the examples. */
const NOBODYS = 1n << 64n;

/**
 * @param config - A network; throws {@link DeployError} where an endpoint serves another chain, or none.
 * @param providers - Its chains.
 */
export async function requireChains(config: NetworkConfig, providers: Providers): Promise<void> {
  for (const [name, { chainId, network }] of chainsOf(config)) {
    const found = await chainIdOf(providerOf(providers, name), name, network);
    if (found === chainId) continue;
    throw new DeployError("WrongChain", `${name}: network "${network}" is chain ${found}, not ${chainId}`);
  }
}

/**
 * Refuses what could never be mended: a hub that would promise what EigenLayer does not keep, and ends of bridges that carry nothing.
 *
 * @param config - A network; throws `HubFitError`, `BridgeFitError` or {@link DeployError}.
 * @param providers - Its chains.
 * @param actual - What is there already.
 */
export async function requireNetworkFit(config: NetworkConfig, providers: Providers, actual: Actual): Promise<void> {
  const hub = providerOf(providers, "hub");
  const { release: _, ...eigenLayer } = config.hub.eigenLayer;
  const strategies = config.hub.operatorSets.flatMap(({ strategies }) => strategies.map(({ strategy }) => strategy));
  for (const [what, at] of Object.entries(eigenLayer)) await requireThere(hub, at, `EigenLayer's ${what} on the hub`);
  for (const strategy of new Set(strategies)) await requireThere(hub, strategy, "a strategy on the hub");
  if (actual.hub === undefined) await requireFit({ provider: hub }, hubParametersOf(config));
  for (const [name, rollup] of Object.entries(config.rollups)) {
    const provider = providerOf(providers, name);
    const { bridge } = rollup;
    if (bridge === undefined) continue;
    if (bridge.stack === "orbit") await requireThere(hub, bridge.inbox, `${name}'s Inbox on the hub`);
    else {
      await requireThere(hub, bridge.hubMessenger, `${name}'s L1CrossDomainMessenger on the hub`);
      await requireThere(provider, bridge.rollupMessenger, `${name}'s L2CrossDomainMessenger`);
    }
    const { gateway, rollupEnd } = plannedRollup(config, rollup).bridge;
    if (actual.chains.get(name)?.there.has(rollupEnd)) await requireReceiver({ provider }, rollupEnd, gateway);
  }
}

/**
 * @param config - A network.
 * @returns Roles that are still the example's, by their paths.
 */
export function exampleRoles({ roles, hub, rollups }: NetworkConfig): string[] {
  const { shapers, ...single } = roles;
  const named: [string, Address][] = [
    ...Object.entries(single).map(([role, at]): [string, Address] => [`roles.${role}`, at]),
    ...shapers.map((at, index): [string, Address] => [`roles.shapers[${index}]`, at]),
    ...hub.operatorSets.flatMap(({ founders }, set) =>
      founders.map((at, index): [string, Address] => [`hub.operatorSets[${set}].founders[${index}]`, at]),
    ),
    ...Object.entries(rollups).flatMap(([name, { entry, policy }]): [string, Address][] => [
      [`rollups.${name}.entry.owner`, entry.owner],
      [`rollups.${name}.policy.owner`, policy.owner],
    ]),
  ];
  return named.flatMap(([path, at]) => (BigInt(at) < NOBODYS ? [path] : []));
}

/**
 * @param name - What the network is called.
 * @param config - The network; throws {@link DeployError} while a role is the example's, because nobody could ever act in it.
 */
export function requireOwnRoles(name: string, config: NetworkConfig): void {
  const found = exampleRoles(config).map((path) => `networks.${name}.${path}`);
  if (found.length === 0) return;
  throw new DeployError("ExampleRole", `put your own addresses into parley.config.ts: ${found.join(", ")}`);
}

async function requireThere(provider: Provider, at: Address, what: string): Promise<void> {
  if ((await provider.getCode(at)) !== "0x") return;
  throw new DeployError("NothingThere", `${what}: there is no code at ${at}`);
}

async function chainIdOf(provider: Provider, name: string, network: string): Promise<number> {
  try {
    return Number((await provider.getNetwork()).chainId);
  } catch (error) {
    throw new DeployError("Unreachable", `${name}: nobody answers for network "${network}"`, { cause: error });
  }
}
