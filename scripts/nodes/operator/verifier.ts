import { agreedHeader, headNumber, type Header } from "#chain/headers.ts";
import type { RollupClient } from "#chain/rollup.ts";
import type { Doubt } from "#nodes/shared/api.ts";
import type { Clock } from "#nodes/shared/clock.ts";
import { reasonOf } from "#nodes/shared/log.ts";
import type { Rollups } from "#nodes/shared/rollups.ts";
import { FINALITY_FINAL } from "#protocol/contradictions.ts";
import { laneId, nonceAt } from "#protocol/messages.ts";
import { statementLeaf, type Page, type Statement } from "#protocol/statements.ts";
import type { ChainId } from "#protocol/types.ts";

import type { Claimed } from "./claims.ts";
import { codeOf, DoubtError } from "./doubts.ts";
import type { HubFacts } from "./hubFacts.ts";

/** What an operator checks statements with. */
export interface VerifierOptions {
  readonly rollups: Rollups;
  /** What facts of the hub are held against, and the ends of lanes. */
  readonly hub: HubFacts | undefined;
  /** The allow list. */
  readonly sources: readonly ChainId[];
  readonly minFinality: number;
  readonly clock: Clock;
}

/** What came out: every statement is either claimed or doubted. */
export interface Verification {
  readonly claims: readonly Claimed[];
  readonly doubts: readonly Doubt[];
}

/** Answers that several statements of one batch share. */
class Answers {
  readonly #answers = new Map<string, Promise<unknown>>();

  once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(key);
    // A key is used for one question only.
    if (known !== undefined) return known as Promise<T>;
    const answer = ask();
    this.#answers.set(key, answer);
    return answer;
  }
}

/**
 * Step 2 of 5. Rebuilds each page from events, and stands behind it only if the chain head in the gateway's storage, read
 * by proof at the very block that the page names, says the same. Facts of the hub it holds against the hub itself.
 */
export class StatementVerifier {
  readonly #options: VerifierOptions;

  /** @param options - What to check with. */
  constructor(options: VerifierOptions) {
    this.#options = options;
  }

  /**
   * @param operatorSetId - The set that is to sign.
   * @param statements - The statements of a batch.
   * @returns What is behind each, or why it is doubted.
   */
  async verify(operatorSetId: number, statements: readonly Statement[]): Promise<Verification> {
    const answers = new Answers();
    const claims: Claimed[] = [];
    const doubts: Doubt[] = [];
    await Promise.all(
      statements.map(async (statement) => {
        try {
          claims.push(await this.#claim(operatorSetId, statement, answers));
        } catch (error) {
          doubts.push({ leaf: statementLeaf(statement), code: codeOf(error), reason: reasonOf(error) });
        }
      }),
    );
    return { claims, doubts };
  }

  async #claim(operatorSetId: number, statement: Statement, answers: Answers): Promise<Claimed> {
    if (statement.kind !== "Page") return this.#fact(statement, answers);
    const page = statement.content;
    const source = this.#options.sources.includes(page.sourceChainId)
      ? this.#options.rollups.get(page.sourceChainId, page.sourceGateway)
      : undefined;
    if (source === undefined) {
      throw new DoubtError(
        "SourceNotAllowed",
        `${String(page.sourceChainId)} ${page.sourceGateway} is not on the allow list`,
      );
    }
    if (page.finality < this.#options.minFinality) {
      throw new DoubtError(
        "FinalityTooLow",
        `finality ${String(page.finality)}, at least ${String(this.#options.minFinality)}`,
      );
    }
    await answers.once(`lane ${laneId(page)}`, () => this.#ensureLane(operatorSetId, page, source, answers));
    const header = await answers.once(
      [page.sourceChainId, page.sourceGateway, page.blockNumber, page.finality].map(String).join(" "),
      () => this.#header(page, source),
    );
    if (header.timestamp !== page.sourceTimestamp) {
      throw new DoubtError("TimestampMismatch", `block ${String(header.number)} is of ${String(header.timestamp)}`);
    }
    const count = await answers.once(`count ${laneId(page)} ${String(page.blockNumber)}`, () =>
      source.lanes.provenCount(page, header, page.finality === FINALITY_FINAL),
    );
    return { statement, messages: confirmedMessages(page, source, count) };
  }

  async #fact(statement: Exclude<Statement, { kind: "Page" }>, answers: Answers): Promise<Claimed> {
    const { hub } = this.#options;
    if (statement.kind === "Halt") throw new DoubtError("KindNotSupported", "no operator signs a Halt yet");
    if (hub === undefined) {
      throw new DoubtError("KindNotSupported", `this operator does not follow the hub that ${statement.kind} is about`);
    }
    await hub.ensureTrue(await answers.once("hub", () => hub.final()), statement);
    return { statement };
  }

  // Both ends must know both gateways, the destination must hear the source through this very set, and the hub both.
  async #ensureLane(operatorSetId: number, page: Page, source: RollupClient, answers: Answers): Promise<void> {
    const { destinationChainId, destinationGateway } = page;
    const destination = this.#options.rollups.get(destinationChainId, destinationGateway);
    if (destination === undefined || destinationChainId === page.sourceChainId) {
      throw new DoubtError("LaneNotInDirectory", `${String(destinationChainId)} ${destinationGateway} is not followed`);
    }
    const now = this.#options.clock.nowSeconds();
    const [, , , entry] = await Promise.all(
      [source, destination].flatMap((rollup) => [
        heard(rollup, destinationChainId, destinationGateway, now),
        heard(rollup, page.sourceChainId, page.sourceGateway, now),
      ]),
    );
    if (entry?.operatorSetId !== operatorSetId) {
      throw new DoubtError("OperatorSetNotOfSource", `set ${String(entry?.operatorSetId)} speaks for the source`);
    }
    const { hub } = this.#options;
    if (hub !== undefined) await hub.ensureLane(await answers.once("hub", () => hub.final()), page);
  }

  async #header(page: Page, source: RollupClient): Promise<Header> {
    const head = await headNumber(source.endpoints, page.finality);
    if (page.blockNumber > BigInt(head)) {
      throw new DoubtError("BlockNotFinal", `block ${String(page.blockNumber)}, reached ${String(head)}`);
    }
    return agreedHeader(source.endpoints, Number(page.blockNumber));
  }
}

async function heard(rollup: RollupClient, chainId: ChainId, gateway: Page["sourceGateway"], now: bigint) {
  const entry = await rollup.heardEntry(chainId, gateway, now);
  if (entry === undefined) {
    throw new DoubtError("LaneNotInDirectory", `${String(rollup.chainId)} does not know ${String(chainId)} ${gateway}`);
  }
  return entry;
}

function confirmedMessages(page: Page, source: RollupClient, count: number): NonNullable<Claimed["messages"]> {
  const last = nonceAt(page.pageIndex, page.count - 1);
  const tree = source.lanes.book(laneId(page))?.page(page.pageIndex);
  if (tree === undefined || last >= BigInt(count)) {
    throw new DoubtError("CountNotReached", `the lane had ${String(count)} messages by then, not ${String(last + 1n)}`);
  }
  if (!tree.isStatedBy(page)) {
    throw new DoubtError("ContentMismatch", "the page holds something else");
  }
  return tree.leaves.slice(0, page.count).map((id, index) => ({ id, chainHead: tree.chainHead(index + 1) }));
}
