import { reasonOf, type Log } from "./log.ts";

/** Does something again and again, one at a time, until it is stopped. */
export class Loop {
  readonly #work: () => Promise<void>;
  readonly #pauseMs: number;
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isStopped = true;

  /**
   * @param work - What is done; an error is logged and does not end the loop.
   * @param pauseMs - Pause between two times.
   * @param log - Where errors go.
   */
  constructor(work: () => Promise<void>, pauseMs: number, log: Log) {
    this.#work = work;
    this.#pauseMs = pauseMs;
    this.#log = log;
  }

  /** Begins at once. */
  start(): void {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    this.#running = this.#turn();
  }

  /** Ends the loop and waits for what is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #turn(): Promise<void> {
    try {
      await this.#work();
    } catch (error) {
      this.#log.error({ reason: reasonOf(error) }, "round failed");
    }
    // `stop` may have been called meanwhile, which the compiler cannot see.
    if (this.#hasStopped()) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#turn();
    }, this.#pauseMs);
  }

  #hasStopped(): boolean {
    return this.#isStopped;
  }
}
