import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { AbiCoder, id, keccak256, type ContractTransactionResponse } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import type { Lane } from "#protocol/messages.ts";
import type { Page, Table } from "#protocol/statements.ts";
import { bytes32, type Bytes32 } from "#protocol/types.ts";

import type { Committee } from "./committee.ts";
import type { Asset, EigenLayer } from "./eigenlayer/eigenLayer.ts";
import type { Operator } from "./eigenlayer/operator.ts";
import { Hub, WAD, type HubEpoch } from "./hub.ts";
import { PAPER } from "./paper.ts";
import { NO_DIVERGENCE, sayPage, toldPage, type Divergence, type Speech, type ToldPage } from "./speeches.ts";

/** `Fault` of the slasher. */
export const Fault = { Equivocation: 0n, FalseTable: 1n, FalseEntry: 2n, Stranger: 3n, FalsePage: 4n } as const;

/** The lane that statements here are about. No contract stands at its ends. */
export const LANE: Lane = {
  sourceChainId: PAPER.strong,
  sourceGateway: PAPER.gateway,
  destinationChainId: PAPER.weak,
  destinationGateway: PAPER.gateway,
};

/** A hub with one set, which counts two strategies, and the first epoch of three operators. */
export interface Court {
  readonly hub: Hub;
  readonly setId: number;
  /** The first is everybody's; of the second only operator 2 has some. */
  readonly assets: readonly [Asset, Asset];
  /** One, two and three, whose rows these are in epoch 1. */
  readonly operators: readonly [Operator, Operator, Operator];
  readonly epoch: HubEpoch;
  readonly committee: Committee;
}

/** What operators have of the first asset. */
export const STAKES = [400n * WAD, 300n * WAD, 300n * WAD] as const;
/** What operator 2 has of the second one. */
export const SECOND_STAKE = 50n * WAD;

/** Sets up a court; a full fault takes `fullFraction` of 1e18. */
export async function court(eigenLayer: EigenLayer, fullFraction = WAD): Promise<Court> {
  const assets = [elementAt(eigenLayer.assets, 0), elementAt(eigenLayer.assets, 1)] as const;
  const hub = await Hub.deploy(eigenLayer);
  const [early, late] = assets.map((asset) => ({ asset, multiplier: WAD }));
  if (early === undefined || late === undefined) throw new Error("two assets are needed");
  // The lower strategy comes second, so that EigenLayer's list does not ascend.
  const setId = await hub.createSet({ counted: [late], minimumWeight: WAD, fullFraction });
  await hub.shapeSet(setId, { counted: [early, late], minimumWeight: WAD });
  const operators = [
    await hub.member("operator 1", setId, [assets[0], STAKES[0]]),
    await hub.member("operator 2", setId, [assets[0], STAKES[1]], [assets[1], SECOND_STAKE]),
    await hub.member("operator 3", setId, [assets[0], STAKES[2]]),
  ] as const;
  const epoch = await hub.build(setId);
  return { hub, setId, assets, operators, epoch, committee: hub.committee(epoch, operators) };
}

/** Lets the epoch's time pass, and builds the next one. */
export async function nextEpoch({
  hub,
  setId,
  operators,
}: Pick<Court, "hub" | "setId"> & { readonly operators: readonly Operator[] }): Promise<{
  epoch: HubEpoch;
  committee: Committee;
}> {
  const { validUntil } = (await hub.epoch(setId)).statement;
  const left = validUntil - BigInt(hub.windows.lead) - (await hub.now());
  if (left > 0n) await hub.pass(left);
  const epoch = await hub.build(setId);
  return { epoch, committee: hub.committee(epoch, operators) };
}

/** An operator by its rows in the epochs of both speeches. Field names are those of the Solidity struct. */
export interface Culprit {
  readonly rowA: number;
  readonly rowB: number;
}

/** Who has this row in both epochs. */
export function culprit(rowA: number, rowB = rowA): Culprit {
  return { rowA, rowB };
}

/** All that `accusePages` takes. */
export interface PageCharge {
  readonly speechA: Speech;
  readonly pageA: Page;
  readonly speechB: Speech;
  readonly pageB: Page;
  readonly divergence: Divergence;
  readonly culprit: Culprit;
}

/** Who tells what in which epoch. */
export interface Telling {
  readonly committee: Committee;
  readonly told: ToldPage;
  /** Rows that do not sign. */
  readonly absent?: readonly number[];
}

/** Two tellings as a charge against somebody who took part in both. */
export async function chargeOf(
  a: Telling,
  b: Telling,
  against: Culprit,
  { issuedAt = 1n, divergence = NO_DIVERGENCE }: { issuedAt?: bigint; divergence?: Divergence } = {},
): Promise<PageCharge> {
  return {
    speechA: await sayPage(a.committee, a.told, { issuedAt, absent: a.absent ?? [] }),
    pageA: a.told.page,
    speechB: await sayPage(b.committee, b.told, { issuedAt: issuedAt + 1n, absent: b.absent ?? [] }),
    pageB: b.told.page,
    divergence,
    culprit: against,
  };
}

/** Operators 1 and 2 tell one thing of a page, 2 and 3 another: exactly operator 2 is guilty. */
export async function oneCharge(
  { committee }: Pick<Court, "committee">,
  changes: Partial<Page> = {},
): Promise<PageCharge> {
  return chargeOf(
    { committee, told: toldPage(LANE, ["first", "second"], changes), absent: [2] },
    { committee, told: toldPage(LANE, ["first", "another"], changes), absent: [0] },
    culprit(1),
  );
}

/** Accuses, as anybody. */
export async function accuse(
  { slasher }: Hub,
  { speechA, pageA, speechB, pageB, divergence, culprit: against }: PageCharge,
  accuser?: HardhatEthersSigner,
): Promise<ContractTransactionResponse> {
  const contract = accuser === undefined ? slasher : slasher.connect(accuser);
  return contract.accusePages(speechA, pageA, speechB, pageB, divergence, against);
}

/** Accuses and tells the case's id. */
export async function opened(hub: Hub, charge: PageCharge): Promise<bigint> {
  await accuse(hub, charge);
  return hub.slasher.caseCount();
}

const abi = AbiCoder.defaultAbiCoder();

/** The key of a fault about a page, as the slasher makes it. */
export function pageFaultKey(setId: number, epoch: number, page: Page): Bytes32 {
  const { sourceChainId, sourceGateway, destinationChainId, destinationGateway, pageIndex } = page;
  const subject = keccak256(
    abi.encode(
      ["bytes32", "uint64", "address", "uint64", "address", "uint64"],
      [id("ParleyPageSubject"), sourceChainId, sourceGateway, destinationChainId, destinationGateway, pageIndex],
    ),
  );
  return faultKey(Fault.Equivocation, setId, epoch, subject);
}

/** The key of a fault about a table, as the slasher makes it. */
export function tableFaultKey(fault: bigint, setId: number, epoch: number, table: Table): Bytes32 {
  const subject = keccak256(
    abi.encode(["bytes32", "uint32", "uint32"], [id("ParleyTableSubject"), table.operatorSetId, table.epoch]),
  );
  return faultKey(fault, setId, epoch, subject);
}

function faultKey(fault: bigint, setId: number, epoch: number, subject: string): Bytes32 {
  return bytes32(keccak256(abi.encode(["uint8", "uint32", "uint32", "bytes32"], [fault, setId, epoch, subject])));
}

/** Matches any list, in a test that is not about what it holds. */
export function anyList(list: unknown): boolean {
  return Array.isArray(list);
}
