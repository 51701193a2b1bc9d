import { ProtocolError } from "#protocol/errors.ts";
import { laneId, nonceAt } from "#protocol/messages.ts";
import { statementHash, type Page, type Statement } from "#protocol/statements.ts";
import type { Bytes32, LaneId } from "#protocol/types.ts";

/** What a statement says, subject by subject: of a page, each message and the chain head after it. */
export interface Claimed {
  readonly statement: Statement;
  /** Of a page: id and chain head of each of its messages, in order. */
  readonly messages?: readonly { readonly id: Bytes32; readonly chainHead: Bytes32 }[];
}

/** One subject that a statement speaks about. */
export interface Row {
  readonly subject: string;
  readonly content: string;
}

/**
 * @param claim - A statement, and of a page its messages.
 * @returns What a signing history remembers of it.
 */
export function rowsOf({ statement, messages = [] }: Claimed): Row[] {
  switch (statement.kind) {
    case "Page":
      return pageRows(statement.content, messages);
    case "Table": {
      const { operatorSetId, epoch } = statement.content;
      return [{ subject: `table ${String(operatorSetId)} ${String(epoch)}`, content: statementHash(statement) }];
    }
    case "Rollup": {
      const { chainId, version } = statement.content;
      return [{ subject: `entry ${String(chainId)} ${String(version)}`, content: statementHash(statement) }];
    }
    case "Halt":
      return [];
  }
}

function pageRows(page: Page, messages: NonNullable<Claimed["messages"]>): Row[] {
  if (messages.length !== page.count) {
    throw new ProtocolError(
      "LeavesRequired",
      `${String(messages.length)} messages of a page with ${String(page.count)}`,
    );
  }
  const lane = laneId(page);
  return messages.map(({ id, chainHead }, index) => ({
    subject: messageSubject(lane, nonceAt(page.pageIndex, index)),
    content: `${id} ${chainHead}`,
  }));
}

/**
 * @param lane - A lane.
 * @param nonce - One of its nonces.
 * @returns The subject of the message's row.
 */
export function messageSubject(lane: LaneId, nonce: bigint): string {
  return `message ${lane} ${String(nonce)}`;
}
