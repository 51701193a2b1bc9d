import { Wallet, type JsonRpcProvider, type TransactionReceipt } from "ethers";

import { address, type Address, type Bytes32, type Hex } from "#protocol/types.ts";

import type { Endpoints } from "./endpoints.ts";
import { ChainError } from "./errors.ts";

/** A call to be paid for. */
export interface Call {
  readonly to: Address;
  readonly data: Hex;
  readonly gasLimit: bigint;
  /** In wei. */
  readonly value?: bigint;
}

/** A transaction that was not seen in a block in time, and is replaced by the next one. */
interface Stuck {
  readonly nonce: number;
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** Pause between two looks for a receipt. */
const RECEIPT_POLL_MS = 50;
/** Clients replace a transaction only for a tenth more. */
const BUMP = (fee: bigint) => fee + fee / 8n + 1n;

/** Sends one account's transactions on one chain: the only owner of its nonces, one transaction at a time. */
export class TransactionSender {
  readonly address: Address;
  readonly #wallet: Wallet;
  readonly #endpoints: Endpoints;
  readonly #confirmTimeoutMs: number;
  readonly #mostFeePerGas: bigint;
  #stuck: Stuck | undefined;
  #work: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /**
   * @param privateKey - The account's key; nobody else may use it on this chain.
   * @param endpoints - The chain.
   * @param confirmTimeoutMs - After how long a transaction is given up.
   * @param mostFeePerGas - The most that is paid, in wei, whatever an endpoint says that it costs.
   */
  constructor(privateKey: Bytes32, endpoints: Endpoints, confirmTimeoutMs: number, mostFeePerGas: bigint) {
    this.#wallet = new Wallet(privateKey);
    this.address = address(this.#wallet.address);
    this.#endpoints = endpoints;
    this.#confirmTimeoutMs = confirmTimeoutMs;
    this.#mostFeePerGas = mostFeePerGas;
  }

  /**
   * Sends a call and waits for its receipt.
   *
   * @param call - The call.
   * @returns The receipt, also of a transaction that reverted; throws `TransactionNotConfirmed` when there is none in time.
   */
  send(call: Call): Promise<TransactionReceipt> {
    const result = this.#work.then(() => this.#endpoints.first((provider) => this.#sendOne(provider, call)));
    this.#work = result.catch(() => undefined);
    return result;
  }

  /** Stops waiting. */
  close(): void {
    this.#isClosed = true;
  }

  async #sendOne(provider: JsonRpcProvider, call: Call): Promise<TransactionReceipt> {
    const mined = await provider.getTransactionCount(this.address, "latest");
    const stuck = this.#stuck !== undefined && this.#stuck.nonce >= mined ? this.#stuck : undefined;
    const nonce = stuck?.nonce ?? (await provider.getTransactionCount(this.address, "pending"));
    const fees = await provider.getFeeData();
    const asked = highest(fees.maxFeePerGas ?? fees.gasPrice ?? 0n, stuck && BUMP(stuck.maxFeePerGas));
    const tip = highest(fees.maxPriorityFeePerGas ?? 0n, stuck && BUMP(stuck.maxPriorityFeePerGas));
    const maxFeePerGas = lowest(asked, this.#mostFeePerGas);
    const maxPriorityFeePerGas = lowest(tip, maxFeePerGas);
    const signed = await this.#wallet.signTransaction({
      type: 2,
      chainId: this.#endpoints.chainId,
      nonce,
      maxFeePerGas,
      maxPriorityFeePerGas,
      ...call,
    });
    this.#stuck = { nonce, maxFeePerGas, maxPriorityFeePerGas };
    const { hash } = await provider.broadcastTransaction(signed);
    const receipt = await this.#receipt(provider, hash);
    this.#stuck = undefined;
    return receipt;
  }

  async #receipt(provider: JsonRpcProvider, hash: string): Promise<TransactionReceipt> {
    for (let waited = 0; waited <= this.#confirmTimeoutMs && !this.#isClosed; waited += RECEIPT_POLL_MS) {
      const receipt = await provider.getTransactionReceipt(hash);
      if (receipt !== null) return receipt;
      await new Promise((resolve) => setTimeout(resolve, RECEIPT_POLL_MS));
    }
    throw new ChainError("TransactionNotConfirmed", `no receipt of ${hash} yet`);
  }
}

function lowest(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function highest(a: bigint, b: bigint | undefined): bigint {
  return b !== undefined && b > a ? b : a;
}
