import type { BridgePlan } from "../bridge.ts";
import type { NetworkConfig, RollupConfig } from "../config/schema.ts";
import { create3Address } from "../createX.ts";
import { hubAddressesBy, type HubAddresses } from "../hub.ts";
import type { RollupAddresses } from "../rollup.ts";

/** Where a rollup's contracts are, or will be: known before anything is sent. */
export interface PlannedRollup {
  readonly contracts: RollupAddresses;
  readonly bridge: BridgePlan;
}

/** What addresses mean. A label names no chain where the address is to be the same on all of them. */
export const LABELS = {
  hub: ({ salt }: NetworkConfig, name: keyof HubAddresses) => `${salt}/hub/${name}`,
  rollup: (config: NetworkConfig, rollup: RollupConfig, name: keyof RollupAddresses | "rollupEnd") =>
    `${rollup.salt ?? config.salt}/rollup/${name}`,
  // All on one chain, so each needs its own.
  hubEnd: (config: NetworkConfig, rollup: RollupConfig) => `${rollup.salt ?? config.salt}/hubEnd/${rollup.chainId}`,
  // No contract of a rollup: it stays where it is when one is deployed anew.
  greeter: ({ salt }: NetworkConfig) => `${salt}/greeter`,
};

/**
 * @param config - A network.
 * @returns Where the hub's contracts are, or will be.
 */
export function plannedHub(config: NetworkConfig): HubAddresses {
  return hubAddressesBy((name) => create3Address(config.roles.deployer, LABELS.hub(config, name)));
}

/**
 * @param config - A network.
 * @param rollup - One of its rollups.
 * @returns Where the rollup's contracts are, or will be.
 */
export function plannedRollup(config: NetworkConfig, rollup: RollupConfig): PlannedRollup {
  const { deployer } = config.roles;
  const at = (name: keyof RollupAddresses | "rollupEnd") =>
    create3Address(deployer, LABELS.rollup(config, rollup, name));
  const contracts = {
    certificateVerifier: at("certificateVerifier"),
    operatorTables: at("operatorTables"),
    directory: at("directory"),
    policy: at("policy"),
    gateway: at("gateway"),
  };
  const hubEnd = create3Address(deployer, LABELS.hubEnd(config, rollup));
  return { contracts, bridge: { gateway: contracts.gateway, hubEnd, rollupEnd: at("rollupEnd") } };
}
