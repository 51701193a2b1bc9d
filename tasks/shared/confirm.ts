import { createInterface } from "node:readline/promises";

import { CommandError } from "./errors.ts";

/**
 * Asks the person at the terminal whether it shall be done; returns only if so.
 *
 * @param question - What shall be done.
 * @param isSure - Whether that was said on the command line already.
 */
export async function confirm(question: string, isSure: boolean): Promise<void> {
  if (isSure) return;
  if (!process.stdin.isTTY) {
    throw new CommandError(
      "NotConfirmed",
      "no terminal to ask: look at what stands above, or at --dry-run, then use --yes",
    );
  }
  // On standard error, because standard output may be for one document only.
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Ctrl-C and Ctrl-D close it without an answer.
    const closed = new Promise<string>((resolve) => {
      terminal.once("close", () => {
        resolve("");
      });
    });
    const answer = await Promise.race([terminal.question(`${question} Type yes: `), closed]);
    if (answer.trim().toLowerCase() !== "yes") throw new CommandError("NotConfirmed", "nothing was done");
  } finally {
    terminal.close();
  }
}
