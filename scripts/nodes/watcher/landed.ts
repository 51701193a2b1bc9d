import type { JsonRpcProvider, TransactionResponse } from "ethers";
import { z } from "zod";

import { Directory__factory, Gateway__factory, OperatorTables__factory, Policy__factory } from "#chain/contracts.ts";
import { headNumber } from "#chain/headers.ts";
import { callsInside } from "#chain/innerCalls.ts";
import { readLogs } from "#chain/logs.ts";
import type { RollupClient } from "#chain/rollup.ts";
import { reasonOf, type Log } from "#nodes/shared/log.ts";
import { FINALITY_FINAL } from "#protocol/contradictions.ts";
import { toJson } from "#protocol/schemas.ts";
import { address, hex, type Address } from "#protocol/types.ts";
import { carriedBy } from "#chain/calldata.ts";

import type { Docket } from "./docket.ts";
import type { Intake } from "./intake.ts";
import type { WatcherStore } from "./store.ts";

/** The most ranges of blocks, and the most transactions, that are read in a round. */
const RANGES_A_ROUND = 16;
const TRANSACTIONS_A_ROUND = 512;
const LATEST = 1;

const gateway = Gateway__factory.createInterface();
const tables = OperatorTables__factory.createInterface();
const directory = Directory__factory.createInterface();
const policy = Policy__factory.createInterface();

/** What a rollup emits whenever a certificate was taken there. */
const TOPICS = [
  ...["MessageDelivered", "MessageFailed", "BatchConfirmed"].map((name) => topicOf(gateway, name)),
  ...["TableInstalled", "SetFrozen"].map((name) => topicOf(tables, name)),
  ...["EntryApplied", "EntryAnnounced"].map((name) => topicOf(directory, name)),
  topicOf(policy, "SourceHalted"),
];

function topicOf(abi: { getEvent(name: string): { topicHash: string } | null }, name: string): string {
  const event = abi.getEvent(name);
  if (event === null) throw new Error(`no event ${name}`);
  return event.topicHash;
}

/** What a follower works with. */
export interface LandedParts {
  readonly rollup: RollupClient;
  readonly blockRange: number;
  readonly fromBlock: number;
  readonly store: WatcherStore;
  readonly docket: Docket;
  readonly intake: Intake;
  readonly log: Log;
}

/**
 * Reads the certificates that a rollup took. A certificate proves itself, so it counts before its block is final; it is looked
 * for again until then.
 */
export class LandedFollower {
  readonly #parts: LandedParts;
  readonly #read = new Map<string, number>();
  #contracts: ReadonlySet<Address> | undefined;
  #unreadable = 0;

  /** @param parts - What it works with. */
  constructor(parts: LandedParts) {
    this.#parts = parts;
  }

  /** For people. */
  get name(): string {
    return `landed on ${String(this.#parts.rollup.chainId)}`;
  }

  /** How many transactions hid what they brought. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** Reads what landed since the last time. */
  async follow(): Promise<void> {
    const { rollup, store, fromBlock, blockRange } = this.#parts;
    const { endpoints, chainId } = rollup;
    const name = `landed ${String(chainId)} ${rollup.gateway}`;
    const reached = await store.cursor(name, fromBlock - 1);
    const [final, latest] = [await headNumber(endpoints, FINALITY_FINAL), await headNumber(endpoints, LATEST)];
    const toBlock = Math.min(latest, reached + blockRange * RANGES_A_ROUND);
    if (toBlock <= reached) return;
    const contracts = await this.#contractsOf();
    const range = { fromBlock: reached + 1, toBlock, blockRange };
    // From all of them: what one hides, another shows.
    const found = await endpoints.answers((provider) => readLogs(provider, [...contracts], [TOPICS], range), 1);
    const blocks = new Map(found.flat().map(({ transactionHash, blockNumber }) => [transactionHash, blockNumber]));
    const fresh = [...blocks].filter(([hash]) => !this.#read.has(hash)).sort(([, a], [, b]) => a - b);
    const taken = fresh.slice(0, TRANSACTIONS_A_ROUND);
    for (const [hash, blockNumber] of taken) {
      await this.#take(hash, blockNumber, contracts);
      this.#read.set(hash, blockNumber);
    }
    // What is left of a full round is read in the next.
    const next = fresh[TRANSACTIONS_A_ROUND];
    const done = Math.min(final, toBlock, next === undefined ? toBlock : next[1] - 1);
    if (done > reached) await store.setCursor(name, done);
    for (const [hash, blockNumber] of this.#read) if (blockNumber <= done) this.#read.delete(hash);
  }

  async #take(hash: string, blockNumber: number, contracts: ReadonlySet<Address>): Promise<void> {
    const { rollup, intake, docket, log } = this.#parts;
    const place = { chainId: rollup.chainId, blockNumber };
    const transaction = await rollup.endpoints.first((provider) => transactionOf(provider, hash));
    const to = transaction.to === null ? undefined : address(transaction.to);
    const calls =
      to !== undefined && contracts.has(to)
        ? [hex(transaction.data)]
        : await rollup.endpoints
            .first((provider) => callsInside(provider, hash, contracts))
            .catch((error: unknown) => {
              log.info({ hash, reason: reasonOf(error) }, "no trace");
              return undefined;
            });
    let carried = 0;
    for (const data of calls ?? []) {
      try {
        const found = carriedBy(data);
        if (found === undefined) continue;
        carried++;
        await intake.take(found, place);
      } catch (error) {
        if (!(error instanceof z.ZodError)) throw error;
        log.warn({ hash, reason: reasonOf(error) }, "calldata that is none of ours");
      }
    }
    if (calls !== undefined && (carried > 0 || calls.length > 0)) return;
    this.#unreadable++;
    const name = to ?? "a constructor";
    await docket.open({
      kind: "Unreadable",
      key: `unreadable ${String(rollup.chainId)} ${name}`,
      subject: `unreadable ${String(rollup.chainId)} ${name}`,
      place,
      detail: `${name} forwarded a certificate in ${hash}, and no endpoint tells its inner calls`,
      memory: {},
    });
  }

  async #contractsOf(): Promise<ReadonlySet<Address>> {
    const { rollup } = this.#parts;
    this.#contracts ??= await rollup.endpoints.agree(
      async (provider) => {
        const contract = rollup.contract(provider);
        const found = [await contract.operatorTables(), await contract.directory(), await contract.policy()];
        return new Set([rollup.gateway, ...found.map((at) => address(at))]);
      },
      (found) => toJson([...found]),
    );
    return this.#contracts;
  }
}

async function transactionOf(provider: JsonRpcProvider, hash: string): Promise<TransactionResponse> {
  const found = await provider.getTransaction(hash);
  if (found === null) throw new Error(`no transaction ${hash}`);
  return found;
}
