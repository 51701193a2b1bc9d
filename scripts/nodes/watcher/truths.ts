import type { HubClient } from "#chain/hub.ts";
import type { HubView } from "#chain/hubView.ts";
import { agreedHeader, headNumber } from "#chain/headers.ts";
import type { RollupClient } from "#chain/rollup.ts";
import type { Rollups } from "#nodes/shared/rollups.ts";
import { FINALITY_FINAL } from "#protocol/contradictions.ts";
import { laneId, nonceAt, PAGE_SIZE, type Lane } from "#protocol/messages.ts";
import type { PageTree } from "#protocol/pages.ts";
import { isHubFact, statementHash, type HubFact, type Page, type Statement } from "#protocol/statements.ts";

/** What a statement was found to be. `later`: it may be told another time. */
export type Finding =
  | { readonly truth: "true" | "beyond" | "later" }
  | { readonly truth: "false"; readonly lie: Lie; readonly reason: string };

/** How a false statement is false. */
export type Lie = "Differs" | "NotYet" | "Stranger" | "FalseTable" | "FalseEntry";

/** A lane as its source has it in a final block that enough endpoints agree on. */
export interface SourceLane {
  readonly count: number;
  readonly timestamp: bigint;
  readonly blockNumber: number;
}

/** Recomputes statements: pages from the source's final blocks, facts from the hub's. */
export class Truths {
  readonly #rollups: Rollups;
  readonly #hub: HubClient;

  /**
   * @param rollups - The sources.
   * @param hub - The hub.
   */
  constructor(rollups: Rollups, hub: HubClient) {
    this.#rollups = rollups;
    this.#hub = hub;
  }

  /** Begins a round: within it, every chain is read at one block. */
  async round(): Promise<TruthRound> {
    const view = await this.#hub.final();
    const { hubFact } = await this.#hub.endpoints.agree(
      async (provider) => ({ hubFact: Number((await this.#hub.tableBuilder(provider).windows()).hubFact) }),
      (found) => String(found.hubFact),
    );
    return new TruthRound(this.#rollups, view, BigInt(hubFact));
  }
}

/** One round of recomputing. */
export class TruthRound {
  readonly view: HubView;
  readonly #rollups: Rollups;
  readonly #hubFactSeconds: bigint;
  readonly #lanes = new Map<string, Promise<SourceLane>>();

  /**
   * @param rollups - The sources.
   * @param view - The hub.
   * @param hubFactSeconds - How long a fact may take to appear there.
   */
  constructor(rollups: Rollups, view: HubView, hubFactSeconds: bigint) {
    this.view = view;
    this.#rollups = rollups;
    this.#hubFactSeconds = hubFactSeconds;
  }

  /**
   * @param statement - What was certified.
   * @param issuedAt - When at the latest.
   * @returns What it is; throws when the chains cannot be read, or their endpoints disagree.
   */
  async tell(statement: Statement, issuedAt: bigint): Promise<Finding> {
    if (isHubFact(statement)) return this.#fact(statement, issuedAt);
    if (statement.kind !== "Page" || statement.content.finality !== FINALITY_FINAL) return { truth: "beyond" };
    const page = statement.content;
    const source = this.#rollups.get(page.sourceChainId, page.sourceGateway);
    return source === undefined ? this.#stranger(page, issuedAt) : this.#page(page, source);
  }

  /**
   * @param source - A source.
   * @param lane - One of its lanes.
   * @returns The lane as it is in this round's final block.
   */
  lane(source: RollupClient, lane: Lane): Promise<SourceLane> {
    const key = laneId(lane);
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const asked = (async () => {
      const header = await agreedHeader(source.endpoints, await headNumber(source.endpoints, FINALITY_FINAL));
      const count = await source.lanes.provenCount(lane, header, true);
      return { count, timestamp: header.timestamp, blockNumber: header.number };
    })();
    this.#lanes.set(key, asked);
    return asked;
  }

  /**
   * @param page - A page that was told true in some round.
   * @returns Its source's page as far as it is known.
   */
  tree(page: Page): PageTree | undefined {
    return this.#rollups.get(page.sourceChainId, page.sourceGateway)?.lanes.book(laneId(page))?.page(page.pageIndex);
  }

  async #page(page: Page, source: RollupClient): Promise<Finding> {
    const { count: total, timestamp, blockNumber } = await this.lane(source, page);
    const first = nonceAt(page.pageIndex, 0);
    const reached = Math.min(Math.max(total - Number(first), 0), PAGE_SIZE);
    const block = `block ${String(blockNumber)} of chain ${String(page.sourceChainId)}`;
    if (reached < page.count) {
      // Who signed may have seen a later block than this one.
      if (timestamp <= page.sourceTimestamp) return { truth: "later" };
      const reason = `${String(page.count)} messages were certified, ${String(reached)} were sent by ${block}`;
      return { truth: "false", lie: "NotYet", reason };
    }
    const tree = this.tree(page);
    if (tree === undefined) return { truth: "later" };
    if (tree.isStatedBy(page)) return { truth: "true" };
    const reason = `page ${String(page.pageIndex)} holds other messages than the ${String(page.count)} that were certified, by ${block}`;
    return { truth: "false", lie: "Differs", reason };
  }

  async #stranger(page: Page, issuedAt: bigint): Promise<Finding> {
    if ((await this.view.activeSince(page.sourceChainId, page.sourceGateway)) !== 0n) return { truth: "beyond" };
    if (!this.#isSettled(issuedAt)) return { truth: "later" };
    const reason = `${String(page.sourceChainId)} ${page.sourceGateway} never spoke for its chain`;
    return { truth: "false", lie: "Stranger", reason };
  }

  async #fact(fact: HubFact, issuedAt: bigint): Promise<Finding> {
    const found = await this.view.fact(fact);
    if (found !== undefined && statementHash(found) === statementHash(fact)) return { truth: "true" };
    const lie = fact.kind === "Table" ? "FalseTable" : "FalseEntry";
    // What the hub has once stays for ever; what it does not have may be in a block that is not final here yet.
    if (found === undefined && !this.#isSettled(issuedAt)) return { truth: "later" };
    return { truth: "false", lie, reason: `the hub ${found === undefined ? "does not say this" : "says otherwise"}` };
  }

  #isSettled(issuedAt: bigint): boolean {
    return this.view.block.timestamp > issuedAt + this.#hubFactSeconds;
  }
}
