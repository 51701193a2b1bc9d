import type { Interface } from "ethers";

import type { HubClient } from "#chain/hub.ts";
import { HubCopy } from "#chain/hubCopy.ts";
import type { TransactionSender } from "#chain/sender.ts";
import type { Clock } from "#nodes/shared/clock.ts";
import { reasonOf, type Log } from "#nodes/shared/log.ts";
import { Rests } from "#nodes/shared/rests.ts";
import type { Rollups } from "#nodes/shared/rollups.ts";
import { TableBuilder__factory } from "#chain/contracts.ts";
import { hex } from "#protocol/types.ts";

import { Caller, type Called } from "./caller.ts";

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
    const { hub, log } = this.#parts;
    if (!(await this.#isRunning(set))) {
      // Whether one may be begun only the hub knows: a conviction lets one begin early, and a void one begins anew.
      const begun = await this.#call("begin", [set]);
      if (begun.failure !== undefined && NOT_NOW.has(begun.failure.name ?? "")) return;
      ensureDone(begun);
      log.info({ set, hash: begun.receipt?.hash }, "table begun");
    }
    let most = MEMBERS_A_CALL;
    for (let calls = 0; calls < CALLS_A_LOOK && (await this.#isRunning(set)); calls++) {
      const proceeded = await this.#call("proceed", [set, most]);
      // A rival completed it.
      if (proceeded.failure?.name === "NoBuild") return;
      const isTooMuch = proceeded.receipt?.status === 0 || proceeded.failure?.name === undefined;
      if (proceeded.receipt?.status !== 1 && isTooMuch && most > 1) {
        most = most >> 1;
        continue;
      }
      ensureDone(proceeded);
      const { receipt } = proceeded;
      const isComplete = receipt?.logs.some(
        (entry) => entry.address === hub.contracts.tableBuilder && tableBuilder.parseLog(entry)?.name === "TableBuilt",
      );
      if (isComplete !== true) continue;
      this.#built++;
      log.info({ set, hash: receipt?.hash }, "table built");
      return;
    }
  }

  // The next transaction is in the block after the latest.
  #isRunning(set: number): Promise<boolean> {
    return this.#parts.hub.endpoints.first(async (provider) => {
      const { members, deadlineBlock } = await this.#parts.hub.tableBuilder(provider).build(set);
      return members > 0n && BigInt(await provider.getBlockNumber()) < deadlineBlock;
    });
  }

  #call(name: "begin" | "proceed", args: readonly number[]): Promise<Called> {
    const to = this.#parts.hub.contracts.tableBuilder;
    return this.#caller.call({ to, data: hex(tableBuilder.encodeFunctionData(name, [...args])) });
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

function ensureDone({ receipt, failure }: Called): void {
  if (receipt?.status !== 1) throw new Error(failure?.text ?? "the transaction reverted");
}
