import type { Devnet, DevnetOptions } from "./devnet.ts";
import { startDevnet } from "./devnet.ts";
import { DevnetError } from "./errors.ts";
import { report, type Report } from "./report.ts";
import { tell } from "./story.ts";
import { showEpochVerdict, showInvitation, showReport, showVerdict } from "./summary.ts";

/** How a devnet is run. */
export interface RunOptions extends DevnetOptions {
  /** Messages of the burst. */
  readonly burst: number;
  /** Ends by itself. */
  readonly once: boolean;
  /** Gets the report; `--json` prints it. */
  readonly onReport: (report: Report) => void;
  /** Called between the stories and the reconciliation. */
  readonly beforeReport?: (devnet: Devnet) => Promise<void>;
}

/** The smallest burst that has a message for every lane. */
export const LEAST_BURST = 12;

/**
 * Starts a devnet, shows its stories, reconciles, and stays until it is told to stop.
 *
 * @param options - How.
 * @returns The exit code: 0 when what arrived is what was sent, or when a devnet that stays was stopped; else 1.
 */
export async function runDevnet(options: RunOptions): Promise<number> {
  const { screen, burst, once, signal } = options;
  if (burst < LEAST_BURST) throw new DevnetError("InvalidOption", `--burst is at least ${LEAST_BURST}`);
  screen.title("A hub and three rollups");
  let devnet: Devnet | undefined;
  try {
    devnet = await startDevnet(options);
    const story = await tell(devnet, burst);
    await options.beforeReport?.(devnet);
    const found = await report(devnet, story);
    showReport(screen, found);
    showVerdict(screen, found.verdict);
    showEpochVerdict(screen, found.epochs);
    options.onReport(found);
    if (once) return exitCodeOf(found);
    showInvitation(screen, devnet.deployment, options.deploymentFile, story.text);
    screen.title("Running until Ctrl-C");
    await untilAborted(signal);
    return 0;
  } catch (error) {
    if (error instanceof DevnetError && error.code === "Interrupted") return once ? 1 : 0;
    throw error;
  } finally {
    await devnet?.stop();
    if (devnet !== undefined) screen.line("node", "stopped");
  }
}

/**
 * @param report - What a devnet did.
 * @returns 0 when everything was shown, what arrived is what was sent, each once, and every rollup has the hub's epochs; else 1.
 */
export function exitCodeOf({ verdict, epochs, failure }: Pick<Report, "verdict" | "epochs" | "failure">): number {
  return verdict.ok && epochs.verdict.ok && failure === null ? 0 : 1;
}

/**
 * @param signal - Ends the wait.
 */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    // A pending promise does not keep a process alive; the servers do.
    signal.addEventListener("abort", () => {
      resolve();
    });
  });
}
