import { readFile, rename, writeFile } from "node:fs/promises";

import { z } from "zod";

import { Endpoints, type EndpointOptions } from "#chain/endpoints.ts";
import { ChainError } from "#chain/errors.ts";
import { parseSite, type EigenLayerSite } from "#chain/snapshot/addresses.ts";
import { SnapshotError } from "#chain/snapshot/errors.ts";
import { takeSnapshot, type TakenSnapshot } from "#chain/snapshot/take.ts";
import { chainId } from "#protocol/types.ts";

/** What the command line says. */
export interface TakeArguments {
  /** One endpoint, or several with commas between them. */
  readonly rpc: string;
  readonly out: string;
  /** A file of addresses; the reviewed ones of the chain where it is empty. */
  readonly addresses: string;
  /** A block's number; the newest final block where it is empty. */
  readonly block: string;
}

/** A snapshot, and where it was written. */
export interface WrittenSnapshot {
  readonly snapshot: TakenSnapshot;
  readonly path: string;
  readonly bytes: number;
}

/** Reviewed addresses by chain id, below `deployments/parameters`. */
const SITES: Readonly<Record<number, string>> = { 1: "eigenlayer-mainnet.json", 11_155_111: "eigenlayer-sepolia.json" };
const PARAMETERS = new URL("../../deployments/parameters/", import.meta.url);
const [MAX_ENDPOINTS, TIMEOUT_MS, FILE_BYTES] = [8, 30_000, 1_000_000];

/**
 * Takes a snapshot and writes it.
 *
 * @param args - The command line's.
 * @param report - Told how it goes.
 * @returns What was written; throws `SnapshotError` or `ChainError`.
 */
export async function takeToFile(args: TakeArguments, report: (line: string) => void): Promise<WrittenSnapshot> {
  if (args.out === "") throw new SnapshotError("InvalidOption", "--out names the file to write");
  const urls = urlsIn(args.rpc);
  const blockNumber = blockIn(args.block);
  const id = await chainIdOf(urls);
  const site = args.addresses === "" ? await knownSite(id) : await readSite(args.addresses);
  if (site.chainId !== id) {
    throw new SnapshotError("WrongChain", `the addresses are of chain ${site.chainId}, the endpoint is of chain ${id}`);
  }
  const endpoints = new Endpoints(optionsOf(urls, id));
  try {
    const snapshot = await takeSnapshot({ endpoints, site, blockNumber, report });
    const text = `${JSON.stringify(snapshot, null, 1)}\n`;
    // A file is there as a whole or not at all.
    await writeFile(`${args.out}.part`, text);
    await rename(`${args.out}.part`, args.out);
    return { snapshot, path: args.out, bytes: text.length };
  } finally {
    endpoints.close();
  }
}

/**
 * @param id - A chain id.
 * @returns The reviewed addresses of EigenLayer there; throws `UnknownChain`.
 */
export async function knownSite(id: number): Promise<EigenLayerSite> {
  const file = SITES[id];
  if (file === undefined) {
    throw new SnapshotError(
      "UnknownChain",
      `no addresses of EigenLayer on chain ${id} are known; --addresses names a file`,
    );
  }
  return parseSite(JSON.parse(await readFile(new URL(file, PARAMETERS), "utf8")));
}

/**
 * @param urls - Endpoints of one chain.
 * @returns The chain id that all of them tell.
 */
export async function chainIdOf(urls: readonly string[]): Promise<number> {
  // Which chain it is is the question; the client wants to know before.
  const endpoints = new Endpoints(optionsOf(urls, 1));
  try {
    const ask = async (provider: { send(method: string, parameters: unknown[]): Promise<unknown> }): Promise<unknown> =>
      provider.send("eth_chainId", []);
    const answer: unknown = await endpoints.agree(ask, String);
    const parsed = chainIdSchema.safeParse(answer);
    if (!parsed.success) throw new ChainError("InvalidAnswer", "an endpoint does not tell its chain id");
    return parsed.data;
  } catch (error) {
    if (!(error instanceof ChainError) || error.code !== "EndpointUnavailable") throw error;
    const reason = error.message.split(" answered: ").at(-1) ?? "";
    throw new ChainError("EndpointUnavailable", `the endpoint does not answer: ${reason}`, { cause: error });
  } finally {
    endpoints.close();
  }
}

const chainIdSchema = z
  .string()
  .regex(/^0x[0-9a-f]{1,13}$/i)
  .transform(Number)
  .refine((id) => id > 0 && Number.isSafeInteger(id));

function optionsOf(urls: readonly string[], id: number): EndpointOptions {
  return { chainId: chainId(id), urls, minAgreeing: urls.length, timeoutMs: TIMEOUT_MS };
}

/** The message must not repeat what was given: a url often has the key to an account in it. */
function urlsIn(rpc: string): string[] {
  const urls = [...new Set(rpc.split(",").map((url) => url.trim()))].filter((url) => url !== "");
  const isGood = (url: string) => {
    if (!URL.canParse(url)) return false;
    const { protocol, username, password } = new URL(url);
    // The client takes no credentials in a url, and would repeat them when it says so.
    return /^https?:$/.test(protocol) && username === "" && password === "";
  };
  if (urls.length === 0 || urls.length > MAX_ENDPOINTS || !urls.every(isGood)) {
    throw new SnapshotError(
      "InvalidOption",
      `--rpc takes 1 to ${MAX_ENDPOINTS} http(s) urls without credentials, with commas between them`,
    );
  }
  return urls;
}

function blockIn(block: string): number | undefined {
  if (block === "") return undefined;
  if (/^(0|[1-9][0-9]{0,14})$/.test(block)) return Number(block);
  throw new SnapshotError("InvalidOption", `--block takes a number, not ${block.slice(0, 40)}`);
}

async function readSite(path: string): Promise<EigenLayerSite> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new SnapshotError("InvalidAddresses", `${path} cannot be read`, { cause: error });
  }
  if (text.length > FILE_BYTES) throw new SnapshotError("InvalidAddresses", `${path} is too large`);
  try {
    return parseSite(JSON.parse(text));
  } catch (error) {
    if (error instanceof SnapshotError) throw error;
    throw new SnapshotError("InvalidAddresses", `${path} is not JSON`, { cause: error });
  }
}
