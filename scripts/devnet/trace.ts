import type { MessageId } from "#protocol/types.ts";

import type { RollupName } from "./chains.ts";
import type { Devnet } from "./devnet.ts";
import { rollupOf } from "./stories/stage.ts";

/** One message, stage by stage. Times are milliseconds after it was seen in its outbox. */
export interface Trace {
  readonly messageId: MessageId;
  readonly source: RollupName;
  readonly destination: RollupName;
  readonly nonce: number;
  readonly sent: { readonly transactionHash: string; readonly blockNumber: number; readonly gasUsed: number };
  /** Each operator that signed the first batch that has the message. */
  readonly signed: readonly { readonly operator: string; readonly afterMs: number }[];
  readonly certified: {
    readonly afterMs: number;
    readonly statementsRoot: string;
    readonly statements: number;
    /** Bit i: the operator of row i did not sign. */
    readonly nonSigners: string;
  };
  readonly delivered: {
    readonly afterMs: number;
    readonly transactionHash: string;
    readonly blockNumber: number;
    readonly gasUsed: number;
    /** Messages that the transaction delivered; its gas is theirs together. */
    readonly messages: number;
  };
}

/**
 * @param devnet - A devnet that saw the whole way of a message.
 * @param id - The message.
 * @returns Its trace; undefined if it has not arrived.
 */
export async function traceOf(devnet: Devnet, id: MessageId): Promise<Trace | undefined> {
  const { chronicle, journal } = devnet;
  const sent = chronicle.sent.get(id);
  const arrived = chronicle.delivered.get(id);
  const certified = sent && chronicle.certificateOf(sent);
  if (sent === undefined || arrived === undefined || certified === undefined) return undefined;
  const { statementsRoot } = certified.certificate.batch;
  const [sending, delivery] = await Promise.all([
    rollupOf(devnet, sent.source).chain.provider.getTransactionReceipt(sent.transactionHash),
    rollupOf(devnet, sent.destination).chain.provider.getTransactionReceipt(arrived.transactionHash),
  ]);
  const messages = [...chronicle.delivered.values()].filter(
    ({ transactionHash, destination }) =>
      transactionHash === arrived.transactionHash && destination === arrived.destination,
  );
  const after = (atMs: number) => Math.max(0, atMs - sent.atMs);
  return {
    messageId: id,
    source: sent.source,
    destination: sent.destination,
    nonce: Number(sent.nonce),
    sent: {
      transactionHash: sent.transactionHash,
      blockNumber: sent.blockNumber,
      gasUsed: Number(sending?.gasUsed ?? 0n),
    },
    signed: journal.signed
      .filter((signed) => signed.statementsRoot === statementsRoot)
      .map(({ operator, atMs }) => ({ operator, afterMs: after(atMs) })),
    certified: {
      afterMs: after(certified.atMs),
      statementsRoot,
      statements: certified.statements.length,
      nonSigners: `0x${certified.certificate.nonSigners.toString(16)}`,
    },
    delivered: {
      afterMs: after(arrived.atMs),
      transactionHash: arrived.transactionHash,
      blockNumber: arrived.blockNumber,
      gasUsed: Number(delivery?.gasUsed ?? 0n),
      messages: messages.length,
    },
  };
}
