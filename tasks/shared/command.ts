import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { CommandError } from "./errors.ts";
import { guardOutput, redactor, withoutSecrets } from "./secrets.ts";

/** Exit codes: done or true; it cannot be done or told; not yet, or not so. */
export const EXIT = { ok: 0, error: 1, notYet: 2 } as const;

/**
 * Builds what a command imports, runs it, and sets the exit code.
 *
 * @param hre - Hardhat.
 * @param json - Whether standard output is for one JSON document only.
 * @param work - The command; an error of ours becomes one line and exit code 1.
 */
export async function runCommand(
  hre: HardhatRuntimeEnvironment,
  json: boolean,
  work: () => Promise<number>,
): Promise<void> {
  // Standard output is for the one document; what Hardhat itself says goes the other way too.
  const { log } = console;
  const redact = redactor(hre.config);
  const release = guardOutput(redact);
  if (json) console.log = console.error;
  try {
    await built(hre, work);
  } catch (error) {
    throw withoutSecrets(error, redact);
  } finally {
    console.log = log;
    release();
  }
}

let build: Promise<unknown> | undefined;

async function built(hre: HardhatRuntimeEnvironment, work: () => Promise<number>): Promise<void> {
  // Once a process: what is imported does not change after that.
  build ??= hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  await build;
  // Loaded now only, like whatever `work` loads: it imports the types that the build has written.
  const kinds = await Promise.all([
    import("#devnet/errors.ts").then(({ DevnetError }) => DevnetError),
    import("#protocol/errors.ts").then(({ ProtocolError }) => ProtocolError),
    import("#chain/errors.ts").then(({ ChainError }) => ChainError),
    import("#chain/hub/errors.ts").then(({ HubError }) => HubError),
    import("#nodes/shared/keystore.ts").then(({ KeystoreError }) => KeystoreError),
    import("#deploy/addressBook.ts").then(({ AddressBookError }) => AddressBookError),
    import("#deploy/safe.ts").then(({ SafeBatchError }) => SafeBatchError),
    import("#deploy/config/errors.ts").then(({ ConfigError }) => ConfigError),
    import("#deploy/errors.ts").then(({ DeployError }) => DeployError),
    import("#deploy/hubFit.ts").then(({ HubFitError }) => HubFitError),
    import("#deploy/bridgeFit.ts").then(({ BridgeFitError }) => BridgeFitError),
  ]);
  const known = [CommandError, ...kinds];
  try {
    process.exitCode = await work();
  } catch (error) {
    if (!(error instanceof Error) || !known.some((kind) => error instanceof kind)) throw error;
    console.error(error.message);
    process.exitCode = EXIT.error;
  }
}

/** Prints a result: one JSON document, or lines. */
export function print(json: boolean, document: string, lines: readonly string[]): void {
  process.stdout.write(json ? `${document}\n` : `${lines.join("\n")}\n`);
}
