import type { HubClient } from "#chain/hub.ts";
import type { Rollups } from "#nodes/shared/rollups.ts";
import { decodeTable, type OperatorTable } from "#protocol/tables.ts";

/** Whose table it is that certificates of an epoch are held against. */
export interface Speakers {
  readonly table: OperatorTable;
  /** Whether the hub has it: only then somebody can be slashed for what it says. */
  readonly isHubs: boolean;
}

/** The most tables that are kept. */
const MOST_TABLES = 512;

/** Tables by set and epoch: the hub's, or, of an epoch that the hub does not have, what a rollup was made to believe. */
export class SpeakersBook {
  readonly #hub: HubClient;
  readonly #rollups: Rollups;
  readonly #known = new Map<string, Speakers>();

  /**
   * @param hub - The hub.
   * @param rollups - The rollups.
   */
  constructor(hub: HubClient, rollups: Rollups) {
    this.#hub = hub;
    this.#rollups = rollups;
  }

  /**
   * @param operatorSetId - A set.
   * @param epoch - One of its epochs.
   * @returns Its table; undefined where nobody has one.
   */
  async of(operatorSetId: number, epoch: number): Promise<Speakers | undefined> {
    const key = `${String(operatorSetId)}/${String(epoch)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const statement = await (await this.#hub.final()).table(operatorSetId, epoch);
    if (statement !== undefined) {
      const found = { table: decodeTable(await this.#hub.rows(statement)), isHubs: true };
      if (this.#known.size >= MOST_TABLES) this.#known.clear();
      this.#known.set(key, found);
      return found;
    }
    for (const rollup of this.#rollups) {
      const installed = await rollup.installedTable(operatorSetId, epoch);
      if (installed !== undefined) return { table: installed.table, isHubs: false };
    }
    return undefined;
  }
}
