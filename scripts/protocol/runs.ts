import { verifyStatement, type StatementTree } from "./batches.ts";
import { elementAt, ensure } from "./errors.ts";
import { messageId, nonceAt, type Message } from "./messages.ts";
import { packMessages, unpackMessages } from "./packing.ts";
import { verifyRange, type PageTree } from "./pages.ts";
import { statementLeaf, type Page } from "./statements.ts";
import { smallUint, type Bytes32, type Hex } from "./types.ts";

/** Contiguous messages of one page, delivered together. Field names are those of the Solidity struct. */
export interface Run {
  readonly page: Page;
  readonly batchProof: Bytes32[];
  /** Place in the page of the first message. */
  readonly firstIndex: number;
  /** Gas that the relayer promises each message, at least. */
  readonly gasPerMessage: number;
  readonly rangeProof: Bytes32[];
  readonly messages: Hex;
}

/** What a run is built from. */
export interface RunParts {
  /** The certified statement. */
  readonly page: Page;
  /** The batch that holds it. */
  readonly statements: StatementTree;
  /** The page's ids, as many as the statement counts or more. */
  readonly pageTree: PageTree;
  /** Contiguous messages of the page, at least one. */
  readonly messages: readonly Message[];
  readonly gasPerMessage?: number;
}

/**
 * @param parts - Statement, batch, page and messages.
 * @returns The run; throws `PageMismatch` when the page is not the certified one or a message does not stand in it.
 */
export function buildRun(parts: RunParts): Run {
  const { page, statements, pageTree, messages, gasPerMessage = 0 } = parts;
  ensure(
    pageTree.isStatedBy(page),
    "PageMismatch",
    () => `the page at count ${String(page.count)} is not the certified one`,
  );
  ensure(messages.length > 0, "NoMessages", () => "a run has at least one message");
  const firstIndex = Number(elementAt(messages, 0).nonce - nonceAt(page.pageIndex, 0));
  const rangeProof = pageTree.rangeProof(firstIndex, messages.length, page.count);
  messages.forEach((message, offset) => {
    const index = firstIndex + offset;
    ensure(
      message.nonce === nonceAt(page.pageIndex, index) && messageId(message) === pageTree.leaves[index],
      "PageMismatch",
      () => `message ${String(message.nonce)} is not message ${String(index)} of the page`,
    );
  });
  return {
    page,
    batchProof: statements.proof({ kind: "Page", content: page }),
    firstIndex,
    gasPerMessage: smallUint(gasPerMessage, 32),
    rangeProof,
    messages: packMessages(messages),
  };
}

/**
 * The messages that a run carries, with lane and nonces filled in from its page. Nothing is proven yet.
 *
 * @param run - The run.
 * @returns Its messages, complete.
 */
export function messagesOfRun(run: Run): Message[] {
  const { sourceChainId, sourceGateway, destinationChainId, destinationGateway, pageIndex } = run.page;
  return unpackMessages(run.messages).map((body, offset) => ({
    sourceChainId,
    sourceGateway,
    destinationChainId,
    destinationGateway,
    nonce: nonceAt(pageIndex, run.firstIndex + offset),
    ...body,
  }));
}

/**
 * Checks a run the way the inbox does: its page against the batch, its messages against the page.
 *
 * @param run - The run.
 * @param statementsRoot - The root of a batch that was certified.
 * @returns The messages it proves; throws the broken rule.
 */
export function verifyRun(run: Run, statementsRoot: Bytes32): Message[] {
  const leaf = statementLeaf({ kind: "Page", content: run.page });
  ensure(
    verifyStatement(statementsRoot, leaf, run.batchProof),
    "StatementNotInBatch",
    () => `no page with leaf ${leaf}`,
  );
  const messages = messagesOfRun(run);
  ensure(
    run.firstIndex + messages.length <= run.page.count,
    "RangeOutsidePage",
    () =>
      `messages ${String(run.firstIndex)} to ${String(run.firstIndex + messages.length - 1)} of ${String(run.page.count)}`,
  );
  ensure(
    verifyRange(run.page.root, run.firstIndex, messages.map(messageId), run.rangeProof),
    "PageMismatch",
    () => "the messages are not those of the page",
  );
  return messages;
}
