import { headNumber } from "#chain/headers.ts";
import type { DeliveryState, MessageReport } from "#nodes/shared/api.ts";
import type { Clock } from "#nodes/shared/clock.ts";
import { reasonOf, type Log } from "#nodes/shared/log.ts";
import type { Rollups } from "#nodes/shared/rollups.ts";
import { FINALITY_FINAL } from "#protocol/contradictions.ts";
import { laneId, placeOf, type Message } from "#protocol/messages.ts";
import { bytes32, type Bytes32 } from "#protocol/types.ts";

import type { CertificateBook, CertifiedPage } from "./certificates.ts";
import type { Courier } from "./courier.ts";
import type { Desk } from "./desk.ts";
import type { FactBook } from "./factBook.ts";
import type { FactCourier } from "./factCourier.ts";
import type { Healer } from "./healer.ts";
import type { TableKeeper } from "./keeper.ts";
import type { Attempt, RelayerStore } from "./store.ts";

/** One destination: who looks, and who carries. */
export interface Route {
  readonly desk: Desk;
  readonly courier: Courier;
  readonly factCourier: FactCourier;
  readonly name: string;
}

/** What a relayer works with. */
export interface RelayerParts {
  readonly rollups: Rollups;
  readonly routes: readonly Route[];
  readonly book: CertificateBook;
  readonly facts: FactBook;
  /** Builds tables on the hub, where that was wanted. */
  readonly keeper: TableKeeper | undefined;
  /** Brings rollups back over their canonical bridges, where that was wanted. */
  readonly healer: Healer | undefined;
  readonly factsMs: number;
  readonly clock: Clock;
  readonly store: RelayerStore;
  readonly maxAttempts: number;
  readonly log: Log;
}

/** Delivers each certified message once, or says why not. */
export class Relayer {
  readonly #parts: RelayerParts;
  #problems: readonly string[] = [];
  #nextFactsMs = Number.NEGATIVE_INFINITY;
  #factChanges = 0;

  /** @param parts - What it works with. */
  constructor(parts: RelayerParts) {
    this.#parts = parts;
  }

  /** What went wrong in the last round. */
  get problems(): readonly string[] {
    return [...this.#problems, ...(this.#parts.keeper?.problems ?? []), ...(this.#parts.healer?.problems ?? [])];
  }

  /** What was done since the start, over all destinations. */
  get counters(): Record<string, number> {
    const built = this.#parts.keeper?.built ?? 0;
    const sums = {
      transactions: 0,
      delivered: 0,
      refused: 0,
      tables: 0,
      entries: 0,
      built,
      ...this.#parts.healer?.counters,
    };
    for (const { courier, factCourier } of this.#parts.routes) {
      sums.tables += factCourier.counters.tables;
      sums.entries += factCourier.counters.entries;
      sums.transactions += courier.counters.transactions;
      sums.delivered += courier.counters.delivered;
      sums.refused += courier.counters.refused;
    }
    return sums;
  }

  /** One round: reads what is new and delivers what is due, each destination on its own. */
  async round(): Promise<void> {
    const { rollups, routes, book, log } = this.#parts;
    const problems = await book.poll();
    const attempt = async (name: string, work: () => Promise<void>) => {
      try {
        await work();
      } catch (error) {
        problems.push(`${name}: ${reasonOf(error)}`);
      }
    };
    await Promise.all(
      [...rollups].map((rollup) =>
        attempt(`chain ${String(rollup.chainId)}`, async () =>
          rollup.lanes.sync(await headNumber(rollup.endpoints, FINALITY_FINAL)),
        ),
      ),
    );
    if (this.#areFactsDue()) {
      // Before pages: some may need a table that is on its way, or an entry.
      await Promise.all(
        routes.map(({ factCourier, name }) =>
          attempt(`facts for ${name}`, async () => {
            problems.push(...(await factCourier.carry()));
          }),
        ),
      );
    }
    await Promise.all(
      routes.map(({ desk, courier, name }) => attempt(name, async () => courier.deliver(await desk.due(problems)))),
    );
    await book.forget((page) => routes.some(({ desk }) => desk.isAwaited(page)));
    if (problems.length > 0) log.warn({ problems }, "round");
    this.#problems = problems;
  }

  /**
   * @param id - A message's id.
   * @returns What became of it; undefined when no final block has it.
   */
  async report(id: Bytes32): Promise<MessageReport | undefined> {
    const { rollups, book, store } = this.#parts;
    const message = [...rollups].map(({ lanes }) => lanes.message(id)).find((found) => found !== undefined);
    if (message === undefined) return undefined;
    const { pageIndex, index } = placeOf(message.nonce);
    const page = book.page(laneId(message), pageIndex);
    const certified = page !== undefined && index < page.page.count ? page : undefined;
    const attempt = await store.attempt(id);
    const state = await this.#state(message, certified, attempt);
    const reason = state === "delivered" ? undefined : reasonFor(state, attempt);
    return {
      messageId: id,
      message,
      state,
      attempts: attempt?.attempts ?? 0,
      ...(reason === undefined ? {} : { reason }),
      ...(attempt?.transactionHash === undefined ? {} : { transactionHash: bytes32(attempt.transactionHash) }),
      ...(certified === undefined ? {} : { statementsRoot: certified.certificate.batch.statementsRoot }),
    };
  }

  #areFactsDue(): boolean {
    const { facts, factsMs, clock } = this.#parts;
    if (facts.changes === this.#factChanges && clock.nowMs() < this.#nextFactsMs) return false;
    this.#factChanges = facts.changes;
    this.#nextFactsMs = clock.nowMs() + factsMs;
    return true;
  }

  async #state(
    message: Message,
    certified: CertifiedPage | undefined,
    attempt: Attempt | undefined,
  ): Promise<DeliveryState> {
    const destination = this.#parts.rollups.get(message.destinationChainId, message.destinationGateway);
    const { pageIndex, index } = placeOf(message.nonce);
    if (destination !== undefined) {
      const word = await destination.deliveredWord(message, pageIndex);
      if (((word >> BigInt(index)) & 1n) === 1n) return "delivered";
      const isOver = message.deliverBefore !== 0n && (await destination.latestTimestamp()) > message.deliverBefore;
      if (isOver) return "expired";
    }
    if (attempt?.reason !== undefined) return attempt.attempts >= this.#parts.maxAttempts ? "failed" : "retrying";
    return certified === undefined ? "sent" : "certified";
  }
}

function reasonFor(state: DeliveryState, attempt: Attempt | undefined): string {
  if (state === "expired") return "its last second of delivery is over";
  if (state === "sent") return "no certificate has it yet";
  return attempt?.reason ?? "it is on its way";
}
