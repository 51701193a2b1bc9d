import { concat, dataLength, dataSlice, id, keccak256 } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import { messageId, type MessageBody } from "#protocol/messages.ts";
import { packMessages, unpackMessages } from "#protocol/packing.ts";
import { PAGE_DEPTH, rangeRoot } from "#protocol/pages.ts";
import { messagesOfRun, type Run } from "#protocol/runs.ts";
import { statementLeaf, type Page } from "#protocol/statements.ts";
import { address, bytes32, chainId, hex, type Bytes32 } from "#protocol/types.ts";

/** A single corruption of a run, and the error it must end in at both entry points. */
export interface Corruption {
  readonly title: string;
  readonly corrupt: (run: Run) => Run;
  /** Error and arguments, given the corrupted run; the batch's own errors when absent. */
  readonly error?: (corrupted: Run) => readonly [string, ...unknown[]];
}

const NOISE = bytes32(id("noise"));
const NOBODY = address("0x00000000000000000000000000000000000000ff");

/** The root that a page and its proof lead to: pairs are sorted. */
export function batchRoot({ page, batchProof }: Run): Bytes32 {
  const leaf: Bytes32 = statementLeaf({ kind: "Page", content: page });
  return batchProof.reduce((node, sibling) => bytes32(keccak256(concat([node, sibling].sort()))), leaf);
}

function pageField(field: keyof Page, value: unknown): Corruption {
  return { title: `page.${field}`, corrupt: (run) => ({ ...run, page: { ...run.page, [field]: value } }) };
}

function body(title: string, change: (body: MessageBody) => MessageBody): Corruption {
  return {
    title: `messages: ${title}`,
    corrupt: (run) => {
      const bodies = unpackMessages(run.messages);
      return {
        ...run,
        messages: packMessages([...bodies.slice(0, 2), change(elementAt(bodies, 2)), ...bodies.slice(3)]),
      };
    },
    error: rootMismatch,
  };
}

function rootMismatch(run: Run): [string, ...unknown[]] {
  return [
    "PageRootMismatch",
    rangeRoot(run.firstIndex, messagesOfRun(run).map(messageId), run.rangeProof),
    run.page.root,
  ];
}

/** A run of another shape is refused for its proof's length; one that needs as many siblings by chance, for its root. */
function shapeMismatch(run: Run): readonly [string, ...unknown[]] {
  const required = siblingsOf(run.firstIndex, unpackMessages(run.messages).length);
  return run.rangeProof.length === required ? rootMismatch(run) : ["RangeProofLength", run.rangeProof.length, required];
}

function siblingsOf(firstIndex: number, length: number): number {
  let siblings = 0;
  for (let level = 0; level < PAGE_DEPTH; level++) {
    siblings += ((firstIndex >> level) & 1) + (1 - (((firstIndex + length - 1) >> level) & 1));
  }
  return siblings;
}

function messageBytes(title: string, change: (messages: string) => string, error: Corruption["error"]): Corruption {
  const corrupt = (run: Run) => ({ ...run, messages: hex(change(run.messages)) });
  return error === undefined ? { title, corrupt } : { title, corrupt, error };
}

const truncated = (required: (size: number) => number) => (run: Run) =>
  ["MessagesTruncated", dataLength(run.messages), required(dataLength(run.messages))] as const;

// The run: messages 5 to 13 of a page with 20, each with a payload of 40 bytes.
export const FIRST = 5;
export const LENGTH = 9;
export const COUNT = 20;
const PACKED = 95;

