import type { Certificate } from "#protocol/certificates.ts";
import { ChainError } from "#chain/errors.ts";
import type { Message } from "#protocol/messages.ts";
import type { Page } from "#protocol/statements.ts";
import { address, type Address, type MessageId } from "#protocol/types.ts";

import { idsIn, type FoundMessage } from "./find.ts";
import { backingOf, type Backing, type OpenHubSite } from "./backing.ts";
import { arrivalOf, statusOf, type Attempt, type MessageStatus, type Obstacle } from "./arrival.ts";
import { landedWith } from "./landed.ts";
import { pageWith, type Published } from "./published.ts";
import { booksOf, type RollupSite } from "./site.ts";

/** A transaction of a stage. */
export interface TracedTransaction {
  readonly transactionHash: string;
  readonly blockNumber: number;
  readonly timestamp: bigint;
  readonly from: Address;
  readonly gasUsed: bigint;
}

/** Who signed, for which page, and what that weighs. */
export interface TracedCertificate extends Partial<Omit<Backing, "operatorSetId" | "epoch">> {
  /** Whether it was read from the delivering transaction, or an aggregator told it. */
  readonly told: "by the chain" | "by an aggregator";
  readonly statementsRoot: string;
  readonly operatorSetId: number;
  readonly epoch: number;
  readonly issuedAt: bigint;
  /** The first block of the source in which operators may have found the page, and how final that was. */
  readonly page: Pick<Page, "pageIndex" | "count" | "blockNumber" | "sourceTimestamp" | "finality">;
  /** Statements of the batch, where an aggregator told. */
  readonly statements: number | undefined;
  /** The transaction that stored the batch, where it was not the one that delivered. */
  readonly confirmed: TracedTransaction | undefined;
}

/** One message, stage by stage, across its two chains. */
export interface Trace {
  readonly messageId: MessageId;
  readonly stage: "sent" | "certified" | "delivered" | "expired";
  readonly source: string;
  /** Undefined where the address book has no such rollup. */
  readonly destination: string | undefined;
  readonly message: Message;
  readonly sent: TracedTransaction;
  readonly certificate: TracedCertificate | undefined;
  /** Attempts that the recipient refused. */
  readonly attempts: readonly Attempt[];
  readonly delivered:
    | (TracedTransaction & {
        /** Messages that the transaction delivered or tried; its gas is theirs together. */
        readonly messages: number;
      })
    | undefined;
  readonly obstacle: Obstacle | undefined;
}

/** What a trace is made from. */
export interface TraceParts {
  readonly sites: readonly RollupSite[];
  readonly hub: OpenHubSite | undefined;
  /** Certificates that have the message, as aggregators tell, the newest first. */
  readonly published: (message: Message) => Promise<readonly Published[]>;
}

/**
 * Follows a message over its chains. They alone are enough for one that was delivered; before that only an aggregator knows of its
 * certificate.
 *
 * @param parts - Where to look.
 * @param found - The message.
 * @returns Its stages.
 */
export async function traceMessage(parts: TraceParts, found: FoundMessage): Promise<Trace> {
  const { source, message, id } = found;
  const sent = await transactionAt(source, found.transactionHash);
  const known = { messageId: id, source: source.name, message, sent };
  const destination = parts.sites.find(({ chainId }) => chainId === message.destinationChainId);
  if (destination === undefined) {
    const nothing = { certificate: undefined, attempts: [], delivered: undefined, obstacle: undefined };
    return { ...known, stage: "sent", destination: undefined, ...nothing };
  }
  const { status, obstacle } = await statusOf(destination.provider, message);
  const { delivered, attempts } = await arrivalOf(destination, message, sent.timestamp);
  const brought = delivered ?? attempts.at(-1);
  const certificate =
    (brought && (await landedCertificate(parts, destination, found, brought.transactionHash))) ??
    (await publishedCertificate(parts, destination, message));
  return {
    ...known,
    stage: stageOf(status, certificate),
    destination: destination.name,
    certificate,
    attempts,
    delivered: delivered && (await deliveryAt(destination, message.destinationGateway, delivered.transactionHash)),
    obstacle: status === "Unseen" ? obstacle : undefined,
  };
}

function stageOf(status: MessageStatus, certificate: TracedCertificate | undefined): Trace["stage"] {
  if (status === "Delivered") return "delivered";
  if (status === "Expired") return "expired";
  return certificate === undefined ? "sent" : "certified";
}

async function landedCertificate(
  parts: TraceParts,
  destination: RollupSite,
  { id, message }: FoundMessage,
  transactionHash: string,
): Promise<TracedCertificate | undefined> {
  const landed = await landedWith(destination, message.destinationGateway, transactionHash, id);
  if (landed === undefined) return undefined;
  const { certificate, page, confirmedIn } = landed;
  return {
    ...(await traced(parts, destination, message, certificate, page)),
    told: "by the chain",
    statements: undefined,
    confirmed: confirmedIn === undefined ? undefined : await transactionAt(destination, confirmedIn),
  };
}

async function publishedCertificate(
  parts: TraceParts,
  destination: RollupSite,
  message: Message,
): Promise<TracedCertificate | undefined> {
  for (const { certificate, statements } of await parts.published(message)) {
    const page = pageWith(statements, message);
    if (page === undefined) continue;
    return {
      ...(await traced(parts, destination, message, certificate, page)),
      told: "by an aggregator",
      statements: statements.length,
      confirmed: undefined,
    };
  }
  return undefined;
}

async function traced(
  { hub }: TraceParts,
  { provider }: RollupSite,
  message: Message,
  certificate: Certificate,
  { pageIndex, count, blockNumber, sourceTimestamp, finality }: Page,
) {
  const books = await booksOf(provider, message.destinationGateway);
  const backing = await backingOf(provider, books, message.sourceChainId, certificate, hub);
  const { statementsRoot, issuedAt, operatorSetId, tableEpoch: epoch } = certificate.batch;
  const page = { pageIndex, count, blockNumber, sourceTimestamp, finality };
  return { ...backing, statementsRoot, issuedAt, operatorSetId, epoch, page };
}

async function deliveryAt(site: RollupSite, gateway: Address, transactionHash: string) {
  const [transaction, receipt] = await Promise.all([
    transactionAt(site, transactionHash),
    site.provider.getTransactionReceipt(transactionHash),
  ]);
  return { ...transaction, messages: receipt === null ? 1 : idsIn(receipt, gateway).length };
}

async function transactionAt({ name, provider }: RollupSite, transactionHash: string): Promise<TracedTransaction> {
  const receipt = await provider.getTransactionReceipt(transactionHash);
  const block = receipt === null ? null : await provider.getBlock(receipt.blockNumber);
  if (receipt === null || block === null) {
    throw new ChainError("InvalidAnswer", `${name} has a log of transaction ${transactionHash}, and no receipt of it`);
  }
  const { blockNumber, from, gasUsed } = receipt;
  return { transactionHash, blockNumber, timestamp: BigInt(block.timestamp), from: address(from), gasUsed };
}
