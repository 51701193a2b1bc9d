import type { OperatorConfig } from "#nodes/operator/config.ts";
import { startOperator } from "#nodes/operator/start.ts";
import { systemClock } from "#nodes/shared/clock.ts";
import type { Log } from "#nodes/shared/log.ts";
import type { RunningNode } from "#nodes/shared/node.ts";

import type { DevnetOperator } from "./accounts.ts";
import { HOST } from "./chains.ts";
import { reservePort, type ReservedPort } from "./ports.ts";

/** An operator that has a place to listen at, which the hub is told before its node runs. */
export interface PlacedOperator {
  readonly operator: DevnetOperator;
  readonly place: ReservedPort;
  readonly url: string;
}

/**
 * @param operator - An operator.
 * @param port - Where its node will listen; 0 takes a free port.
 * @returns The operator with its place.
 */
export async function placeOperator(operator: DevnetOperator, port: number): Promise<PlacedOperator> {
  const place = await reservePort(HOST, port);
  return { operator, place, url: `http://${HOST}:${place.port}` };
}

/** An operator's node, which can be stopped and started again, with the same key, history and port. */
export class OperatorProcess {
  readonly operator: DevnetOperator;
  readonly url: string;
  readonly #place: ReservedPort;
  readonly #config: OperatorConfig;
  readonly #log: Log;
  #node: RunningNode | undefined;
  #hasRun = false;

  /**
   * @param placed - Whose node it is, and where.
   * @param config - What it is told.
   * @param log - Where it writes.
   */
  constructor({ operator, place, url }: PlacedOperator, config: OperatorConfig, log: Log) {
    this.operator = operator;
    this.url = url;
    this.#place = place;
    this.#config = config;
    this.#log = log;
  }

  /** The operator's name. */
  get name(): string {
    return this.operator.name;
  }

  /** Starts it; the history is begun once, and taken up every later time. */
  async start(): Promise<void> {
    await this.#place.release();
    this.#node = await startOperator(
      { ...this.#config, newHistory: !this.#hasRun },
      { clock: systemClock, log: this.#log },
    );
    this.#hasRun = true;
  }

  /** Stops it. */
  async stop(): Promise<void> {
    await this.#node?.stop();
    this.#node = undefined;
  }
}
