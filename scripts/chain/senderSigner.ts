import {
  AbstractSigner,
  resolveAddress,
  type JsonRpcProvider,
  type TransactionRequest,
  type TransactionResponse,
} from "ethers";

import { address, hex } from "#protocol/types.ts";

import { ChainError } from "./errors.ts";
import type { TransactionSender } from "./sender.ts";

/** A sender as actions take it: they estimate through one endpoint, and whatever they send is in a block when they hear of it. */
export class SenderSigner extends AbstractSigner<JsonRpcProvider> {
  readonly #sender: TransactionSender;

  /**
   * @param sender - The only owner of its account's nonces.
   * @param provider - Where is asked.
   */
  constructor(sender: TransactionSender, provider: JsonRpcProvider) {
    super(provider);
    this.#sender = sender;
  }

  /** @inheritdoc */
  override async getAddress(): Promise<string> {
    return this.#sender.address;
  }

  /** @inheritdoc */
  override connect(): this {
    return this;
  }

  /** @inheritdoc */
  override async sendTransaction({ to, data, gasLimit, value }: TransactionRequest): Promise<TransactionResponse> {
    if (to === undefined || to === null || gasLimit === undefined || gasLimit === null) {
      throw new Error("a call has a target and a limit of gas");
    }
    const { hash } = await this.#sender.send({
      to: address(await resolveAddress(to, this.provider)),
      data: hex(data ?? "0x"),
      gasLimit: BigInt(gasLimit),
      value: BigInt(value ?? 0n),
    });
    const sent = await this.provider.getTransaction(hash);
    if (sent === null) throw new ChainError("TransactionNotConfirmed", `the endpoint does not know ${hash}`);
    return sent;
  }

  /** @inheritdoc */
  override signTransaction(): Promise<string> {
    return Promise.reject(new Error("only calls that are sent are signed"));
  }

  /** @inheritdoc */
  override signMessage(): Promise<string> {
    return Promise.reject(new Error("no message is signed"));
  }

  /** @inheritdoc */
  override signTypedData(): Promise<string> {
    return Promise.reject(new Error("no message is signed"));
  }
}