/** Every field of a run, each in every way that makes a difference. */
export const CORRUPTIONS: readonly Corruption[] = [
  pageField("sourceChainId", chainId(1_003)),
  pageField("sourceGateway", NOBODY),
  pageField("destinationChainId", chainId(1_003)),
  pageField("destinationGateway", NOBODY),
  pageField("pageIndex", 1n),
  pageField("count", COUNT - 1),
  pageField("root", NOISE),
  pageField("chainHead", NOISE),
  pageField("blockNumber", 1n),
  pageField("sourceTimestamp", 1n),
  pageField("finality", 2),
  { title: "batchProof: another sibling", corrupt: (run) => ({ ...run, batchProof: [NOISE] }) },
  { title: "batchProof: none", corrupt: (run) => ({ ...run, batchProof: [] }) },
  { title: "batchProof: one more", corrupt: (run) => ({ ...run, batchProof: [...run.batchProof, NOISE] }) },
  {
    title: "batchProof: 33 levels",
    corrupt: (run) => ({ ...run, batchProof: Array.from({ length: 33 }, () => NOISE) }),
    error: () => ["BatchProofTooLong", 33, 32],
  },
  {
    title: "firstIndex: one less",
    corrupt: (run) => ({ ...run, firstIndex: FIRST - 1 }),
    error: shapeMismatch,
  },
  {
    title: "firstIndex: four more",
    corrupt: (run) => ({ ...run, firstIndex: FIRST + 4 }),
    error: shapeMismatch,
  },
  {
    title: "firstIndex: at the count",
    corrupt: (run) => ({ ...run, firstIndex: COUNT }),
    error: () => ["RunBeyondCount", COUNT, COUNT],
  },
  {
    title: "firstIndex: beyond any page",
    corrupt: (run) => ({ ...run, firstIndex: 65_535 }),
    error: () => ["RunBeyondCount", 65_535, COUNT],
  },
  {
    title: "firstIndex: the run ends beyond the count",
    corrupt: (run) => ({ ...run, firstIndex: COUNT - LENGTH + 1 }),
    error: () => ["RunBeyondCount", COUNT + 1, COUNT],
  },
  {
    title: "rangeProof: another sibling",
    corrupt: (run) => ({ ...run, rangeProof: [NOISE, ...run.rangeProof.slice(1)] }),
    error: rootMismatch,
  },
  {
    title: "rangeProof: two siblings swapped",
    corrupt: (run) => ({ ...run, rangeProof: [...run.rangeProof.slice(0, 5), ...run.rangeProof.slice(5).reverse()] }),
    error: rootMismatch,
  },
  {
    title: "rangeProof: one less",
    corrupt: (run) => ({ ...run, rangeProof: run.rangeProof.slice(1) }),
    error: shapeMismatch,
  },
  {
    title: "rangeProof: one more",
    corrupt: (run) => ({ ...run, rangeProof: [...run.rangeProof, NOISE] }),
    error: shapeMismatch,
  },
  body("sender", (message) => ({ ...message, sender: NOBODY })),
  body("recipient", (message) => ({ ...message, recipient: NOBODY })),
  body("gasLimit", (message) => ({ ...message, gasLimit: message.gasLimit - 1 })),
  body("deliverBefore", (message) => ({ ...message, deliverBefore: 1n })),
  body("payload", (message) => ({ ...message, payload: hex(`0xff${message.payload.slice(4)}`) })),
  body("shorter payload", (message) => ({ ...message, payload: hex(dataSlice(message.payload, 1)) })),
  body("longer payload", (message) => ({ ...message, payload: hex(`${message.payload}00`) })),
  messageBytes(
    "messages: the last byte is missing",
    (all) => all.slice(0, -2),
    truncated((size) => size + 1),
  ),
  messageBytes(
    "messages: cut in a header",
    (all) => dataSlice(all, 0, PACKED + 54),
    truncated((size) => size + 1),
  ),
  messageBytes(
    "messages: a byte behind them",
    (all) => `${all}00`,
    truncated((size) => size - 1 + 55),
  ),
  messageBytes("messages: the last one is missing", (all) => dataSlice(all, 0, PACKED * (LENGTH - 1)), shapeMismatch),
  messageBytes("messages: an empty one behind them", (all) => all + "00".repeat(55), shapeMismatch),
  messageBytes(
    "messages: more than the count",
    (all) => all + "00".repeat(55 * 7),
    () => ["RunBeyondCount", 21, COUNT],
  ),
  messageBytes(
    "messages: none",
    () => "0x",
    () => ["EmptyRun"],
  ),
];
