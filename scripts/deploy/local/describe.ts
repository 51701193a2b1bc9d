import { elementAt } from "#protocol/errors.ts";

import { ROLLUP_GAS } from "../bridge.ts";
import { WAD } from "../config/parts.ts";
import type { NetworkConfigInput } from "../config/schema.ts";
import { DEFAULT_POLICY, POLICY_DELAYS } from "../rollup.ts";
import type { LocalChain } from "./chain.ts";
import type { Grounds } from "./grounds.ts";

/** Who has which role: indices of accounts, the same as on the devnet. */
export const LOCAL_ROLES = { deployer: 0, shaper: 5, registrar: 6, guardian: 7, rollupOwner: 8, court: 9 } as const;

/** What the messengers wait. */
export const MESSENGER_SECONDS = 2;

/**
 * @param hub - The hub's chain.
 * @param rollups - The rollups' chains.
 * @param grounds - What is there.
 * @param accounts - The chains'.
 * @param slowness - How many times as long everything takes on the hub.
 * @returns What parley.config.ts would say of them.
 */
export function describe(
  hub: LocalChain,
  rollups: readonly LocalChain[],
  { eigenLayer, strategy, messengers }: Grounds,
  accounts: readonly string[],
  slowness: number,
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
      ...timesOf(slowness),
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
export const LOCAL_NETWORK = "local";

/** Together 112 blocks: less than a deallocation. What shapes a table waits longer than that. */
function timesOf(slowness: number) {
  const seconds = (number: number) => number * slowness;
  const shaping = seconds(130);
  return {
    windows: {
      ...{ lead: seconds(30), validity: seconds(20), grace: seconds(20), evidence: seconds(30), pause: seconds(2) },
      ...{ margin: seconds(10), hubFact: seconds(10), secondsPerBlock: seconds(1), buildBlocks: 15 },
    },
    notices: {
      ...{ first: seconds(10), change: seconds(20), draining: seconds(30), bond: seconds(20), pace: seconds(5) },
      raise: shaping,
    },
    ...{ courtSeconds: seconds(10), shapingSeconds: shaping, claimsSeconds: shaping },
  };
}

/**
 * @param networks - Networks by name.
 * @returns A file that says of them what parley.config.ts says of public ones.
 */
export function configFile(networks: Readonly<Record<string, NetworkConfigInput>>): string {
  return `export default ${literal({ networks }, "")};\n`;
}

/**
 * @param name - What the network is called.
 * @param config - It.
 * @param later - Rollups that are described, and not listed yet: whoever lists them has them join.
 * @returns A file that says it, for people to change.
 */
export function growingConfigFile(name: string, config: NetworkConfigInput, later: readonly string[]): string {
  const { rollups, ...rest } = config;
  const names = Object.keys(rollups);
  const unknown = later.filter((one) => !names.includes(one));
  if (unknown.length > 0) throw new Error(`there is no ${unknown.join(", ")}`);
  const lines = Object.entries(rollups).map(([rollup, said]) => `const ${rollup} = ${literal(said, "")};\n`);
  const listed = names.filter((rollup) => !later.includes(rollup));
  const waiting = later.map(
    (rollup) => `  // ${rollup}, // described above; without the slashes it is listed, and can join\n`,
  );
  return [
    `${GROWING_CONFIG_MARK}\n`,
    ...lines,
    `const rollups = {\n${listed.map((rollup) => `  ${rollup},\n`).join("")}${waiting.join("")}};\n`,
    `const ${name} = ${literal(rest, "")};\n`,
    `export default { networks: { ${name}: { ...${name}, rollups } } };\n`,
  ].join("\n");
}

/** The first line of such a file: no other is written over, or deleted. */
export const GROWING_CONFIG_MARK = "// Local testnets, while they run; written by `npx hardhat testnets run`.";

const STEP = "  ";

function literal(value: unknown, margin: string): string {
  if (typeof value === "bigint") return `${value}n`;
  const inner = margin + STEP;
  if (Array.isArray(value)) {
    return value.length === 0
      ? "[]"
      : `[\n${value.map((part) => `${inner}${literal(part, inner)},\n`).join("")}${margin}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(
    ([key, part]) => `${inner}${NAME.test(key) ? key : JSON.stringify(key)}: ${literal(part, inner)},\n`,
  );
  return fields.length === 0 ? "{}" : `{\n${fields.join("")}${margin}}`;
}

const NAME = /^[A-Za-z_$][\w$]*$/;
