/** Aborts when the process is asked to stop. */
export interface StopSignal {
  readonly signal: AbortSignal;
  /** Gives the signals back. */
  release(): void;
}

/** Ctrl-C and SIGTERM as an abort; a second one ends the process at once, as if nobody listened. */
export function stopSignal(): StopSignal {
  const controller = new AbortController();
  const release = () => {
    process.off("SIGINT", abort);
    process.off("SIGTERM", abort);
  };
  const abort = () => {
    controller.abort();
    release();
  };
  process.on("SIGINT", abort);
  process.on("SIGTERM", abort);
  return { signal: controller.signal, release };
}
