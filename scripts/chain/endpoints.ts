import { FetchRequest, JsonRpcProvider, Network } from "ethers";

import type { ChainId } from "#protocol/types.ts";

import { ChainError } from "./errors.ts";

/** Where a chain is read, and how far its endpoints are trusted. */
export interface EndpointOptions {
  readonly chainId: ChainId;
  readonly urls: readonly string[];
  /** How many different endpoints must say the same. */
  readonly minAgreeing: number;
  readonly timeoutMs: number;
}

/** One question to one endpoint. */
export type Question<T> = (provider: JsonRpcProvider) => Promise<T>;

/** The endpoints of one chain. None is trusted alone where `agree` is used. */
export class Endpoints {
  readonly chainId: ChainId;
  readonly providers: readonly JsonRpcProvider[];
  /** How many different endpoints must say the same. */
  readonly minAgreeing: number;

  /** @param options - Urls that repeat count once. */
  constructor({ chainId, urls, minAgreeing, timeoutMs }: EndpointOptions) {
    this.chainId = chainId;
    this.minAgreeing = minAgreeing;
    this.providers = [...new Set(urls)].map((url) => {
      const request = new FetchRequest(url);
      request.timeout = timeoutMs;
      request.setThrottleParams({ maxAttempts: 3, slotInterval: 100 });
      const network = Network.from(chainId);
      // No batches: one sick answer would spoil its neighbours. No cache: answers are compared and proven.
      return new JsonRpcProvider(request, network, { staticNetwork: network, batchMaxCount: 1, cacheTimeout: -1 });
    });
  }

  /**
   * Asks every endpoint. At least `minAgreeing` must answer, and none of those that answer may differ.
   *
   * @param ask - The question.
   * @param keyOf - What two equal answers have in common.
   * @returns The answer; throws `EndpointUnavailable` or `EndpointsDisagree`.
   */
  async agree<T>(ask: Question<T>, keyOf: (answer: T) => string): Promise<T> {
    const answers = await this.answers(ask);
    const [first] = answers;
    if (first === undefined)
      throw new ChainError("EndpointUnavailable", `no endpoint of chain ${String(this.chainId)}`);
    if (new Set(answers.map(keyOf)).size > 1) {
      throw new ChainError("EndpointsDisagree", `endpoints of chain ${String(this.chainId)} contradict each other`);
    }
    return first;
  }

  /**
   * Asks every endpoint.
   *
   * @param ask - The question.
   * @returns All answers, at least `minAgreeing`; else throws `EndpointUnavailable`.
   */
  async answers<T>(ask: Question<T>): Promise<T[]> {
    const settled = await Promise.allSettled(this.providers.map(ask));
    const answers = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    if (answers.length < this.minAgreeing) {
      const failure: unknown = settled.find((result) => result.status === "rejected")?.reason;
      throw new ChainError(
        "EndpointUnavailable",
        `${String(answers.length)} of ${String(this.minAgreeing)} needed endpoints of chain ${String(this.chainId)} answered: ${messageOf(failure)}`,
        { cause: failure },
      );
    }
    return answers;
  }

  /**
   * Asks one endpoint after the other until one answers: for what is proven or checked afterwards.
   *
   * @param ask - The question; throwing passes it on to the next endpoint.
   * @returns The first answer; throws the last error.
   */
  async first<T>(ask: Question<T>): Promise<T> {
    let failure: unknown = new Error("no endpoint");
    for (const provider of this.providers) {
      try {
        return await ask(provider);
      } catch (error) {
        failure = error;
      }
    }
    throw failure instanceof ChainError
      ? failure
      : new ChainError("EndpointUnavailable", `chain ${String(this.chainId)}: ${messageOf(failure)}`, {
          cause: failure,
        });
  }

  /** Lets go of all endpoints. */
  close(): void {
    for (const provider of this.providers) provider.destroy();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
