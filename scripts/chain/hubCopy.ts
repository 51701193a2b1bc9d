import type { JsonRpcProvider } from "ethers";

import { toJson } from "#protocol/schemas.ts";
import type { Rollup as Entry, Table } from "#protocol/statements.ts";
import { bytes32, chainId as toChainId, ZERO_BYTES32, type ChainId } from "#protocol/types.ts";

import { Directory__factory, OperatorTables__factory } from "./contracts.ts";
import { entryFrom } from "./entry.ts";
import type { Books, RollupClient } from "./rollup.ts";

/** The most chains that a directory holds. */
export const MOST_CHAINS = 1_024;
/** The most tables that a rollup is believed to have been deployed with: more do not fit a creation. */
const MOST_FIRST_EPOCHS = 256;

/** Status of an epoch that may speak. */
const SPEAKING = 0n;

/** An entry that waits, and from when on it can be applied. */
export interface Announced {
  readonly entry: Entry;
  readonly effectiveAt: bigint;
}

/** What never changes about a copy. */
export interface CopyRules {
  /** The one set that speaks about entries. */
  readonly directorySetId: number;
  readonly graceSeconds: number;
  readonly maxValiditySeconds: number;
}

/** How a set stands on a rollup. */
export interface Standing {
  /** Its newest epoch here; 0 for none. */
  readonly newest: number;
  /** Last second in which that epoch speaks; 0 when it does not at all. */
  readonly speaksUntil: bigint;
  /** When the set was frozen here; 0 for a set that is not. What began later is free. */
  readonly frozenAt: bigint;
}

/** What the hub said of an epoch. */
export interface Brought {
  readonly isRevoked: boolean;
  readonly table: Table;
}

/** A rollup's copy of the hub, its directory and its operator tables, as all its endpoints tell it. */
export class HubCopy {
  readonly rollup: RollupClient;
  #rules: CopyRules | undefined;

  /** @param rollup - Whose copy. */
  constructor(rollup: RollupClient) {
    this.rollup = rollup;
  }

  /** Where it stands. */
  async books(): Promise<Books> {
    return this.rollup.books();
  }

  /** Who speaks here about entries, and for how long tables hold. */
  async rules(): Promise<CopyRules> {
    const books = await this.books();
    this.#rules ??= await this.#agree(async (provider) => {
      const tables = OperatorTables__factory.connect(books.operatorTables, provider);
      return {
        directorySetId: Number(await Directory__factory.connect(books.directory, provider).directorySetId()),
        graceSeconds: Number(await tables.graceSeconds()),
        maxValiditySeconds: Number(await tables.maxValiditySeconds()),
      };
    });
    return this.#rules;
  }

  /**
   * @param id - A chain id.
   * @returns The entry that waits here for its day to be over; undefined for none.
   */
  async announced(id: ChainId): Promise<Announced | undefined> {
    const { directory } = await this.books();
    const { entry, effectiveAt } = await this.#agree(async (provider) => {
      const found = await Directory__factory.connect(directory, provider).announcedEntry(id);
      return { entry: entryFrom(found.announced), effectiveAt: found.effectiveAt };
    });
    return entry === undefined ? undefined : { entry, effectiveAt };
  }

  /**
   * @param id - A chain id.
   * @returns The highest version that was taken here, announced ones included; 0 for an unknown chain.
   */
  async newestVersion(id: ChainId): Promise<bigint> {
    const [present, announced] = await Promise.all([this.rollup.entry(id), this.announced(id)]);
    const known = present?.version ?? 0n;
    const waiting = announced?.entry.version ?? 0n;
    return waiting > known ? waiting : known;
  }

  /**
   * @param operatorSetId - A set.
   * @returns Whether it speaks here, grace not counted.
   */
  async standing(operatorSetId: number): Promise<Standing> {
    const { operatorTables } = await this.books();
    return this.#agree(async (provider) => {
      const tables = OperatorTables__factory.connect(operatorTables, provider);
      const [newest, frozenAt] = await Promise.all([tables.newestEpoch(operatorSetId), tables.frozenAt(operatorSetId)]);
      const { status, validFrom, validitySeconds } = await tables.epoch(operatorSetId, newest);
      const speaksUntil = status === SPEAKING ? validFrom + validitySeconds : 0n;
      return { newest: Number(newest), speaksUntil, frozenAt };
    });
  }

  /**
   * @param operatorSetId - A set.
   * @param epoch - A number.
   * @returns What the canonical bridge brought here of it; undefined for nothing, or for an epoch that the hub did not have.
   */
  async brought(operatorSetId: number, epoch: number): Promise<Brought | undefined> {
    const { operatorTables } = await this.books();
    const { isRevoked, table } = await this.#agree(async (provider) => {
      const tables = OperatorTables__factory.connect(operatorTables, provider);
      const found = await tables.newsOf(operatorSetId, epoch);
      const { tableHash, validFrom, validUntil } = found.table;
      return { isRevoked: found.isRevoked, table: { tableHash: bytes32(tableHash), validFrom, validUntil } };
    });
    if (table.tableHash === ZERO_BYTES32) return undefined;
    return { isRevoked, table: { operatorSetId, epoch, ...table } };
  }

  /** All chains that are known here. */
  async chainIds(): Promise<readonly ChainId[]> {
    const { directory } = await this.books();
    const found = await this.#agree((provider) => Directory__factory.connect(directory, provider).chainIds());
    return found.slice(0, MOST_CHAINS).map(toChainId);
  }

  /** The tables that were there at deployment, as pairs of set and epoch. */
  async firstEpochs(): Promise<readonly (readonly [number, number])[]> {
    const { operatorTables } = await this.books();
    const found = await this.#agree((provider) =>
      OperatorTables__factory.connect(operatorTables, provider).firstEpochs(),
    );
    return found.slice(0, MOST_FIRST_EPOCHS).map(([set, epoch]) => [Number(set), Number(epoch)]);
  }

  #agree<T>(ask: (provider: JsonRpcProvider) => Promise<T>): Promise<T> {
    return this.rollup.endpoints.agree(ask, toJson);
  }
}
