import type { Interface } from "ethers";

import { IHubEnd__factory, OperatorTables__factory } from "#chain/contracts.ts";
import type { HubClient } from "#chain/hub.ts";
import { HubCopy } from "#chain/hubCopy.ts";
import type { RollupClient } from "#chain/rollup.ts";
import type { TransactionSender } from "#chain/sender.ts";
import type { Clock } from "#nodes/shared/clock.ts";
import { reasonOf, type Log } from "#nodes/shared/log.ts";
import { Rests } from "#nodes/shared/rests.ts";
import type { Rollups } from "#nodes/shared/rollups.ts";
import type { Table } from "#protocol/statements.ts";
import { hex, type Address, type Hex } from "#protocol/types.ts";

import { Caller, type Called } from "./caller.ts";

const hubEndAbi: Interface = IHubEnd__factory.createInterface();
const tablesAbi: Interface = OperatorTables__factory.createInterface();

/** What a ticket of Arbitrum's takes more than one that costs nothing. */
const TICKET_GAS = 200_000n;

/** The slow road down to one rollup. */
export interface Road {
  readonly destination: RollupClient;
  /** Who pays on the rollup. */
  readonly sender: TransactionSender;
  readonly hubEnd: Address;
  /** What its stack is offered for each news, in wei. */
  readonly feeWei: bigint;
}

/** What a healer works with. */
export interface HealerParts {
  readonly hub: HubClient;
  /** Who pays on the hub. */
  readonly hubSender: TransactionSender;
  readonly rollups: Rollups;
  readonly roads: readonly Road[];
  /** How long news may be under way before they are sent anew. */
  readonly roadMs: number;
  /** Pause after what failed; doubles, up to 64 times. */
  readonly retryMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

interface Way {
  readonly road: Road;
  readonly copy: HubCopy;
  readonly onHub: Caller;
  readonly onRollup: Caller;
}

/** The last news of a set that were sent to a rollup from here. */
interface Sent {
  readonly epoch: number;
  readonly untilMs: number;
}

/**
 * Brings rollups back on which no epoch of a set speaks any more: it ran out before the next one was carried, or was silenced. No
 * certificate helps there, so the hub's newest epoch is sent over the canonical bridge, and installed when it is there. Nobody
 * need believe what is brought: the bridge brings the hub's own word.
 */
export class Healer {
  readonly #parts: HealerParts;
  readonly #ways: readonly Way[];
  readonly #rests: Rests;
  readonly #sent = new Map<string, Sent>();
  #news = 0;
  #healed = 0;
  #problems: readonly string[] = [];

  /** @param parts - What it works with. */
  constructor(parts: HealerParts) {
    this.#parts = parts;
    this.#rests = new Rests(parts.retryMs, parts.clock);
    this.#ways = parts.roads.map((road) => ({
      road,
      copy: new HubCopy(road.destination),
      onHub: new Caller(parts.hub.endpoints, parts.hubSender),
      onRollup: new Caller(road.destination.endpoints, road.sender),
    }));
  }

  /** What went wrong in the last look. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** How many news it sent, and how many epochs it installed. */
  get counters(): { readonly news: number; readonly healed: number } {
    return { news: this.#news, healed: this.#healed };
  }

  /** One look at all rollups that have a road. */
  async look(): Promise<void> {
    const problems: string[] = [];
    await Promise.all(this.#ways.map(async (way) => this.#lookAt(way, problems)));
    if (problems.length > 0) this.#parts.log.warn({ problems }, "healing");
    this.#problems = problems;
  }

  async #lookAt(way: Way, problems: string[]): Promise<void> {
    const { chainId, gateway } = way.road.destination;
    const name = `chain ${String(chainId)}`;
    try {
      for (const set of await this.#sets(way)) {
        const key = `${name} ${gateway} ${String(set)}`;
        if (this.#rests.isResting(key)) continue;
        try {
          await this.#heal(way, set, key);
          this.#rests.wake(key);
        } catch (error) {
          this.#rests.rest(key);
          problems.push(`set ${String(set)} on ${name}: ${reasonOf(error)}`);
        }
      }
    } catch (error) {
      problems.push(`sets of ${name}: ${reasonOf(error)}`);
    }
  }

  async #heal(way: Way, set: number, key: string): Promise<void> {
    const { hub, clock, roadMs } = this.#parts;
    const { copy } = way;
    const [standing, now] = await Promise.all([copy.standing(set), way.road.destination.latestTimestamp()]);
    if (standing.speaksUntil >= now) {
      this.#sent.delete(key);
      return;
    }
    const sent = this.#sent.get(key);
    const view = await hub.final();
    const newest = await view.newestEpoch(set);
    // Whatever its number: here may be made-up epochs above it, which the news silence.
    const isOfUse = ({ validFrom, validUntil }: Table) => validUntil >= now && validFrom > standing.frozenAt;
    for (const epoch of new Set([newest, sent?.epoch ?? newest])) {
      const brought = await copy.brought(set, epoch);
      if (brought === undefined || !isOfUse(brought.table)) continue;
      // Convicted since: the hub has to build another.
      if (!brought.isRevoked) await this.#install(way, brought.table);
      return;
    }
    const table = await view.table(set, newest);
    // The hub has to build one first: keepers do.
    if (table === undefined || !isOfUse(table) || clock.nowMs() < (sent?.untilMs ?? 0)) return;
    await this.#send(way, table);
    this.#sent.set(key, { epoch: newest, untilMs: clock.nowMs() + roadMs });
  }

  async #send({ onHub, road }: Way, { operatorSetId, epoch }: Table): Promise<void> {
    const data = hex(hubEndAbi.encodeFunctionData("sendEpoch", [operatorSetId, epoch]));
    const hash = done(await onHub.call({ to: road.hubEnd, data, value: road.feeWei, unseenGas: TICKET_GAS }));
    this.#news++;
    const to = String(road.destination.chainId);
    this.#parts.log.info({ hash, set: operatorSetId, epoch, to }, "news sent");
  }

  async #install({ onRollup, copy, road }: Way, table: Table): Promise<void> {
    const { operatorSetId, epoch } = table;
    const rows: Hex = await this.#parts.hub.rows(table);
    const { operatorTables: to } = await copy.books();
    const data = hex(tablesAbi.encodeFunctionData("installBrought", [operatorSetId, epoch, rows]));
    const hash = done(await onRollup.call({ to, data }), "InstalledAlready");
    if (hash === undefined) return;
    this.#healed++;
    this.#parts.log.info({ hash, set: operatorSetId, epoch, on: String(road.destination.chainId) }, "healed");
  }

  // The set that speaks about entries there, and those that speak for the chains that are followed.
  async #sets({ copy }: Way): Promise<ReadonlySet<number>> {
    const chains = [...this.#parts.rollups].map(({ chainId }) => chainId);
    const entries = await Promise.all(chains.map((chain) => copy.rollup.entry(chain)));
    const { directorySetId } = await copy.rules();
    return new Set([directorySetId, ...entries.flatMap((entry) => (entry === undefined ? [] : [entry.operatorSetId]))]);
  }
}

// The transaction that did it; undefined when a rival has done it before.
function done({ receipt, failure }: Called, rivals?: string): string | undefined {
  if (receipt?.status === 1) return receipt.hash;
  if (failure !== undefined && failure.name === rivals) return undefined;
  throw new Error(failure?.text ?? "the transaction reverted");
}
