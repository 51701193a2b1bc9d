import { keccak256, type Provider } from "ethers";

import { demandsOf, type PolicyDemands } from "#chain/admin/policies.ts";
import type { Address } from "#protocol/types.ts";

import type { NetworkConfig } from "../config/schema.ts";
import { CREATE_X, CREATE_X_CODE_HASH, CREATE_X_DEPLOYER } from "../createX.ts";
import { DeployError } from "../errors.ts";
import { HUB_ORDER } from "../hub.ts";
import { ROLLUP_CONTRACT, ROLLUP_ORDER } from "../rollup.ts";
import type { Actual, ActualChain, Artifacts } from "./actual.ts";
import { plannedHub, plannedRollup } from "./addresses.ts";
import { foreignCode } from "./foreign.ts";
import { policyWishes } from "./policyWishes.ts";
import { readHub } from "./readHub.ts";

export { siteOf } from "./readHub.ts";

/** Chains by `hub` and names of rollups. */
export type Providers = ReadonlyMap<string, Provider>;

/** Where and what is read. */
export interface ReadOptions {
  readonly providers: Providers;
  readonly artifacts: Artifacts;
  /** The hub's block before which nothing of ours was there. */
  readonly fromBlock: number;
}

/**
 * Reads what there is of a network. Chains are asked anew each time: what they say decides what is sent, and no file does.
 *
 * @param config - What should be.
 * @param options - Where and what.
 * @returns What is there; throws {@link DeployError} where somebody else's code is in CreateX's place.
 */
export async function readActual(config: NetworkConfig, options: ReadOptions): Promise<Actual> {
  const hubContracts = plannedHub(config);
  const planned = new Map<string, Address[]>([["hub", HUB_ORDER.map((name) => hubContracts[name])]]);
  for (const [name, rollup] of Object.entries(config.rollups)) {
    const { contracts, bridge } = plannedRollup(config, rollup);
    planned.get("hub")?.push(bridge.hubEnd);
    planned.set(name, [...ROLLUP_ORDER.map((contract) => contracts[contract]), bridge.rollupEnd]);
  }
  const read = await Promise.all(
    [...planned].map(async ([name, addresses]) => ({
      ...{ name, ...(await readChain(name, providerOf(options.providers, name), addresses)) },
    })),
  );
  const chains = new Map(read.map(({ name, chain }) => [name, chain]));
  const there = chains.get("hub")?.there;
  const isHubThere = HUB_ORDER.every((name) => there?.has(hubContracts[name]));
  const [hub, policies] = await Promise.all([
    isHubThere ? readHub(config, providerOf(options.providers, "hub"), options) : undefined,
    readPolicies(config, chains, options.providers),
  ]);
  const foreign = new Map(
    Object.entries(config.rollups).flatMap(([name, rollup]) => {
      const { contracts } = plannedRollup(config, rollup);
      const own = ROLLUP_ORDER.map((contract) => ({ at: contracts[contract], contract: ROLLUP_CONTRACT[contract] }));
      const codes = read.find((chain) => chain.name === name)?.codes ?? new Map<Address, string>();
      const found = foreignCode(own, codes, options.artifacts);
      return found === undefined ? [] : [[name, found] as const];
    }),
  );
  return { chains, hub, policies, foreign };
}

/**
 * @param providers - Chains by name.
 * @param name - One of them.
 * @returns Its provider.
 */
export function providerOf(providers: Providers, name: string): Provider {
  const found = providers.get(name);
  if (found === undefined) throw new Error(`${name} was not opened`);
  return found;
}

/** Of rollups whose contracts are all there; all sources at once, so that it takes no longer with more of them. */
async function readPolicies(
  config: NetworkConfig,
  chains: Actual["chains"],
  providers: Providers,
): Promise<Actual["policies"]> {
  const found = Object.entries(config.rollups).flatMap(([name, rollup]) => {
    const { contracts } = plannedRollup(config, rollup);
    const there = chains.get(name)?.there;
    return ROLLUP_ORDER.every((contract) => there?.has(contracts[contract])) ? [{ name, rollup, contracts }] : [];
  });
  return new Map(
    await Promise.all(
      found.map(async ({ name, rollup, contracts }): Promise<[string, PolicyDemands]> => {
        const ids = policyWishes(config, rollup).map(({ chainId }) => chainId);
        return [name, await demandsOf(providerOf(providers, name), contracts.policy, ids)];
      }),
    ),
  );
}

interface ReadChain {
  readonly chain: ActualChain;
  readonly codes: ReadonlyMap<Address, string>;
}

async function readChain(name: string, provider: Provider, addresses: readonly Address[]): Promise<ReadChain> {
  const [codes, createX, createXFunds] = await Promise.all([
    Promise.all(addresses.map(async (at) => provider.getCode(at))),
    provider.getCode(CREATE_X),
    provider.getBalance(CREATE_X_DEPLOYER),
  ]);
  const hasCreateX = createX !== "0x";
  if (hasCreateX && keccak256(createX) !== CREATE_X_CODE_HASH) {
    throw new DeployError(
      "NotCreateX",
      `${name}: what is at ${CREATE_X} has code ${keccak256(createX)}, not CreateX's`,
    );
  }
  const there = new Set(addresses.filter((_, index) => codes[index] !== "0x"));
  return {
    chain: { there, hasCreateX, createXFunds },
    codes: new Map(addresses.map((at, index) => [at, codes[index] ?? "0x"])),
  };
}
