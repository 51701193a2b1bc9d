import { carriedBy, type Carried } from "#chain/calldata.ts";
import { Gateway__factory } from "#chain/contracts.ts";
import { callsInside } from "#chain/innerCalls.ts";
import type { Certificate } from "#protocol/certificates.ts";
import type { Page } from "#protocol/statements.ts";
import { address, hex, type Address, type Bytes32, type MessageId } from "#protocol/types.ts";

import { searchLogs } from "./search.ts";
import type { RollupSite } from "./site.ts";

const CONFIRMED = Gateway__factory.createInterface().getEvent("BatchConfirmed").topicHash;

/** A certificate as a transaction brought it to a gateway. */
export interface Landed {
  readonly certificate: Certificate;
  /** The page that has the message. */
  readonly page: Page;
  readonly batchProof: readonly Bytes32[];
  /** The transaction that stored the batch, where it was not the one that delivered. */
  readonly confirmedIn: string | undefined;
}

/**
 * Reads who stood behind a message from the calldata of the transaction that brought it.
 *
 * @param site - The destination.
 * @param gateway - The gateway that took it.
 * @param transactionHash - The transaction that delivered it, or tried to.
 * @param id - The message.
 * @returns Its certificate; undefined where a contract forwarded the call and the endpoint does not tell what.
 */
export async function landedWith(
  site: RollupSite,
  gateway: Address,
  transactionHash: string,
  id: MessageId,
): Promise<Landed | undefined> {
  for (const { certificates, said } of await carriedIn(site, gateway, transactionHash)) {
    for (const { statement, statementsRoot, batchProof, glimpse } of said) {
      if (statement.kind !== "Page" || glimpse?.ids.includes(id) !== true) continue;
      const found = { page: statement.content, batchProof };
      const certificate = certificates.find(({ batch }) => batch.statementsRoot === statementsRoot);
      if (certificate !== undefined) return { ...found, certificate, confirmedIn: undefined };
      const stored = await confirmationOf(site, gateway, statementsRoot);
      if (stored !== undefined) return { ...found, ...stored };
    }
  }
  return undefined;
}

// The newest one, which is what counts.
async function confirmationOf(site: RollupSite, gateway: Address, statementsRoot: Bytes32) {
  const { provider, fromBlock } = site;
  const toBlock = await provider.getBlockNumber();
  const topics = [CONFIRMED, null, statementsRoot];
  for await (const log of searchLogs(provider, { emitter: gateway, topics, fromBlock, toBlock, isBackwards: true })) {
    for (const { certificates } of await carriedIn(site, gateway, log.transactionHash)) {
      const certificate = certificates.find(({ batch }) => batch.statementsRoot === statementsRoot);
      if (certificate !== undefined) return { certificate, confirmedIn: log.transactionHash };
    }
  }
  return undefined;
}

async function carriedIn({ provider }: RollupSite, gateway: Address, transactionHash: string): Promise<Carried[]> {
  const transaction = await provider.getTransaction(transactionHash);
  if (transaction === null) return [];
  const isDirect = transaction.to !== null && address(transaction.to) === gateway;
  const calls = isDirect
    ? [hex(transaction.data)]
    : await callsInside(provider, transactionHash, new Set([gateway])).catch(() => []);
  return calls.flatMap((data) => {
    try {
      return carriedBy(data) ?? [];
    } catch {
      // Anybody may forward calldata that is none of ours.
      return [];
    }
  });
}
