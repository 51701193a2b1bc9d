import type { Interface } from "ethers";

import type { BridgeSite } from "#chain/bridge/ends.ts";
import { IHubEnd__factory, IRollupEnd__factory } from "#chain/contracts.ts";
import { headNumber } from "#chain/headers.ts";
import { readLogs } from "#chain/logs.ts";
import { FINALITY_FINAL } from "#protocol/contradictions.ts";
import { elementAt } from "#protocol/errors.ts";
import { convicts, refutationHash, refutationSchema, type Refutation } from "#protocol/evidence/refutation.ts";
import { chainIdSchema, parse, toJson } from "#protocol/schemas.ts";
import type { Page } from "#protocol/statements.ts";
import type { Address } from "#protocol/types.ts";
import { refutationWire } from "#chain/wire.ts";

import type { Site } from "./hands.ts";
import type { Place } from "./records.ts";
import type { WatcherStore } from "./store.ts";
import { pageSubject } from "./subjects.ts";

/** The most ranges of blocks that are read in a round. */
const RANGES_A_ROUND = 16;
const LATEST = 1;

/** What a gateway was made to say, and where it was heard. */
export interface Saying {
  readonly refutation: Refutation;
  readonly place: Place;
}

/** One end of a bridge, where its gateway's refutations are told. */
interface End {
  readonly site: Site;
  readonly at: Address;
  readonly fromBlock: number;
  readonly blockRange: number;
  readonly abi: Interface;
  readonly event: string;
}

/** Where a rollup and the hub are read. */
export interface BridgeEnds {
  readonly bridge: BridgeSite;
  readonly rollup: Site & { readonly fromBlock: number; readonly blockRange: number };
  readonly hub: Site & { readonly fromBlock: number; readonly blockRange: number };
}

/** What gateways say about their own lanes, at both ends of their bridges, by whomever they were made to. */
export class Sayings {
  readonly #store: WatcherStore;
  readonly #ends: readonly End[];
  readonly #fresh = new Map<Address, readonly Saying[]>();
  readonly #behind = new Set<End>();

  /**
   * @param store - Where what is final is kept.
   * @param bridges - Both ends of each.
   */
  constructor(store: WatcherStore, bridges: readonly BridgeEnds[]) {
    this.#store = store;
    this.#ends = bridges.flatMap(({ bridge, rollup, hub }) => [
      endOf(rollup, bridge.rollupEnd, IRollupEnd__factory.createInterface(), "RefutationSent"),
      endOf(hub, bridge.hubEnd, IHubEnd__factory.createInterface(), "Refuted"),
    ]);
    for (const end of this.#ends) this.#behind.add(end);
  }

  /** Whether everything was heard that was ever said: else somebody may have had it said before. */
  get isCaughtUp(): boolean {
    return this.#behind.size === 0;
  }

  /**
   * Reads what was said since the last time. What is in no final block yet is read again, and counts as long as it is there.
   *
   * @returns What is new in final blocks.
   */
  async follow(): Promise<Saying[]> {
    const found: Saying[] = [];
    for (const end of this.#ends) found.push(...(await this.#followOne(end)));
    return found;
  }

  /**
   * @param page - A page.
   * @returns What its gateway said that convicts it.
   */
  async against(page: Page): Promise<Saying[]> {
    const rows = await this.#store.db
      .selectFrom("refutations")
      .selectAll()
      .where("subject", "=", pageSubject(page))
      .execute();
    const kept = rows.map(({ json, chain_id, block_number }) => ({
      refutation: parse(refutationSchema, JSON.parse(json)),
      place: { chainId: parse(chainIdSchema, chain_id), blockNumber: block_number },
    }));
    return [...kept, ...[...this.#fresh.values()].flat()].filter(({ refutation }) => convicts(refutation, page));
  }

  async #followOne(end: End): Promise<Saying[]> {
    const { site, at, fromBlock, blockRange, abi, event } = end;
    const { endpoints, chainId } = site;
    const name = `sayings ${String(chainId)} ${at}`;
    const reached = await this.#store.cursor(name, fromBlock - 1);
    const [final, latest] = [await headNumber(endpoints, FINALITY_FINAL), await headNumber(endpoints, LATEST)];
    const toBlock = Math.min(latest, reached + blockRange * RANGES_A_ROUND);
    if (toBlock === latest) this.#behind.delete(end);
    if (toBlock <= reached) return [];
    const range = { fromBlock: reached + 1, toBlock, blockRange };
    const topic = abi.getEvent(event)?.topicHash ?? null;
    const logs = (await endpoints.answers((provider) => readLogs(provider, at, [topic], range), 1)).flat();
    const said = new Map<string, Saying>();
    for (const { topics, data, blockNumber } of logs) {
      const parsed = abi.parseLog({ topics, data });
      if (parsed === null) continue;
      const refutation = refutationWire.parse(elementAt(parsed.args.toArray(true), 1));
      said.set(refutationHash(refutation), { refutation, place: { chainId, blockNumber } });
    }
    const done = Math.min(final, toBlock);
    const settled = [...said].filter(([, { place }]) => place.blockNumber <= done);
    const isNew: Saying[] = [];
    for (const [hash, saying] of settled) if (await this.#keep(hash, saying)) isNew.push(saying);
    if (done > reached) await this.#store.setCursor(name, done);
    this.#fresh.set(
      at,
      [...said.values()].filter(({ place }) => place.blockNumber > done),
    );
    return isNew;
  }

  async #keep(hash: string, { refutation, place }: Saying): Promise<boolean> {
    const row = {
      ...{ hash, subject: pageSubject(refutation), json: toJson(refutation) },
      chain_id: String(place.chainId),
      block_number: place.blockNumber,
    };
    const result = await this.#store.db
      .insertInto("refutations")
      .values(row)
      .onConflict((on) => on.doNothing())
      .executeTakeFirst();
    return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }
}

function endOf(
  site: Site & { readonly fromBlock: number; readonly blockRange: number },
  at: Address,
  abi: Interface,
  event: string,
): End {
  const { fromBlock, blockRange } = site;
  return { site, at, fromBlock, blockRange, abi, event };
}
