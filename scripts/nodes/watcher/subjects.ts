import { laneId } from "#protocol/messages.ts";
import { statementHash, statementLeaf, type Page, type Statement } from "#protocol/statements.ts";

/** What a statement is about, and what it says of it. */
export interface Subject {
  /** Two statements with one subject may contradict each other. */
  readonly subject: string;
  /** Two statements with one subject and one slot do, unless they say the same: of pages, the count. */
  readonly slot: number;
  /** What is said. Block, time and finality of a page are not content. */
  readonly content: string;
}

/**
 * @param statement - A statement.
 * @returns What it is about. A halt is about nothing but itself.
 */
export function subjectOf(statement: Statement): Subject {
  switch (statement.kind) {
    case "Page": {
      const { count, root, chainHead } = statement.content;
      return { subject: pageSubject(statement.content), slot: count, content: `${String(count)} ${root} ${chainHead}` };
    }
    case "Table": {
      const { operatorSetId, epoch } = statement.content;
      return { subject: `table ${String(operatorSetId)} ${String(epoch)}`, slot: 0, content: statementHash(statement) };
    }
    case "Rollup": {
      const { chainId, version } = statement.content;
      return { subject: `entry ${String(chainId)} ${String(version)}`, slot: 0, content: statementHash(statement) };
    }
    case "Halt":
      return { subject: `halt ${statementLeaf(statement)}`, slot: 0, content: statementHash(statement) };
  }
}

/** What a page of a lane is about. */
export function pageSubject(
  page: Pick<Page, "sourceChainId" | "sourceGateway" | "destinationChainId" | "destinationGateway" | "pageIndex">,
): string {
  return `page ${laneId(page)} ${String(page.pageIndex)}`;
}
