import { readFile } from "node:fs/promises";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { chainsOf } from "#deploy/config/chains.ts";
import type { NetworkConfig } from "#deploy/config/schema.ts";
import type { RehearsalOptions } from "#deploy/rehearse/rehearse.ts";

import { CommandError } from "../shared/errors.ts";

/** What a rehearsal begins with, and what people call that. */
interface Grounds extends Pick<RehearsalOptions, "hub" | "prices"> {
  readonly what: string;
}

/** More than a snapshot of 64 accounts has. */
const MOST_BYTES = 64_000_000;

/**
 * @param hre - Hardhat.
 * @param config - The network.
 * @param file - A snapshot; else EIGENLAYER_SNAPSHOT, else the network's own endpoint is forked.
 * @returns What the hub begins as, and gas prices of the chains that answer: with a snapshot nobody is asked.
 */
export async function groundsOf(hre: HardhatRuntimeEnvironment, config: NetworkConfig, file: string): Promise<Grounds> {
  const path = file === "" ? (process.env.EIGENLAYER_SNAPSHOT ?? "") : file;
  if (path !== "") return snapshotAt(path);
  const url = await urlOf(hre, config.hub);
  const prices = new Map<string, bigint>();
  for (const [name, chain] of chainsOf(config)) {
    const found = await presentOf(hre, chain);
    if (found?.chainId === chain.chainId && found.price !== undefined) prices.set(name, found.price);
    if (name !== "hub" || found?.chainId === chain.chainId) continue;
    const { network, chainId } = chain;
    if (found === undefined) throw new CommandError("Unreachable", `nobody answers for network "${network}"`);
    throw new CommandError("WrongNetwork", `network "${network}" is chain ${found.chainId}, not ${chainId}`);
  }
  return { hub: { url }, prices, what: `a fork of network "${config.hub.network}"` };
}

async function snapshotAt(path: string): Promise<Grounds> {
  const { parseSnapshot } = await import("#chain/snapshot/format.ts");
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) throw new CommandError("NotFound", `--snapshot: ${path} cannot be read`);
  if (text.length > MOST_BYTES) throw new CommandError("InvalidOption", `--snapshot: ${path} is too large`);
  const snapshot = parseSnapshot(text);
  return { hub: { snapshot }, prices: new Map(), what: `EigenLayer's snapshot of block ${snapshot.forkBlock}` };
}

type Place = Pick<NetworkConfig["hub"], "network" | "chainId" | "url">;

async function urlOf(hre: HardhatRuntimeEnvironment, { network, url }: Place): Promise<string> {
  if (url !== undefined) return url;
  const found = hre.config.networks[network];
  if (found?.type !== "http") {
    throw new CommandError("WrongNetwork", `hub: hardhat.config.ts has no network "${network}" of type http`);
  }
  return found.url.getUrl();
}

/** Read without any key. Rollups need not be reachable: then their price is assumed. */
async function presentOf(hre: HardhatRuntimeEnvironment, { network, url }: Place) {
  try {
    const where = url === undefined ? {} : { url };
    const connection = await hre.network.create({ network, override: { ...where, accounts: "remote" as const } });
    try {
      const found: unknown = await connection.provider.request({ method: "eth_chainId" });
      const { gasPrice } = await connection.ethers.provider.getFeeData();
      return { chainId: Number(found), price: gasPrice ?? undefined };
    } finally {
      await connection.close();
    }
  } catch {
    return undefined;
  }
}
