import type { JsonRpcProvider } from "ethers";

import type { DeployedRollup, Deployment } from "./deployment.ts";
import { DevnetError } from "./errors.ts";
import { openProvider } from "./servers.ts";

/** A rollup of a devnet that runs in another process. */
export interface OpenRollup {
  readonly deployed: DeployedRollup;
  readonly provider: JsonRpcProvider;
}

/**
 * Opens all rollups, works with them and closes them again.
 *
 * @param deployment - The devnet.
 * @param file - Where that was read, for the error.
 * @param work - What is done.
 * @returns What the work returns; throws `NotRunning` when nobody answers.
 */
export async function withRollups<T>(
  deployment: Deployment,
  file: string,
  work: (rollups: readonly OpenRollup[]) => Promise<T>,
): Promise<T> {
  const rollups = deployment.rollups.map((deployed) => ({
    deployed,
    provider: openProvider(deployed.chainId, deployed.url),
  }));
  try {
    for (const { deployed, provider } of rollups) await requireChain(provider, deployed, file);
    return await work(rollups);
  } finally {
    for (const { provider } of rollups) provider.destroy();
  }
}

async function requireChain(provider: JsonRpcProvider, { chainId, url }: DeployedRollup, file: string): Promise<void> {
  const found = await provider.send("eth_chainId", []).then(String, () => undefined);
  if (found !== undefined && BigInt(found) === BigInt(chainId)) return;
  throw new DevnetError(
    "NotRunning",
    `No devnet answers at ${url}; ${file} is left from one that was killed. Start one with \`npm start\`.`,
  );
}
