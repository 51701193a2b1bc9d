import { StatementTree } from "#protocol/batches.ts";
import { laneId, messageId, nonceAt, type Message } from "#protocol/messages.ts";
import { EMPTY_NODES, PageTree } from "#protocol/pages.ts";
import { buildRun } from "#protocol/runs.ts";
import type { Page } from "#protocol/statements.ts";

import { encodeRun } from "./abi.ts";
import type { VectorFile } from "./format.ts";
import { Random } from "./random.ts";
import * as sample from "./samples.ts";

const COUNTS = [0, 1, 2, 3, 37, 128, 200, 255, 256];

/** `[count, firstIndex, length]`: first and last places, page borders, odd and even ends, whole pages. */
const RANGES = [
  ...[
    [1, 0, 1],
    [2, 0, 1],
    [2, 1, 1],
    [2, 0, 2],
    [3, 1, 2],
    [37, 36, 1],
    [128, 127, 1],
    [128, 64, 64],
  ],
  ...[
    [200, 37, 1],
    [200, 37, 100],
    [200, 0, 200],
    [255, 254, 1],
    [255, 0, 255],
    [256, 0, 256],
    [256, 255, 1],
  ],
  ...[
    [256, 0, 1],
    [256, 127, 2],
    [256, 128, 128],
    [256, 1, 255],
    [256, 1, 254],
    [256, 3, 170],
  ],
];

/** Roots and heads of one growing page, proofs of ranges in it, and complete runs on both sides of a page border. */
export function pageVectors(): VectorFile {
  const random = new Random("pages");
  const firstChainHead = random.word();
  const tree = new PageTree(firstChainHead, random.words(256));
  return {
    emptyNodes: EMPTY_NODES,
    firstChainHead,
    leaves: tree.leaves,
    ranges: RANGES.map(([count = 0, firstIndex = 0, length = 0]) => ({
      count,
      firstIndex,
      length,
      proof: tree.rangeProof(firstIndex, length, count),
      root: tree.root(count),
    })),
    roots: COUNTS.map((count) => ({ chainHead: tree.chainHead(count), count, root: tree.root(count) })),
    runs: runCases(random),
  };
}

// A lane of 256 + 3 messages: runs end at the first page's last message, and begin at the second's first.
function runCases(random: Random) {
  const lane = sample.lane(random);
  const messages = Array.from({ length: 259 }, (_, i): Message => {
    return { ...lane, ...sample.body(random, i % 40), nonce: BigInt(i) };
  });
  const first = new PageTree(laneId(lane), messages.slice(0, 256).map(messageId));
  const second = new PageTree(first.chainHead(), messages.slice(256).map(messageId));
  const pageTrees = [first, second];
  const pages = pageTrees.map((tree, pageIndex): Page => {
    return {
      ...lane,
      pageIndex: BigInt(pageIndex),
      count: tree.count,
      root: tree.root(),
      chainHead: tree.chainHead(),
      blockNumber: 1_000n,
      sourceTimestamp: 1_700_000_000n,
      finality: 3,
    };
  });
  const statements = new StatementTree([
    ...pages.map((content) => ({ kind: "Page", content }) as const),
    ...sample.statements(random, 3),
  ]);
  const ranges = [
    [0, 0, 1],
    [0, 250, 6],
    [0, 255, 1],
    [0, 37, 20],
    [1, 0, 3],
    [1, 0, 1],
    [1, 2, 1],
  ];
  return ranges.flatMap(([pageIndex = 0, firstIndex = 0, length = 0]) => {
    const [page, pageTree] = [pages[pageIndex], pageTrees[pageIndex]];
    if (page === undefined || pageTree === undefined) return [];
    const from = Number(nonceAt(BigInt(pageIndex), firstIndex));
    const run = buildRun({
      page,
      statements,
      pageTree,
      messages: messages.slice(from, from + length),
      gasPerMessage: 50_000,
    });
    return {
      ids: pageTree.leaves.slice(firstIndex, firstIndex + length),
      pageRoot: page.root,
      run: encodeRun(run),
      statementsRoot: statements.root,
    };
  });
}
