import { id } from "ethers";

import type { KnownLeaves, Publication } from "#protocol/evidence/build.ts";
import type { Lane } from "#protocol/messages.ts";
import { statementLeaf, type Rollup, type Statement, type Table } from "#protocol/statements.ts";
import { address, bytes32, ZERO_BYTES32 } from "#protocol/types.ts";

import type { Committee } from "./committee.ts";
import { toldPage, type ToldPage } from "./speeches.ts";

/** What an honest operator says, and may say in any order and any number of times. */
export interface HonestSaying {
  readonly name: string;
  readonly statement: Statement;
  /** Of a page. */
  readonly told?: ToldPage;
}

/** What is true for whoever says it. */
export interface HonestWorld {
  readonly lane: Lane;
  /** Tables and entries as the hub has them. */
  readonly tables: readonly Table[];
  readonly entries: readonly Rollup[];
}

const SENT = ["one", "two", "three", "four", "five"];
const NEW_GATEWAY = address("0x00000000000000000000000000000000000bee42");

/** All of it: growth, later blocks, below final before and after a reorganisation, a new gateway, facts of the hub, halts. */
export function honestSayings({ lane, tables, entries }: HonestWorld): HonestSaying[] {
  const page = (name: string, told: ToldPage): HonestSaying => ({
    ...{ name, told },
    statement: { kind: "Page", content: told.page },
  });
  const halt = (expiresAt: bigint): Statement => ({
    kind: "Halt",
    content: { chainId: lane.sourceChainId, gateway: lane.sourceGateway, expiresAt, reason: ZERO_BYTES32 },
  });
  const later = { blockNumber: 120n, sourceTimestamp: 1_240n };
  return [
    page("a page", toldPage(lane, SENT.slice(0, 2))),
    page("the page as of a later block", toldPage(lane, SENT.slice(0, 2), later)),
    page("the page, grown", toldPage(lane, SENT.slice(0, 3), later)),
    page("the page, grown further", toldPage(lane, SENT, { blockNumber: 140n, sourceTimestamp: 1_480n })),
    page("the page below final", toldPage(lane, SENT.slice(0, 2), { finality: 2 })),
    page("what a reorganisation took back", toldPage(lane, ["one", "two", "undone"], { finality: 1 })),
    page("what came instead", toldPage(lane, SENT.slice(0, 3), { finality: 1 })),
    page("a new gateway's lane", toldPage({ ...lane, destinationGateway: NEW_GATEWAY }, ["first", "second"])),
    page("the next page", toldPage(lane, ["257th"], { pageIndex: 1n, chainHead: bytes32(id("after 257")) })),
    ...tables.map((content) => ({ name: "a table", statement: { kind: "Table", content } as const })),
    ...entries.map((content) => ({ name: "an entry", statement: { kind: "Rollup", content } as const })),
    { name: "a halt", statement: halt(9_000n) },
    { name: "a longer halt", statement: halt(9_900n) },
  ];
}

/** Leaves of all pages among them. */
export function leavesOf(sayings: readonly HonestSaying[]): KnownLeaves {
  return new Map(
    sayings.flatMap(({ statement, told }) =>
      told === undefined ? [] : [[statementLeaf(statement), told.tree.leaves] as const],
    ),
  );
}

/** Has committees say all of it, one by one and all together, as two aggregators that never heard of each other would have it. */
export async function honestRecords(
  committees: readonly Committee[],
  sayings: readonly HonestSaying[],
  issuedAt: bigint,
): Promise<Publication[]> {
  const records: Publication[] = [];
  const all = sayings.map(({ statement }) => statement);
  for (const [turn, committee] of committees.entries()) {
    const batches = [all, [...all].reverse().slice(2), ...all.map((statement) => [statement])];
    for (const [at, statements] of batches.entries()) {
      const options = { issuedAt: issuedAt + BigInt(turn * 1_000 + at), absent: [at % committee.keys.length] };
      records.push({ certificate: (await committee.certify(statements, options)).certificate, statements });
    }
  }
  return records;
}
