import type { NetworkManager } from "hardhat/types/network";
import { z } from "zod";

import { elementAt } from "#protocol/errors.ts";

import type { ReadArtifact } from "../construction.ts";
import type { EigenLayerDelays } from "../eigenLayer.ts";
import { LocalChain, type LocalChainDefinition } from "./chain.ts";
import { layGrounds, type Grounds } from "./grounds.ts";
import type { NetworkConfigInput } from "../config/schema.ts";
import { describe, MESSENGER_SECONDS } from "./describe.ts";

/** What EigenLayer waits on local testnets, in blocks. */
const DELAYS: EigenLayerDelays = {
  deallocation: 120,
  allocationConfiguration: 2,
  slasherConfiguration: 120,
  withdrawal: 120,
  slashResolution: 10,
};

const HUB_CHAIN_ID = 7_358_000;

/** How local testnets differ from each other. */
export interface TestnetOptions {
  /** Changes of single chains, by name. */
  readonly chains?: Readonly<Record<string, Partial<LocalChainDefinition>>>;
  /** Where the hub listens, with the others above it; free ports unless given. */
  readonly portBase?: number;
  /** How many times as long everything takes on the hub; once unless given. */
  readonly slowness?: number;
}

/** Chains as if they were testnets, and what there is on them before we come. */
export interface LocalTestnets {
  readonly hub: LocalChain;
  readonly rollups: readonly LocalChain[];
  readonly grounds: Grounds;
  /** What parley.config.ts would say of them. */
  readonly config: NetworkConfigInput;
  close(): Promise<void>;
}

/**
 * Starts chains of their own ids, and lays the grounds.
 *
 * @param network - Hardhat's networks.
 * @param readArtifact - Where compiled contracts come from.
 * @param names - Of the rollups.
 * @param options - Changes of single chains, by name; ports from `portBase` on, or free ones.
 * @returns The chains, listening. They mine a block for each transaction until `mineByClock`.
 */
export async function startTestnets(
  network: NetworkManager,
  readArtifact: ReadArtifact,
  names: readonly string[],
  options: TestnetOptions = {},
): Promise<LocalTestnets> {
  const portOf = (index: number) => (options.portBase === undefined ? 0 : options.portBase + index);
  const started: LocalChain[] = [];
  for (const [index, name] of ["hub", ...names].entries()) {
    // EigenLayer counts back by a delay that a young chain does not have behind it, so the hub begins in the past.
    const definition = { name, chainId: HUB_CHAIN_ID + index, headStartSeconds: index === 0 ? 3_600 : 0 };
    started.push(await LocalChain.start(network, { ...definition, ...options.chains?.[name] }, portOf(index)));
  }
  const [hub, rollups] = [elementAt(started, 0), started.slice(1)];
  const grounds = await layGrounds(hub, rollups, readArtifact, {
    eigenLayer: DELAYS,
    messengerSeconds: MESSENGER_SECONDS,
  });
  await hub.provider.request({ method: "hardhat_mine", params: [quantity(DELAYS.withdrawal + 10), quantity(1)] });
  const accounts = z.array(z.string()).parse(await hub.provider.request({ method: "eth_accounts" }));
  return {
    ...{ hub, rollups, grounds },
    config: describe(hub, rollups, grounds, accounts, options.slowness ?? 1),
    close: async () => {
      for (const chain of started) await chain.close();
    },
  };
}

function quantity(value: number): string {
  return `0x${value.toString(16)}`;
}
