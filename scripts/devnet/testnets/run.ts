import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";

import { JsonRpcProvider, Network } from "ethers";
import type { NetworkManager } from "hardhat/types/network";

import type { ReadArtifact } from "#deploy/construction.ts";
import type { NetworkConfigInput } from "#deploy/config/schema.ts";
import type { LocalChain } from "#deploy/local/chain.ts";
import { GROWING_CONFIG_MARK, growingConfigFile } from "#deploy/local/describe.ts";
import { GROUND_LAYER } from "#deploy/local/grounds.ts";
import { startTestnets, type LocalTestnets } from "#deploy/local/testnets.ts";
import { openLog } from "#nodes/shared/log.ts";

import { accountAt } from "../accounts.ts";
import { Carrier, type Shore } from "../bridges/carrier.ts";
import { HOST, portAt } from "../chains.ts";
import { DevnetError } from "../errors.ts";
import { requireFreePorts } from "../ports.ts";
import type { Screen } from "../screen.ts";
import { ACCOUNT_USES } from "./accounts.ts";
import { TESTNETS } from "./names.ts";

/** What local testnets are started with. */
export interface TestnetsOptions {
  readonly network: NetworkManager;
  readonly readArtifact: ReadArtifact;
  /** Names of all rollups. */
  readonly rollups: readonly string[];
  /** Those of them that the description leaves out, to join later. */
  readonly later: readonly string[];
  /** Chains whose answers take their time. */
  readonly slow: readonly string[];
  /** Port of the hub; the others above it. 0 takes free ports. */
  readonly portBase: number;
  /** Seconds from block to block on the hub; everything that waits there is so many times as long. */
  readonly hubSeconds: number;
  /** The file that describes the network. */
  readonly file: string;
  /** Folder of address books and journals. */
  readonly deployments: string;
  /** Whether what was deployed on testnets that are gone is forgotten. */
  readonly forget: boolean;
  readonly screen: Screen;
  readonly signal: AbortSignal;
}

const CONFIRMATIONS = 2;
const SLOW_MS = 400;
const ROLLUP_MS = 1_000;
const NAME = /^[a-z][a-z0-9]{0,30}$/;

/**
 * Serves a hub and rollups as if they were testnets, until it is told to stop: blocks by the clock, an EigenLayer that others have
 * deployed, and messengers whose messages somebody carries.
 *
 * @param options - What they are called, and where they listen.
 */
export async function runTestnets(options: TestnetsOptions): Promise<void> {
  const { rollups, later, slow, file, screen, signal } = options;
  requireNames(options);
  if (options.portBase !== 0) {
    await requireFreePorts(
      HOST,
      ["hub", ...rollups].map((_, index) => portAt(options.portBase, index)),
    );
  }
  await requireFresh(options);
  const chains = Object.fromEntries(slow.map((name) => [name, { slowMs: SLOW_MS }]));
  const nets = await startTestnets(options.network, options.readArtifact, rollups, {
    ...{ chains, slowness: options.hubSeconds },
    ...(options.portBase === 0 ? {} : { portBase: options.portBase }),
  });
  const carrier = carrierOf(nets, screen);
  try {
    for (const chain of [nets.hub, ...nets.rollups]) await chain.catchUp();
    await nets.hub.mineByClock(options.hubSeconds * 1_000);
    for (const rollup of nets.rollups) await rollup.mineByClock(ROLLUP_MS);
    await writeFile(file, growingConfigFile(TESTNETS, asPublic(nets.config), later));
    carrier.carrier.start();
    tell(options, nets);
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    await carrier.stop();
    await nets.close();
    await rm(file, { force: true });
  }
}

// Deployed as public networks are: the production build, and patience.
function asPublic({ isLocal: _, hub, rollups, ...rest }: NetworkConfigInput): NetworkConfigInput {
  const patient = Object.entries(rollups).map(
    ([name, rollup]) => [name, { ...rollup, confirmations: CONFIRMATIONS }] as const,
  );
  return { ...rest, hub: { ...hub, confirmations: CONFIRMATIONS }, rollups: Object.fromEntries(patient) };
}

