/** Looks again and again, one look at a time: whoever asks for a look while there is one has the next. */
export class Looking {
  readonly #look: () => Promise<void>;
  readonly #pauseMs: number;
  #looking: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  /**
   * @param look - What a look is.
   * @param pauseMs - Between two looks.
   */
  constructor(look: () => Promise<void>, pauseMs: number) {
    this.#look = look;
    this.#pauseMs = pauseMs;
  }

  /** Begins to look regularly; a look that fails is followed by the next. */
  start(): void {
    const turn = () => {
      this.now()
        .catch(() => undefined)
        .finally(() => {
          if (!this.#isStopped) this.#timer = setTimeout(turn, this.#pauseMs);
        });
    };
    turn();
  }

  /** Ends it, after the look under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#looking.catch(() => undefined);
  }

  /** Looks now. */
  now(): Promise<void> {
    const result = this.#looking.then(this.#look);
    this.#looking = result.catch(() => undefined);
    return result;
  }
}
