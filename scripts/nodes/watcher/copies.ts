import type { JsonRpcProvider } from "ethers";

import { EPOCH_STATUSES } from "#chain/brakes.ts";
import { Directory__factory, OperatorTables__factory, Slasher__factory } from "#chain/contracts.ts";
import { readInstalled } from "#chain/facts.ts";
import type { HubClient } from "#chain/hub.ts";
import type { HubCopy } from "#chain/hubCopy.ts";
import type { HubView } from "#chain/hubView.ts";
import { toJson } from "#protocol/schemas.ts";
import { statementHash, type Rollup as Entry, type Table } from "#protocol/statements.ts";
import type { Address, ChainId } from "#protocol/types.ts";

/** The most epochs of a set that are looked at: a rollup lets no more last. */
const MOST_EPOCHS = 128;

/** Something that a rollup has otherwise than the hub. */
export type Difference =
  | { readonly kind: "Revocation" | "StrayEpoch"; readonly operatorSetId: number; readonly epoch: number }
  | { readonly kind: "StrayEntry"; readonly about: ChainId; readonly version: bigint };

/** What a rollup's copy has of the hub, held against the hub: what the slow road must put right. */
export class CopyCheck {
  readonly copy: HubCopy;
  readonly #hub: HubClient;
  readonly #slasher: Address;
  readonly #aheadSeconds: bigint;

  /**
   * @param copy - The rollup's copy.
   * @param hub - The hub.
   * @param slasher - Says what is revoked.
   * @param aheadSeconds - Whoever certifies may be so far ahead of the block that is final here.
   */
  constructor(copy: HubCopy, hub: HubClient, slasher: Address, aheadSeconds: number) {
    this.copy = copy;
    this.#hub = hub;
    this.#slasher = slasher;
    this.#aheadSeconds = BigInt(aheadSeconds);
  }

  /**
   * @param view - The hub.
   * @returns Everything that speaks on the rollup, and should not.
   */
  async differences(view: HubView): Promise<Difference[]> {
    const found: Difference[] = [];
    for (const set of await this.#sets()) {
      for (const epoch of await this.#lasting(set)) {
        const kind = await this.epochFault(view, set, epoch);
        if (kind !== undefined) found.push({ kind, operatorSetId: set, epoch });
      }
    }
    for (const about of await this.copy.chainIds()) {
      const version = await this.entryFault(view, about);
      if (version !== undefined) found.push({ kind: "StrayEntry", about, version });
    }
    return found;
  }

  /**
   * @param view - The hub.
   * @param operatorSetId - A set.
   * @param epoch - One of its epochs.
   * @returns What the rollup has otherwise than the hub; undefined for nothing that matters.
   */
  async epochFault(
    view: HubView,
    operatorSetId: number,
    epoch: number,
  ): Promise<"Revocation" | "StrayEpoch" | undefined> {
    const { operatorTables } = await this.copy.books();
    const { installed, status, saidAt } = await this.#agree(async (provider) => {
      const tables = OperatorTables__factory.connect(operatorTables, provider);
      const known = await readInstalled(provider, operatorTables, operatorSetId, epoch);
      return {
        installed: known?.statement,
        status: EPOCH_STATUSES[Number((await tables.epoch(operatorSetId, epoch)).status)],
        saidAt: await tables.saidAt(operatorSetId, epoch),
      };
    });
    if (installed === undefined || status === "Revoked") return undefined;
    const isRevoked = await this.#hub.endpoints.agree(
      async (provider) =>
        Slasher__factory.connect(this.#slasher, provider).isRevoked(operatorSetId, epoch, {
          blockTag: view.block.number,
        }),
      String,
    );
    if (isRevoked) return "Revocation";
    // What is frozen proves nothing, and is put right with whatever comes next.
    if (status !== "Speaking") return undefined;
    const required = await view.table(operatorSetId, epoch);
    if (required === undefined) return this.#isSettled(view, saidAt) ? "StrayEpoch" : undefined;
    return hashOf(required) === hashOf(installed) ? undefined : "StrayEpoch";
  }

  /**
   * @param view - The hub.
   * @param about - A chain.
   * @returns The version that the rollup was told, and the registry never had; undefined for none.
   */
  async entryFault(view: HubView, about: ChainId): Promise<bigint | undefined> {
    const { directory } = await this.copy.books();
    const [present, announced, saidAt] = await Promise.all([
      this.copy.rollup.entry(about),
      this.copy.announced(about),
      this.#agree((provider) => Directory__factory.connect(directory, provider).saidAt(about)),
    ]);
    for (const entry of [announced?.entry, present]) {
      // What the bridge retired has no version.
      if (entry === undefined || entry.version === 0n) continue;
      const required = await view.entry(about, entry.version);
      const isTrue = required !== undefined && hashOfEntry(required) === hashOfEntry(entry);
      const isKnown = required !== undefined || this.#isSettled(view, saidAt);
      if (!isTrue && isKnown) return entry.version;
    }
    return undefined;
  }

  async #sets(): Promise<ReadonlySet<number>> {
    const chains = await this.copy.chainIds();
    const entries = await Promise.all(chains.map((chain) => this.copy.rollup.entry(chain)));
    const { directorySetId } = await this.copy.rules();
    return new Set([directorySetId, ...entries.flatMap((entry) => (entry === undefined ? [] : [entry.operatorSetId]))]);
  }

  async #lasting(operatorSetId: number): Promise<readonly number[]> {
    const { operatorTables } = await this.copy.books();
    const found = await this.#agree((provider) =>
      OperatorTables__factory.connect(operatorTables, provider).lastingEpochs(operatorSetId),
    );
    return found.slice(0, MOST_EPOCHS).map(Number);
  }

  #isSettled(view: HubView, saidAt: bigint): boolean {
    return view.block.timestamp > saidAt + this.#aheadSeconds;
  }

  #agree<T>(ask: (provider: JsonRpcProvider) => Promise<T>): Promise<T> {
    return this.copy.rollup.endpoints.agree(ask, toJson);
  }
}

function hashOf(content: Table): string {
  return statementHash({ kind: "Table", content });
}

function hashOfEntry(content: Entry): string {
  return statementHash({ kind: "Rollup", content });
}