function requireNames({ rollups, later, slow, hubSeconds }: TestnetsOptions): void {
  const refuse = (message: string): never => {
    throw new DevnetError("InvalidOption", message);
  };
  const all = [TESTNETS, "hub", "rollups"];
  for (const name of rollups) {
    if (!NAME.test(name)) refuse(`--rollups: "${name}" is no name: small letters and digits`);
    if (all.includes(name)) refuse(`--rollups: "${name}" is taken`);
    all.push(name);
  }
  const stray = later.find((name) => !rollups.includes(name));
  if (stray !== undefined) refuse(`--later: "${stray}" is no rollup; there are ${rollups.join(", ")}`);
  const absent = slow.find((name) => name !== "hub" && !rollups.includes(name));
  if (absent !== undefined) refuse(`--slow: "${absent}" is no chain; there are hub, ${rollups.join(", ")}`);
  if (hubSeconds < 1 || hubSeconds > 12) refuse(`--hub-seconds is a number from 1 to 12, found ${hubSeconds}`);
}

// These chains live in memory: what was deployed on others of the same name is gone.
async function requireFresh({ deployments, file, forget }: TestnetsOptions): Promise<void> {
  if (existsSync(file) && !(await readFile(file, "utf8")).startsWith(GROWING_CONFIG_MARK)) {
    throw new DevnetError("InvalidOption", `--networks: ${file} is somebody's own, and would be written over`);
  }
  const left = [`${deployments}/${TESTNETS}`, `${deployments}/${TESTNETS}.json`].filter((path) => existsSync(path));
  if (left.length === 0) return;
  if (!forget) {
    throw new DevnetError(
      "AlreadyRunning",
      `${left.join(" and ")}: of testnets that run, or that are gone. If they are gone, start with --forget`,
    );
  }
  for (const path of left) await rm(path, { recursive: true, force: true });
}

function carrierOf(nets: LocalTestnets, screen: Screen) {
  const providers: JsonRpcProvider[] = [];
  const shoreOf = ({ chainId, url }: LocalChain): Shore => {
    const network = Network.from(chainId);
    const provider = new JsonRpcProvider(url, network, { staticNetwork: network, batchMaxCount: 1, cacheTimeout: -1 });
    providers.push(provider);
    return { chainId, url, provider };
  };
  const roads = nets.rollups.flatMap((rollup) => {
    const messengers = nets.grounds.messengers.get(rollup.name);
    return messengers === undefined ? [] : [{ name: rollup.name, chain: shoreOf(rollup), messengers }];
  });
  const carrier = new Carrier({
    ...{ privateKey: accountAt(GROUND_LAYER).privateKey, hub: shoreOf(nets.hub), roads },
    log: openLog("carrier", "silent"),
    onCarried: ({ rollup, direction, what, ok }) => {
      screen.line(
        "bridge",
        `${direction} ${direction === "down" ? "to" : "from"} ${rollup}: ${what}${ok ? "" : ", in vain"}`,
      );
    },
  });
  const stop = async () => {
    await carrier.stop();
    for (const provider of providers) provider.destroy();
  };
  return { carrier, stop };
}

function tell({ file, later, slow, hubSeconds, screen }: TestnetsOptions, { hub, rollups }: LocalTestnets): void {
  const rows = [hub, ...rollups].map(({ name, chainId, url }) => [
    name,
    String(chainId),
    url,
    `${name === "hub" ? hubSeconds : ROLLUP_MS / 1_000} s a block`,
    slow.includes(name) ? `answers after ${SLOW_MS} ms` : "",
  ]);
  screen.table(["chain", "id", "endpoint", "", ""], rows);
  screen.plain("");
  const accounts = ACCOUNT_USES.map(([index, use]) => {
    const { address, privateKey } = accountAt(index);
    return [String(index), address, privateKey, use];
  });
  screen.table(["account", "address", "key, which the whole world knows", ""], accounts);
  const left = later.length === 0 ? "" : `; ${later.join(", ")} is left out, to join later`;
  screen.plain(`\n${file} describes them as network "${TESTNETS}"${left}`);
}
