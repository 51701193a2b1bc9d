import type { Interface, TransactionReceipt } from "ethers";

import { TableBuilder__factory } from "#chain/contracts.ts";
import type { HubClient } from "#chain/hub.ts";
import { HubCopy } from "#chain/hubCopy.ts";
import type { TransactionSender } from "#chain/sender.ts";
import type { Clock } from "#nodes/shared/clock.ts";
import { reasonOf, type Log } from "#nodes/shared/log.ts";
import { Rests } from "#nodes/shared/rests.ts";
import type { Rollups } from "#nodes/shared/rollups.ts";
import { hex } from "#protocol/types.ts";
import type { Failure } from "#chain/reasons.ts";

import { Caller } from "./caller.ts";

/** Members asked about in one transaction: with eight strategies each they take about ten million gas. */
const MEMBERS_A_CALL = 32;
/** The most transactions of one look at a set: 256 members take nine. */
const CALLS_A_LOOK = 12;

const tableBuilder: Interface = TableBuilder__factory.createInterface();

/** What a keeper works with. */
export interface KeeperParts {
  readonly hub: HubClient;
  readonly rollups: Rollups;
  readonly sender: TransactionSender;
  /** Pause after what failed; doubles, up to 64 times. */
  readonly retryMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Has the hub build the next table of each set that speaks on a followed rollup, as soon as it may be begun. */
export class TableKeeper {
  readonly #parts: KeeperParts;
  readonly #caller: Caller;
  readonly #rests: Rests;
  readonly #copies: readonly HubCopy[];
  #built = 0;
  #problems: readonly string[] = [];

  /** @param parts - What it works with. */
  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.#caller = new Caller(parts.hub.endpoints, parts.sender);
    this.#rests = new Rests(parts.retryMs, parts.clock);
    this.#copies = [...parts.rollups].map((rollup) => new HubCopy(rollup));
  }

  /** What went wrong in the last look. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** How many tables it completed. */
  get built(): number {
    return this.#built;
  }

  /** One look at all sets. */
  async look(): Promise<void> {
    const problems: string[] = [];
    for (const set of await this.#sets(problems)) {
      if (this.#rests.isResting(String(set))) continue;
      try {
        await this.#build(set);
        this.#rests.wake(String(set));
      } catch (error) {
        this.#rests.rest(String(set));
        problems.push(`table of set ${String(set)}: ${reasonOf(error)}`);
      }
    }
    if (problems.length > 0) this.#parts.log.warn({ problems }, "tables");
    this.#problems = problems;
  }

  async #build(set: number): Promise<void> {
    if (!(await this.#isRunning(set)) && !(await this.#begin(set))) return;
    let most = MEMBERS_A_CALL;
    for (let calls = 0; calls < CALLS_A_LOOK; calls++) {
      const proceeded = await this.#call("proceed", [set, most]);
      if (proceeded instanceof Error) {
        // A rival completed it.
        if (!(await this.#isRunning(set))) return;
        if (most === 1) throw proceeded;
        most = most >> 1;
      } else if (this.#completes(proceeded)) {
        this.#built++;
        this.#parts.log.info({ set, hash: proceeded.hash }, "table built");
        return;
      }
    }
  }

  // Whether one may be begun only the hub knows: a conviction lets one begin early, and a void one begins anew.
  async #begin(set: number): Promise<boolean> {
    const begun = await this.#call("begin", [set]);
    if (!(begun instanceof Error)) {
      this.#parts.log.info({ set, hash: begun.hash }, "table begun");
      return true;
    }
    if (begun instanceof RevertedError && NOT_NOW.has(begun.failure.name ?? "")) return false;
    // A rival may have begun between simulation and transaction.
    if (await this.#isRunning(set)) return true;
    throw begun;
  }

  #completes({ logs }: TransactionReceipt): boolean {
    const { tableBuilder: at } = this.#parts.hub.contracts;
    return logs.some((entry) => entry.address === at && tableBuilder.parseLog(entry)?.name === "TableBuilt");
  }

  // The next transaction is in the block after the latest.
  #isRunning(set: number): Promise<boolean> {
    return this.#parts.hub.endpoints.first(async (provider) => {
      const { members, deadlineBlock } = await this.#parts.hub.tableBuilder(provider).build(set);
      return members > 0n && BigInt(await provider.getBlockNumber()) < deadlineBlock;
    });
  }

  // The receipt of what succeeded, or why it did not.
  async #call(name: "begin" | "proceed", args: readonly number[]): Promise<TransactionReceipt | Error> {
    const to = this.#parts.hub.contracts.tableBuilder;
    try {
      const { receipt, failure } = await this.#caller.call({
        to,
        data: hex(tableBuilder.encodeFunctionData(name, [...args])),
      });
      if (failure !== undefined) return new RevertedError(failure);
      return receipt.status === 1 ? receipt : new Error("the transaction reverted");
    } catch (error) {
      return error instanceof Error ? error : new Error(reasonOf(error));
    }
  }

  // The set that speaks about entries, and those that speak for the chains that are followed.
  async #sets(problems: string[]): Promise<ReadonlySet<number>> {
    const { rollups } = this.#parts;
    const sets = new Set<number>();
    for (const copy of this.#copies) {
      try {
        sets.add((await copy.rules()).directorySetId);
        const entries = await Promise.all([...rollups].map(({ chainId }) => copy.rollup.entry(chainId)));
        for (const entry of entries) if (entry !== undefined) sets.add(entry.operatorSetId);
      } catch (error) {
        problems.push(`sets of chain ${String(copy.rollup.chainId)}: ${reasonOf(error)}`);
      }
    }
    return sets;
  }
}

/** What `begin` reverts with while there is nothing to do. */
const NOT_NOW: ReadonlySet<string> = new Set(["BuildTooEarly", "BuildRunning", "NoSeats", "SetUnknown"]);

/** A call was not sent because it would revert. */
class RevertedError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.text);
    this.failure = failure;
  }
}
