import type { ContractTransactionResponse } from "ethers";

import { DEFAULT_POLICY, DEFAULT_WINDOWS, gatewayAddress } from "#deploy/rollup.ts";
import { batchDigest, StatementTree, type Batch } from "#protocol/batches.ts";
import { elementAt } from "#protocol/errors.ts";
import { hashToG1 } from "#protocol/hashing.ts";
import { laneId, messageId, type Message } from "#protocol/messages.ts";
import { PageTree } from "#protocol/pages.ts";
import type { Page, Statement } from "#protocol/statements.ts";
import { address, bytes32, chainId, hex, type Address } from "#protocol/types.ts";
import { randomness } from "#support/random.ts";
import { Committee, type Certified } from "#support/committee.ts";
import { Rollup, startChain, type LanePage } from "#support/rollup.ts";
import { entryOf, TEST_DOMAIN } from "#support/world.ts";

/** What every row is measured with. */
export const OPERATORS = 100;
export const BATCH_STATEMENTS = 64;
export const FIRST_INDEX = 37;
export const PAGE_MESSAGES = 200;
export const REJECTED_CANDIDATES = 4;

/** The chain's first second. Times and bytes are the same in every run, because zeros in them cost less than other bytes. */
export const STARTS_AT = 1_800_000_000n;

const HERE = 1_001;
const SOURCES = [2_001n, 2_002n];

/** Bytes that look random. */
export const bytesOf = randomness("parley gas");

/** One rollup that hears two sources, and everything to deliver from them. */
export interface GasFixture {
  readonly rollup: Rollup;
  readonly committee: Committee;
  readonly recipient: Address;
  /** A page of each source, 200 messages of 256 B each. */
  readonly pages: readonly LanePage[];
}

/** Deploys the rollup and writes the pages. */
export async function gasFixture(payloadBytes = 256): Promise<GasFixture> {
  const chain = await startChain(HERE, Number(STARTS_AT));
  const deployer = elementAt(chain.signers, 0);
  const committee = Committee.of(
    TEST_DOMAIN,
    Array.from({ length: OPERATORS }, () => 1_000n),
  );
  const gateway = gatewayAddress(address(deployer.address), await deployer.getNonce());
  const sources = SOURCES.map((id) => ({ id, gateway: address(bytesOf(20)) }));
  const rollup = await Rollup.deploy(chain, {
    ...TEST_DOMAIN,
    ...DEFAULT_WINDOWS,
    owner: address(deployer.address),
    directorySetId: committee.operatorSetId,
    firstEntries: [entryOf(BigInt(HERE), gateway), ...sources.map(({ id, gateway }) => entryOf(id, gateway))],
    firstTables: [
      { table: committee.tableStatement(STARTS_AT - 10_000n, STARTS_AT + 76_400n), rows: committee.table.packed },
    ],
    defaultPolicy: DEFAULT_POLICY,
  });
  const recipient = await rollup.deployMock("NoOpRecipient");
  const pages = sources.map((source) => writePage(source, gateway, recipient, payloadBytes));
  return { rollup, committee, recipient, pages };
}

function writePage(
  source: { id: bigint; gateway: Address },
  destinationGateway: Address,
  recipient: Address,
  payloadBytes: number,
): LanePage {
  const lane = {
    sourceChainId: chainId(source.id),
    sourceGateway: source.gateway,
    destinationChainId: chainId(HERE),
    destinationGateway,
  };
  const sender = address(bytesOf(20));
  const messages = Array.from({ length: PAGE_MESSAGES }, (_, nonce): Message => ({
    ...lane,
    nonce: BigInt(nonce),
    sender,
    recipient,
    gasLimit: 200_000,
    deliverBefore: 0n,
    payload: hex(bytesOf(payloadBytes)),
  }));
  const tree = new PageTree(laneId(lane), messages.map(messageId));
  const page: Page = {
    ...lane,
    pageIndex: 0n,
    count: tree.count,
    root: tree.root(),
    chainHead: tree.chainHead(),
    blockNumber: 1_000_000n,
    sourceTimestamp: STARTS_AT - 20_000n,
    finality: 3,
  };
  return { page, tree, messages };
}

/**
 * Certifies both pages among 64 statements, with exactly as many rejected candidates as the target names; `salt` makes
 * batches differ.
 */
export async function certifyBatch(fixture: GasFixture, salt: number, absent: number): Promise<Certified> {
  const others = Array.from({ length: BATCH_STATEMENTS - fixture.pages.length }, (): Statement => ({
    kind: "Page",
    content: { ...elementAt(fixture.pages, 0).page, root: bytes32(bytesOf(32)) },
  }));
  const statements = new StatementTree([
    ...fixture.pages.map(({ page }): Statement => ({ kind: "Page", content: page })),
    ...others,
  ]);
  const { committee } = fixture;
  let batch: Batch;
  let issuedAt = STARTS_AT - BigInt(salt);
  do {
    issuedAt -= 1n;
    batch = {
      operatorSetId: committee.operatorSetId,
      tableEpoch: committee.epoch,
      issuedAt,
      statementsRoot: statements.root,
    };
  } while (hashToG1(batchDigest(committee.domain, batch)).hint.nonResidueRoots.length !== REJECTED_CANDIDATES);
  // Spread over the table, as absences are.
  const rows = Array.from({ length: absent }, (_, i) => Math.floor((i * OPERATORS) / absent));
  return { certificate: await committee.sign(batch, rows), statements };
}

/** A transaction's gas. */
export async function gasOf(transaction: Promise<ContractTransactionResponse>): Promise<number> {
  const receipt = await (await transaction).wait();
  if (receipt === null) throw new Error("no receipt");
  return Number(receipt.gasUsed);
}
