import type { Signer, TransactionRequest, TransactionResponse } from "ethers";

import type { Endpoints } from "#chain/endpoints.ts";
import { HubError } from "#chain/hub/errors.ts";
import { TransactionSender } from "#chain/sender.ts";
import { SenderSigner } from "#chain/senderSigner.ts";
import type { Clock } from "#nodes/shared/clock.ts";
import type { Bytes32, ChainId } from "#protocol/types.ts";

import type { Place } from "./records.ts";

/** A chain that is written to. */
export interface Site {
  readonly chainId: ChainId;
  readonly endpoints: Endpoints;
}

/** What an act led to, and where its last transaction is. */
export interface Done<T> {
  readonly result: T;
  readonly place: Place;
  readonly transactionHash: string | undefined;
}

/** What hands work with. */
export interface HandsOptions {
  /** The account that pays on every chain; undefined for a watcher that only watches. */
  readonly privateKey: Bytes32 | undefined;
  readonly confirmTimeoutMs: number;
  readonly mostFeePerGas: bigint;
  readonly clock: Clock;
}

/** Everything that the watcher writes to chains goes through these: one account, one transaction at a time on each chain. */
export class Hands {
  readonly #options: HandsOptions;
  readonly #since: number;
  readonly #senders = new Map<ChainId, TransactionSender>();
  #transactions = 0;

  /** @param options - Key and limits. */
  constructor(options: HandsOptions) {
    this.#options = options;
    this.#since = options.clock.nowMs();
  }

  /** Whether there is a key to act with. */
  get canAct(): boolean {
    return this.#options.privateKey !== undefined;
  }

  /** How many transactions were sent since the start. */
  get transactions(): number {
    return this.#transactions;
  }

  /**
   * Acts on a chain.
   *
   * @param site - The chain.
   * @param act - What is done; nothing of it is sent that would revert.
   * @returns What it led to; throws `Refused` with the contract's reason.
   */
  async act<T>(site: Site, act: (signer: Signer) => Promise<T>): Promise<Done<T>> {
    const sender = this.#senderOf(site);
    await this.#ensureSettled(site, sender);
    const outcome = await site.endpoints.first(async (provider) => {
      const signer = new TellingSigner(sender, provider);
      try {
        const result = await act(signer);
        return { result, sent: signer.sent };
      } catch (error) {
        // A contract's word, or a transaction that may be in a block: another endpoint would not know better.
        if (error instanceof HubError || signer.sent.length > 0) return { error, sent: signer.sent };
        throw error;
      }
    });
    this.#transactions += outcome.sent.length;
    if ("error" in outcome) throw outcome.error;
    const last = outcome.sent.at(-1);
    const place = { chainId: site.chainId, blockNumber: last?.blockNumber ?? 0 };
    return { result: outcome.result, place, transactionHash: last?.hash };
  }

  /** Stops waiting. */
  close(): void {
    for (const sender of this.#senders.values()) sender.close();
  }

  #senderOf({ chainId, endpoints }: Site): TransactionSender {
    const { privateKey, confirmTimeoutMs, mostFeePerGas } = this.#options;
    const known = this.#senders.get(chainId);
    if (known !== undefined) return known;
    if (privateKey === undefined) throw new Error("a watcher without a key only watches");
    const sender = new TransactionSender(privateKey, endpoints, confirmTimeoutMs, mostFeePerGas);
    this.#senders.set(chainId, sender);
    return sender;
  }

  // What was sent before a restart, and is in no block yet, would be sent a second time.
  async #ensureSettled({ endpoints }: Site, { address }: TransactionSender): Promise<void> {
    if (this.#options.clock.nowMs() - this.#since > this.#options.confirmTimeoutMs) return;
    const [pending, mined] = await endpoints.first((provider) =>
      Promise.all([provider.getTransactionCount(address, "pending"), provider.getTransactionCount(address, "latest")]),
    );
    if (pending > mined) throw new Error("a transaction from before the start is in no block yet");
  }
}

/** Remembers what it sent. */
class TellingSigner extends SenderSigner {
  readonly sent: { readonly hash: string; readonly blockNumber: number }[] = [];

  override async sendTransaction(request: TransactionRequest): Promise<TransactionResponse> {
    const response = await super.sendTransaction(request);
    this.sent.push({ hash: response.hash, blockNumber: response.blockNumber ?? 0 });
    return response;
  }
}
