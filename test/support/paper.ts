import { ContractFactory } from "ethers";
import { artifacts } from "hardhat";

import { DEFAULT_POLICY, DEFAULT_WINDOWS, gatewayAddress, type RollupParameters } from "#deploy/rollup.ts";
import { elementAt } from "#protocol/errors.ts";
import { laneId, messageId, nonceAt, type Lane, type Message } from "#protocol/messages.ts";
import { packMessages } from "#protocol/packing.ts";
import { PageTree } from "#protocol/pages.ts";
import type { Run } from "#protocol/runs.ts";
import type { Page, Rollup as Entry, Statement } from "#protocol/statements.ts";
import { address, chainId, hex, type Address, type ChainId } from "#protocol/types.ts";

import { Committee, type Certified, type CertifyOptions } from "./committee.ts";
import { Rollup, startChain } from "./rollup.ts";
import { entryOf, Status, TEST_DOMAIN } from "./world.ts";

/** Sources that exist on paper only: operators can certify pages of them, no chain is needed. */
export const PAPER = {
  /** Spoken for by set 1. */
  strong: chainId(2_001),
  /** Spoken for by set 2. */
  weak: chainId(2_002),
  /** Of set 1, and retired. */
  retired: chainId(2_003),
  /** Of set 1; its lies cannot be proven. */
  irrefutable: chainId(2_004),
  /** In no directory. */
  unknown: chainId(2_999),
  /** Gateway of them all. */
  gateway: address("0x000000000000000000000000000000000000a11a"),
  /** Gateway of none of them. */
  stranger: address("0x00000000000000000000000000000000000bad00"),
} as const;

/** Highest index that a page can have. */
export const MAX_PAGE_INDEX = 2n ** 56n - 1n;

/** One rollup that listens to paper sources, and both committees. */
export interface PaperWorld {
  readonly rollups: readonly Rollup[];
  readonly here: Rollup;
  /** Set 1, also the directory set. Weights 6 666, 1 and 3 333: without the last exactly a quorum, without two one less. */
  readonly strong: Committee;
  /** Set 2, all of whose weight is 7. */
  readonly weak: Committee;
  readonly validFrom: bigint;
  readonly validUntil: bigint;
  readonly recipient: Address;
  /** What the contracts were constructed with. */
  readonly parameters: RollupParameters;
}

/** Total weight of the strong committee. */
export const STRONG_WEIGHT = 10_000n;
/** Total weight of the weak committee: one unit below 2^3. */
export const WEAK_WEIGHT = 7n;
/** Absentees that leave the strong committee exactly a quorum. */
export const EXACT_QUORUM = [2];
/** Absentees that leave the strong committee one unit less. */
export const QUORUM_MISSED = [1, 2];

/** Starts the chain of a paper world and deploys a rollup's contracts on it. */
export async function paperWorld(
  changes: Partial<RollupParameters> = {},
  validitySeconds = 86_400n,
  hasSlowRoad = false,
): Promise<PaperWorld> {
  const chain = await startChain(1_002);
  const deployer = elementAt(chain.signers, 0);
  const validFrom = BigInt(await chain.helpers.time.latest());
  const validUntil = validFrom + validitySeconds;
  const strong = Committee.of(TEST_DOMAIN, [6_666n, 1n, 3_333n]);
  const weak = Committee.of(TEST_DOMAIN, [WEAK_WEIGHT], { operatorSetId: 2, seed: 2n });
  const naming = await artifacts.readArtifact("NamingReceiver");
  const own = gatewayAddress(address(deployer.address), await deployer.getNonce());
  const end = new ContractFactory(naming.abi, naming.bytecode, elementAt(chain.signers, 9));
  const road = hasSlowRoad ? { canonicalReceiver: address(await (await end.deploy(own)).getAddress()) } : {};
  const entry = (id: ChainId, more: Partial<Entry> = {}) => entryOf(id, PAPER.gateway, more);
  const parameters: RollupParameters = {
    ...TEST_DOMAIN,
    ...DEFAULT_WINDOWS,
    owner: address(deployer.address),
    directorySetId: 1,
    firstEntries: [
      entryOf(chain.chainId, own),
      entry(PAPER.strong),
      entry(PAPER.weak, { operatorSetId: 2 }),
      entry(PAPER.retired, { status: Status.Retired }),
      entry(PAPER.irrefutable, { refutable: false }),
    ],
    firstTables: [strong, weak].map((committee) => ({
      table: committee.tableStatement(validFrom, validUntil),
      rows: committee.table.packed,
    })),
    defaultPolicy: DEFAULT_POLICY,
    ...road,
    ...changes,
  };
  const here = await Rollup.deploy(chain, parameters);
  const recipient = await here.deployMock("NoOpRecipient");
  // So that a test can look back.
  await here.helpers.time.increase(1_000);
  return { rollups: [here], here, strong, weak, validFrom, validUntil, recipient, parameters };
}

/** A page statement with the messages that it speaks about. */
export interface PaperPage {
  readonly page: Page;
  readonly tree: PageTree;
  readonly messages: readonly Message[];
}

/** Messages that a paper source sent, and the page statement about them with any `changes`. */
export function paperPage(
  { here, recipient }: Pick<PaperWorld, "here" | "recipient">,
  changes: Partial<Page> = {},
  size = 1,
): PaperPage {
  const lane: Lane = {
    sourceChainId: changes.sourceChainId ?? PAPER.strong,
    sourceGateway: changes.sourceGateway ?? PAPER.gateway,
    destinationChainId: here.chainId,
    destinationGateway: here.addresses.gateway,
  };
  const { pageIndex = 0n } = changes;
  const place = pageIndex > MAX_PAGE_INDEX ? MAX_PAGE_INDEX : pageIndex;
  const messages = Array.from({ length: size }, (_, index): Message => ({
    ...lane,
    nonce: nonceAt(place, index),
    sender: PAPER.stranger,
    recipient,
    gasLimit: 50_000,
    deliverBefore: 0n,
    payload: hex("0x1234"),
  }));
  const tree = new PageTree(laneId(lane), messages.map(messageId));
  const page: Page = {
    ...lane,
    pageIndex,
    count: size,
    root: tree.root(),
    chainHead: tree.chainHead(),
    blockNumber: 1n,
    sourceTimestamp: 1n,
    finality: 3,
    ...changes,
  };
  return { page, tree, messages };
}

/** One page, certified, with a run of its first message: what an entry point is given. */
export interface Speech extends PaperPage {
  readonly certified: Certified;
  readonly run: Run;
  readonly batchProof: readonly string[];
}

/** Has `speaker` certify a page. The run is built whatever the page says. */
export async function speech(speaker: Committee, paper: PaperPage, options: CertifyOptions): Promise<Speech> {
  const { page, tree, messages } = paper;
  const statement: Statement = { kind: "Page", content: page };
  const certified = await speaker.certify([statement], options);
  const batchProof = certified.statements.proof(statement);
  const run: Run = {
    page,
    batchProof,
    firstIndex: 0,
    gasPerMessage: 0,
    rangeProof: tree.rangeProof(0, 1),
    messages: packMessages(messages.slice(0, 1)),
  };
  return { ...paper, certified, run, batchProof };
}
