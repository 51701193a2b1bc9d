import type { TransactionReceipt } from "ethers";

import type { Endpoints } from "#chain/endpoints.ts";
import type { TransactionSender } from "#chain/sender.ts";
import type { Address, Hex } from "#protocol/types.ts";
import { revertOf, type Failure } from "#chain/reasons.ts";

/** EIP-7825: no chain takes a transaction with more. */
const MOST_GAS = 16_777_216n;

/** A call that anyone may make. */
export interface OpenCall {
  readonly to: Address;
  readonly data: Hex;
  /** In wei. */
  readonly value?: bigint;
  /** Gas that an estimate does not see, because it is made at a base fee of zero. */
  readonly unseenGas?: bigint;
}

/** What became of a call: a receipt, also of a transaction that reverted, or why it was not sent. */
export type Called =
  | { readonly receipt: TransactionReceipt; readonly failure?: undefined }
  | { readonly receipt?: undefined; readonly failure: Failure };

/** Simulates calls, and pays only for those that would succeed. */
export class Caller {
  readonly #endpoints: Endpoints;
  readonly #sender: TransactionSender;

  /**
   * @param endpoints - The chain.
   * @param sender - Who pays.
   */
  constructor(endpoints: Endpoints, sender: TransactionSender) {
    this.#endpoints = endpoints;
    this.#sender = sender;
  }

  /**
   * @param call - The call.
   * @returns What became of it; throws when the chain cannot be reached.
   */
  async call({ to, data, value = 0n, unseenGas = 0n }: OpenCall): Promise<Called> {
    let estimate: bigint;
    try {
      const request = { from: this.#sender.address, to, data, value };
      estimate = await this.#endpoints.first((provider) => provider.estimateGas(request));
    } catch (error) {
      const failure = revertOf(error);
      if (failure === undefined) throw error;
      return { failure };
    }
    // A rival or a block more may make it dearer than it was a moment ago.
    const wanted = estimate + estimate / 4n + unseenGas;
    return { receipt: await this.#sender.send({ to, data, value, gasLimit: wanted < MOST_GAS ? wanted : MOST_GAS }) };
  }
}
