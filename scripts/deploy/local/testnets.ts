import type { NetworkManager } from "hardhat/types/network";
import { z } from "zod";

import { elementAt } from "#protocol/errors.ts";

import type { ReadArtifact } from "../construction.ts";
import type { EigenLayerDelays } from "../eigenLayer.ts";
import { LocalChain, type LocalChainDefinition } from "./chain.ts";
import { layGrounds, type Grounds } from "./grounds.ts";
import type { NetworkConfigInput } from "../config/schema.ts";
import { ROLLUP_GAS } from "../bridge.ts";
import { DEFAULT_POLICY, POLICY_DELAYS } from "../rollup.ts";
import { WAD } from "../config/parts.ts";
import type { Windows } from "../hub.ts";

/** What EigenLayer waits on local testnets, in blocks. */
const DELAYS: EigenLayerDelays = {
  deallocation: 120,
  allocationConfiguration: 2,
  slasherConfiguration: 120,
  withdrawal: 120,
  slashResolution: 10,
};

/** Together 112 seconds, of blocks of a second: less than a deallocation. */
const WINDOWS: Windows = {
  ...{ lead: 30, validity: 20, grace: 20, evidence: 30, pause: 2, margin: 10 },
  ...{ hubFact: 10, secondsPerBlock: 1, buildBlocks: 15 },
};

/** Everything that shapes a table waits longer than a deallocation. */
const SHAPING_SECONDS = 130;
const HUB_CHAIN_ID = 7_358_000;
const MESSENGER_SECONDS = 2;

/** Who has which role: indices of accounts, the same as on the devnet. */
export const LOCAL_ROLES = { deployer: 0, shaper: 5, registrar: 6, guardian: 7, rollupOwner: 8, court: 9 } as const;

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
  options: {
    readonly chains?: Readonly<Record<string, Partial<LocalChainDefinition>>>;
    readonly portBase?: number;
  } = {},
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
    config: describe(hub, rollups, grounds, accounts),
    close: async () => {
      for (const chain of started) await chain.close();
    },
  };
}

function describe(
  hub: LocalChain,
  rollups: readonly LocalChain[],
  { eigenLayer, strategy, messengers }: Grounds,
  accounts: readonly string[],
): NetworkConfigInput {
  const who = (role: keyof typeof LOCAL_ROLES) => elementAt(accounts, LOCAL_ROLES[role]);
  const { strategyFactory: _, ...eigenLayerAddresses } = eigenLayer;
  return {
    salt: "parley.local.1",
    isLocal: true,
    roles: {
      ...{ deployer: who("deployer"), owner: who("deployer"), registrar: who("registrar") },
      ...{ guardian: who("guardian"), court: who("court"), shapers: [who("shaper")] },
    },
    hub: {
      ...{ network: LOCAL_NETWORK, chainId: hub.chainId, url: hub.url },
      eigenLayer: { release: "1.13", ...eigenLayerAddresses },
      windows: WINDOWS,
      notices: { first: 10, change: 20, draining: 30, bond: 20, pace: 5, raise: SHAPING_SECONDS },
      courtSeconds: 10,
      shapingSeconds: SHAPING_SECONDS,
      claimsSeconds: SHAPING_SECONDS,
      bond: WAD,
      metadataURI: "https://example.org/parley.json",
      operatorSets: [
        { strategies: [{ strategy, multiplier: WAD }], minimumWeight: WAD, hasAllowList: false, fullFraction: WAD },
      ],
    },
    rollups: Object.fromEntries(
      rollups.map((rollup) => {
        const carriers = messengers.get(rollup.name);
        if (carriers === undefined) throw new Error(`${rollup.name} has no messengers`);
        return [
          rollup.name,
          {
            ...{ network: LOCAL_NETWORK, chainId: rollup.chainId, url: rollup.url },
            entry: {
              ...{ owner: who("rollupOwner"), operatorSetId: 1, finality: 3, refutable: true },
              ...{ refuteWad: WAD / 10n, softWad: 0n, metadataURI: `https://example.org/${rollup.name}.json` },
            },
            bridge: {
              ...{ stack: "op-stack" as const, hubMessenger: carriers.hub, rollupMessenger: carriers.rollup },
              ...{ rollupGas: ROLLUP_GAS, uncontestedDelaySeconds: MESSENGER_SECONDS },
              contestedDelaySeconds: MESSENGER_SECONDS,
            },
            policy: {
              ...{ owner: who("rollupOwner"), ...DEFAULT_POLICY, ...POLICY_DELAYS },
              ...{ looseningDelaySeconds: 60, exitTimeSeconds: 30 },
            },
          },
        ];
      }),
    ),
  };
}

/** Reached by `url`; its accounts are the chain's own. */
const LOCAL_NETWORK = "local";

function quantity(value: number): string {
  return `0x${value.toString(16)}`;
}

/**
 * @param testnets - Networks by name.
 * @returns A file that says of them what parley.config.ts says of public ones.
 */
export function configFile(networks: Readonly<Record<string, NetworkConfigInput>>): string {
  return `export default ${literal({ networks })};\n`;
}

function literal(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, part]) => `${JSON.stringify(key)}: ${literal(part)}`)
    .join(", ")} }`;
}
