import { toBeHex } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import { messageId, type Message } from "#protocol/messages.ts";
import { PageTree } from "#protocol/pages.ts";
import { address } from "#protocol/types.ts";

import type { LanePage } from "./rollup.ts";

/** The page with its last message replaced by one that was never sent; another one for each number. */
export function forged({ page, tree, messages }: LanePage, number = 1): LanePage {
  const last = elementAt(messages, messages.length - 1);
  const lie = { ...last, sender: address(toBeHex(0xbad00 + number, 20)) };
  return pageWith({ page, tree }, [...messages.slice(0, -1), lie]);
}

/** The page with one message more than was sent. */
export function ahead({ page, tree, messages }: LanePage): LanePage {
  const last = elementAt(messages, messages.length - 1);
  return pageWith({ page, tree }, [...messages, { ...last, nonce: last.nonce + 1n }]);
}

function pageWith({ page, tree }: Pick<LanePage, "page" | "tree">, messages: readonly Message[]): LanePage {
  const other = new PageTree(tree.chainHead(0), messages.map(messageId));
  return {
    messages,
    tree: other,
    page: { ...page, count: other.count, root: other.root(), chainHead: other.chainHead() },
  };
}
