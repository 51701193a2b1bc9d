import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";

import { Contract, id as hashOf, type Provider } from "ethers";

import { toJson } from "#protocol/schemas.ts";
import { address, bytes32, type Address } from "#protocol/types.ts";

import { readAddressBook, type AddressBook, type HubBook, type RollupBook } from "../addressBook.ts";
import { writeWhole } from "../begun.ts";
import type { NetworkConfig, RollupConfig } from "../config/schema.ts";
import type { Artifacts } from "../steps/actual.ts";
import { plannedHub, plannedRollup } from "../steps/addresses.ts";
import { providerOf, type Providers } from "../steps/read.ts";
import type { Step } from "../steps/step.ts";
import { recordsOf } from "./records.ts";

/** What a book is written from. */
export interface BookSource {
  readonly providers: Providers;
  readonly artifacts: Artifacts;
  readonly steps: readonly Step[];
  /** Where the deployment began, by chains. */
  readonly begun: ReadonlyMap<string, number>;
  /** The book. */
  readonly file: string;
  /** The project's folder. */
  readonly root: string;
}

/**
 * Writes what is there: the hub once all its contracts are, and each rollup whose gateway is.
 *
 * @param config - What should be.
 * @param source - What it is written from.
 * @returns The book, if there is a hub.
 */
export async function writeBook(config: NetworkConfig, source: BookSource): Promise<AddressBook | undefined> {
  const { steps, file } = source;
  const isThere = (id: string) => steps.some((step) => step.id === id && step.isDone);
  if (!isThere("hub/service-manager")) return undefined;
  const before = existsSync(file) ? await readAddressBook(file) : undefined;
  const rollups = Object.entries(config.rollups).filter(([name]) => isThere(`${name}/gateway`));
  const commit = await commitOf(source.root);
  const book: AddressBook = {
    hub: await hubBook(config, source, before?.hub),
    rollups: await Promise.all(
      rollups.map(async ([name, rollup]) =>
        rollupBook(
          config,
          name,
          rollup,
          source,
          before?.rollups.find((one) => one.name === name),
        ),
      ),
    ),
    ...(commit === undefined ? {} : { commit }),
    configHash: bytes32(hashOf(toJson(config))),
  };
  await writeWhole(file, book);
  return book;
}

async function hubBook(config: NetworkConfig, source: BookSource, before: HubBook | undefined): Promise<HubBook> {
  const { hub } = config;
  const provider = providerOf(source.providers, "hub");
  const { release: _, ...eigenLayer } = hub.eigenLayer;
  const strategies = [...new Set(hub.operatorSets.flatMap((set) => set.strategies.map(({ strategy }) => strategy)))];
  const assets = await Promise.all(
    strategies.map(async (strategy) => ({ strategy, token: await tokenOf(provider, strategy) })),
  );
  return {
    ...(await chainPart("hub", hub, source, before)),
    contracts: plannedHub(config),
    ...{ eigenLayer, assets, operatorSetIds: setIds(config) },
  };
}

async function rollupBook(
  config: NetworkConfig,
  name: string,
  rollup: RollupConfig,
  source: BookSource,
  before: RollupBook | undefined,
): Promise<RollupBook> {
  const { contracts, bridge } = plannedRollup(config, rollup);
  const { hubEnd, rollupEnd } = bridge;
  return {
    ...(await chainPart(name, rollup, source, before)),
    contracts,
    ...(rollup.bridge === undefined ? {} : { bridge: { stack: rollup.bridge.stack, hubEnd, rollupEnd } }),
  };
}

async function chainPart(
  name: string,
  { network, chainId, url }: Pick<RollupConfig, "network" | "chainId" | "url">,
  { providers, artifacts, steps, begun }: BookSource,
  before: Pick<RollupBook, "records"> | undefined,
) {
  const fromBlock = begun.get(name) ?? 0;
  const known = before?.records ?? {};
  const done = steps.filter(
    ({ chain, kind, isDone, signed }) => chain === name && kind === "deploy" && isDone && signed === undefined,
  );
  const fresh = done.filter(({ id, deploys }) => known[id]?.address !== deploys);
  const records = { ...known, ...(await recordsOf(providerOf(providers, name), artifacts, fresh, fromBlock)) };
  return { ...{ name, network, chainId }, ...(url === undefined ? {} : { url }), ...{ fromBlock, records } };
}

/** The directory's set comes first. */
function setIds({ hub }: NetworkConfig): number[] {
  const all = hub.operatorSets.map((_, index) => index + 1);
  return [hub.directorySetId, ...all.filter((id) => id !== hub.directorySetId)];
}

async function tokenOf(provider: Provider, strategy: Address): Promise<Address> {
  const asked = new Contract(strategy, ["function underlyingToken() view returns (address)"], { provider });
  return address(String(await asked.getFunction("underlyingToken")()));
}

/** None outside of a repository; with a mark where files differ from it. */
function commitOf(root: string): Promise<string | undefined> {
  const found = commits.get(root) ?? askGit(root);
  commits.set(root, found);
  return found;
}

/** Of this process: what it deploys was compiled before it began. */
const commits = new Map<string, Promise<string | undefined>>();

async function askGit(root: string): Promise<string | undefined> {
  try {
    const git = promisify(execFile);
    const { stdout: head } = await git("git", ["rev-parse", "HEAD"], { cwd: root });
    const { stdout: changes } = await git("git", ["status", "--porcelain", "--untracked-files=no"], { cwd: root });
    return `${head.trim()}${changes === "" ? "" : "+changes"}`;
  } catch {
    return undefined;
  }
}
