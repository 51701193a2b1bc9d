import { FetchRequest, isError, JsonRpcProvider, Network } from "ethers";

import type { ChainId } from "#protocol/types.ts";

import { ChainError } from "./errors.ts";
import { boundedGetUrl } from "./transport.ts";

/** How long an endpoint that was silent is left out, as long as enough others are there. */
const REST_MS = 60_000;
/** The most that is told of what an endpoint says about its own failure. */
const REASON_LENGTH = 200;

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
  readonly #silentUntil = new Map<JsonRpcProvider, number>();

  /** @param options - Urls that repeat count once. */
  constructor({ chainId, urls, minAgreeing, timeoutMs }: EndpointOptions) {
    this.chainId = chainId;
    this.minAgreeing = minAgreeing;
    this.providers = [...new Set(urls)].map((url) => {
      const request = new FetchRequest(url);
      request.timeout = timeoutMs;
      request.getUrlFunc = boundedGetUrl;
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
   * Asks every endpoint; one that was silent a short while ago only if there are too few without it.
   *
   * @param ask - The question.
   * @param least - How many answers there must be.
   * @returns All answers; throws `EndpointUnavailable` for too few.
   */
  async answers<T>(ask: Question<T>, least = this.minAgreeing): Promise<T[]> {
    const awake = this.#awakeFirst().filter((provider) => !this.#isSilent(provider));
    const asked = awake.length < least ? this.providers : awake;
    const settled = await Promise.allSettled(asked.map((provider) => this.#ask(provider, ask)));
    const answers = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    if (answers.length < least) {
      const failure: unknown = settled.find((result) => result.status === "rejected")?.reason;
      throw new ChainError(
        "EndpointUnavailable",
        `${String(answers.length)} of ${String(least)} needed endpoints of chain ${String(this.chainId)} answered: ${messageOf(failure)}`,
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
    for (const provider of this.#awakeFirst()) {
      try {
        return await this.#ask(provider, ask);
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

  async #ask<T>(provider: JsonRpcProvider, ask: Question<T>): Promise<T> {
    try {
      const answer = await ask(provider);
      this.#silentUntil.delete(provider);
      return answer;
    } catch (error) {
      if (isTimeout(error)) this.#silentUntil.set(provider, performance.now() + REST_MS);
      throw error;
    }
  }

  #isSilent(provider: JsonRpcProvider): boolean {
    return (this.#silentUntil.get(provider) ?? 0) > performance.now();
  }

  #awakeFirst(): JsonRpcProvider[] {
    return [...this.providers].sort((a, b) => Number(this.#isSilent(a)) - Number(this.#isSilent(b)));
  }
}

function isTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { cause } = error;
  const isUnreachable = cause instanceof Error && "code" in cause && cause.code === "UND_ERR_CONNECT_TIMEOUT";
  return error.name === "TimeoutError" || isError(error, "TIMEOUT") || isUnreachable;
}

// What ethers says in full names the url, in which many providers have the key to an account; others are told this.
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error).slice(0, REASON_LENGTH);
  const short = "shortMessage" in error ? String(error.shortMessage) : error.message;
  const inner = isError(error, "UNKNOWN_ERROR") && "error" in error ? messageInside(error.error) : "";
  return `${short}${inner}`.slice(0, REASON_LENGTH);
}

function messageInside(error: unknown): string {
  return typeof error === "object" && error !== null && "message" in error ? `: ${String(error.message)}` : "";
}
