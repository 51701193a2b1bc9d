import type { ContractTransactionResponse } from "ethers";
import { id } from "ethers";

import type { Lane } from "#protocol/messages.ts";
import type { Halt, Page, Rollup as Entry, Table } from "#protocol/statements.ts";
import { address, bytes32, ZERO_BYTES32, type Bytes32 } from "#protocol/types.ts";

import type { Committee, CertifyOptions } from "./committee.ts";
import { PAPER, paperWorld, type PaperWorld } from "./paper.ts";
import type { Rollup } from "./rollup.ts";
import { NO_DIVERGENCE, say, sayEntry, sayPage, sayTable, toldPage, type Divergence, type Speech } from "./speeches.ts";
import { entryOf, Status } from "./world.ts";

export const HOUR = 3_600n;
export const DAY = 86_400n;

/** `status` of an epoch. */
export const EpochStatus = { Speaking: 0n, Frozen: 1n, Revoked: 2n } as const;

/** A paper world with a slow road, at whose end a test stands. */
export async function roadWorld(): Promise<PaperWorld> {
  return paperWorld({}, 86_400n, true);
}

/** A page of a paper source that goes elsewhere: whom a page is for does not matter to who contradicts itself. */
export const ELSEWHERE: Lane = {
  sourceChainId: PAPER.strong,
  sourceGateway: PAPER.gateway,
  destinationChainId: PAPER.weak,
  destinationGateway: PAPER.gateway,
};

/** Two pages that cannot both be true, and who said them. */
export interface PageConflict {
  readonly speechA: Speech;
  readonly pageA: Page;
  readonly speechB: Speech;
  readonly pageB: Page;
  readonly divergence: Divergence;
}

/** Has a committee contradict itself about a page. */
export async function pageConflict(
  committee: Committee,
  options: CertifyOptions,
  second = options,
): Promise<PageConflict> {
  const [a, b] = [toldPage(ELSEWHERE, ["one", "two"]), toldPage(ELSEWHERE, ["one", "other"])];
  return {
    speechA: await sayPage(committee, a, options),
    pageA: a.page,
    speechB: await sayPage(committee, b, second),
    pageB: b.page,
    divergence: NO_DIVERGENCE,
  };
}

/** Freezes for pages, as anybody. */
export async function freeze(
  { operatorTables, relayer }: Rollup,
  { speechA, pageA, speechB, pageB, divergence }: PageConflict,
): Promise<ContractTransactionResponse> {
  return operatorTables.connect(relayer).freezeForPages(speechA, pageA, speechB, pageB, divergence);
}

/** Two tables of one epoch that no hub can both have, and who said them. */
export async function tableConflict(committee: Committee, options: CertifyOptions) {
  const tableA: Table = {
    operatorSetId: committee.operatorSetId,
    epoch: 7,
    tableHash: bytes32(id("rows")),
    validFrom: 1n,
    validUntil: 2n,
  };
  const tableB = { ...tableA, validUntil: 3n };
  return {
    tableA,
    tableB,
    speechA: await sayTable(committee, tableA, options),
    speechB: await sayTable(committee, tableB, options),
  };
}

/** Two entries of one version, and who said them. */
export async function entryConflict(committee: Committee, options: CertifyOptions) {
  const entryA: Entry = entryOf(PAPER.weak, PAPER.gateway, { version: 2n });
  const entryB: Entry = { ...entryA, status: Status.Retired };
  return {
    entryA,
    entryB,
    speechA: await sayEntry(committee, entryA, options),
    speechB: await sayEntry(committee, entryB, options),
  };
}

/** A halt of the strong source, for an hour from `issuedAt` on, with any changes. */
export function haltOf(issuedAt: bigint, changes: Partial<Halt> = {}): Halt {
  return {
    chainId: PAPER.strong,
    gateway: PAPER.gateway,
    expiresAt: issuedAt + HOUR,
    reason: ZERO_BYTES32,
    ...changes,
  };
}

/** How a halt is signed and brought. */
export interface HaltOptions extends Partial<CertifyOptions> {
  /** Second of the block that takes it. */
  readonly at?: bigint;
}

/** Has a committee say a halt and brings it. */
export async function bringHalt(
  here: Rollup,
  committee: Committee,
  changes: Partial<Halt> = {},
  { at, issuedAt, ...options }: HaltOptions = {},
): Promise<ContractTransactionResponse> {
  const issued = issuedAt ?? (await here.now());
  const content = haltOf(issued, changes);
  const { certificate, batchProof } = await say(committee, { kind: "Halt", content }, { issuedAt: issued, ...options });
  if (at !== undefined) await here.helpers.time.setNextBlockTimestamp(at);
  return here.policy.connect(here.relayer).halt(certificate, content, [...batchProof]);
}

/** What the hub said of an epoch; keys in the contract's order. */
export interface EpochNews {
  readonly sequence: bigint;
  readonly hubTime: bigint;
  readonly newestEpoch: number;
  readonly isRevoked: boolean;
  readonly table: Table;
}

/** News that the hub has this very table as its newest, with any changes. */
export function newsOf(table: Table, hubTime: bigint, changes: Partial<EpochNews> = {}): EpochNews {
  return { sequence: 1n, hubTime, newestEpoch: table.epoch, isRevoked: false, table, ...changes };
}

/** News that the hub has no such epoch. */
export function absentEpoch(operatorSetId: number, epoch: number, hubTime: bigint, newestEpoch: number): EpochNews {
  const table: Table = { operatorSetId, epoch, tableHash: ZERO_BYTES32, validFrom: 0n, validUntil: 0n };
  return newsOf(table, hubTime, { newestEpoch });
}

/** What the hub said of a chain; keys in the contract's order. */
export interface EntryNews {
  readonly sequence: bigint;
  readonly hubTime: bigint;
  readonly entry: Entry;
}

/** News that the hub has no such chain. */
export function absentChain(chain: Entry["chainId"], hubTime: bigint): EntryNews {
  const gateway = address(`0x${"00".repeat(20)}`);
  const entry: Entry = {
    chainId: chain,
    gateway,
    operatorSetId: 0,
    status: 0,
    finality: 0,
    refutable: false,
    version: 0n,
  };
  return { sequence: 1n, hubTime, entry };
}

/** Has the end of the slow road bring news of an epoch. */
export async function bringEpochNews(here: Rollup, news: EpochNews): Promise<ContractTransactionResponse> {
  const road = await here.actAs(await here.gateway.canonicalReceiver());
  return here.operatorTables.connect(road).bring(news);
}

/** Has the end of the slow road bring news of a chain. */
export async function bringEntryNews(here: Rollup, news: EntryNews): Promise<ContractTransactionResponse> {
  const road = await here.actAs(await here.gateway.canonicalReceiver());
  return here.directory.connect(road).bring(news);
}

/** A reason to halt. */
export const REASON: Bytes32 = bytes32(id("a watcher's alert"));
