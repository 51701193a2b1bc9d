import type { HubBook } from "#deploy/addressBook.ts";

import type { RollupName } from "./chains.ts";
import type { DeployedRollup } from "./deployment.ts";
import { readEpoch, readInstallations, type Epoch, type Installation } from "./epochs.ts";
import type { ServedChain } from "./servers.ts";

/** An epoch that has come to every rollup. */
export interface EpochArrived extends Epoch {
  readonly atMs: number;
}

/** What is followed. */
export interface FollowedChains {
  readonly hub: { readonly chain: Pick<ServedChain, "provider">; readonly deployed: HubBook };
  readonly rollups: readonly { readonly chain: Pick<ServedChain, "provider">; readonly deployed: DeployedRollup }[];
}

/** Follows the epochs from the hub to every rollup. */
export class EpochFollower {
  /** Epochs that are on every rollup, oldest first. */
  readonly everywhere: EpochArrived[] = [];
  readonly #chains: FollowedChains;
  readonly #nextBlock = new Map<RollupName, number>();
  readonly #installed = new Map<number, Set<RollupName>>();
  readonly #known = new Map<number, Epoch>();

  /** @param chains - Hub and rollups. */
  constructor(chains: FollowedChains) {
    this.#chains = chains;
  }

  /** The newest epoch that is on every rollup; undefined before the first look. */
  get newest(): EpochArrived | undefined {
    return this.everywhere.at(-1);
  }

  /** Looks once, and returns the epochs that have come to the last rollup since. */
  async look(): Promise<EpochArrived[]> {
    const { rollups } = this.#chains;
    const settled = await Promise.allSettled(rollups.map(async (rollup) => this.#read(rollup)));
    for (const result of settled) {
      if (result.status === "rejected") continue;
      for (const { epoch, rollup } of result.value) {
        this.#installed.set(epoch, (this.#installed.get(epoch) ?? new Set()).add(rollup));
      }
    }
    const arrived: EpochArrived[] = [];
    for (const [number, places] of [...this.#installed].sort(([a], [b]) => a - b)) {
      if (places.size < rollups.length || this.everywhere.some(({ epoch }) => epoch === number)) continue;
      const epoch = await this.load(number);
      if (epoch !== undefined) arrived.push({ ...epoch, atMs: Date.now() });
    }
    this.everywhere.push(...arrived);
    return arrived;
  }

  /** An epoch as the hub has it, which never changes. */
  async load(number: number): Promise<Epoch | undefined> {
    const known = this.#known.get(number);
    if (known !== undefined) return known;
    const { chain, deployed } = this.#chains.hub;
    const found = await readEpoch(chain.provider, deployed, number);
    if (found !== undefined) this.#known.set(number, found);
    return found;
  }

  async #read({ chain, deployed }: FollowedChains["rollups"][number]): Promise<Installation[]> {
    const from = this.#nextBlock.get(deployed.name) ?? deployed.fromBlock;
    const latest = await chain.provider.getBlockNumber();
    if (latest < from) return [];
    const found = await readInstallations(chain.provider, deployed, from, latest);
    this.#nextBlock.set(deployed.name, latest + 1);
    return found;
  }
}
