import type { HubClient } from "#chain/hub.ts";
import type { Clock } from "#nodes/shared/clock.ts";
import { reasonOf, type Log } from "#nodes/shared/log.ts";

import type { AggregatorConfig } from "./config.ts";

/** What it is found out with where operators listen. */
export interface OperatorUrlsOptions {
  readonly config: Pick<AggregatorConfig, "operators" | "operatorSetId" | "endpointsMs">;
  readonly hub: HubClient | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** Where operators listen: as was configured, or as the hub says now, so that who joins is asked without a restart. */
export class OperatorUrls {
  readonly #options: OperatorUrlsOptions;
  #urls: readonly string[];
  #keptUntilMs = Number.NEGATIVE_INFINITY;

  /** @param options - Whose urls, and who says them. */
  constructor(options: OperatorUrlsOptions) {
    this.#options = options;
    this.#urls = options.config.operators ?? [];
  }

  /** Them. While the hub cannot be read, those that it said before. */
  async urls(): Promise<readonly string[]> {
    const { config, hub, clock, log } = this.#options;
    if (config.operators !== undefined || hub === undefined || clock.nowMs() < this.#keptUntilMs) return this.#urls;
    this.#keptUntilMs = clock.nowMs() + config.endpointsMs;
    try {
      this.#urls = await hub.endpointsOf(config.operatorSetId);
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, "cannot ask the hub where operators listen");
    }
    return this.#urls;
  }
}
