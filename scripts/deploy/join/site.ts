import type { Signer } from "ethers";

import type { Reader, RollupSite } from "#chain/trace/site.ts";
import { chainId } from "#protocol/types.ts";

import type { Yard } from "../apply/apply.ts";
import { readBegun } from "../begun.ts";
import type { NetworkConfig, RollupConfig } from "../config/schema.ts";
import { DeployError } from "../errors.ts";
import { plannedRollup } from "../steps/addresses.ts";
import type { Wait } from "../steps/step.ts";

/** What a rollup joins with: what deployments are made with, and chains to look at. */
export interface JoinYard extends Yard {
  /** By `hub` and names of rollups. */
  readonly readers: ReadonlyMap<string, Reader>;
  /** What the stack takes for carrying news, in wei. */
  readonly newsValue: bigint;
  /** Told of whatever is sent beside steps. */
  tell(line: string): void;
}

/** What one process has sent beside steps, by what it is for: each is sent once, however often an endpoint hides that it was. */
export type Sent = Map<string, string>;

/** Something that a rollup's joining waits for. */
export interface JoinWait extends Wait {
  /** What cannot be done before: a step, or news, or a message. */
  readonly for: string;
}

/**
 * @param config - A network.
 * @param name - What somebody typed.
 * @returns The rollup; throws {@link DeployError} for a name that is none.
 */
export function rollupNamed({ rollups }: NetworkConfig, name: string): RollupConfig {
  const found = Object.hasOwn(rollups, name) ? rollups[name] : undefined;
  if (found !== undefined) return found;
  throw new DeployError("UnknownRollup", `"${name}" is no rollup of it; there are ${Object.keys(rollups).join(", ")}`);
}

/**
 * @param config - A network.
 * @param yard - Its chains.
 * @returns All rollups of the configuration, to be read.
 */
export async function sitesOf(config: NetworkConfig, { readers, folder }: JoinYard): Promise<RollupSite[]> {
  const begun = await readBegun(folder);
  return Object.entries(config.rollups).map(([name, rollup]) => ({
    ...{ name, chainId: chainId(rollup.chainId), gateway: plannedRollup(config, rollup).contracts.gateway },
    ...{ fromBlock: begun.get(name) ?? 0, provider: readerOf(readers, name) },
  }));
}

/**
 * @param readers - Chains.
 * @param name - One of them.
 * @returns Its endpoint.
 */
export function readerOf(readers: ReadonlyMap<string, Reader>, name: string): Reader {
  const found = readers.get(name);
  if (found === undefined) throw new Error(`${name} was not opened`);
  return found;
}

/**
 * @param config - A network.
 * @param yard - Its chains.
 * @param chain - One of them.
 * @returns The deployer there.
 */
export async function deployerOn({ roles }: NetworkConfig, { crews }: JoinYard, chain: string): Promise<Signer> {
  const crew = crews.get(chain);
  if (crew === undefined) throw new Error(`${chain} was not opened`);
  return crew.signer(roles.deployer);
}
