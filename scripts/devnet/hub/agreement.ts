import { HubClient } from "#chain/hub.ts";
import { hubDifferences } from "#chain/hubAgreement.ts";
import { RollupClient } from "#chain/rollup.ts";
import { chainId } from "#protocol/types.ts";

import type { DeployedRollup } from "../deployment.ts";
import { DevnetError } from "../errors.ts";
import type { DevnetHub } from "./setUp.ts";

/** One endpoint a chain, because each chain of a devnet is one process. */
const TRUST = { minAgreeing: 1, timeoutMs: 10_000 };

/**
 * Makes sure that what rollups were deployed with is what the hub says: nobody's word was taken for a table or an entry.
 *
 * @param hub - The hub.
 * @param rollups - The rollups; throws `HubMismatch` with what differs.
 */
export async function requireAgreement(hub: DevnetHub, rollups: readonly DeployedRollup[]): Promise<void> {
  const client = new HubClient({ ...TRUST, ...hub.contracts, chainId: chainId(hub.chainId), urls: [hub.url] });
  try {
    await Promise.all(rollups.map(async (rollup) => requireEqual(client, rollup)));
  } finally {
    client.close();
  }
}

async function requireEqual(hub: HubClient, { name, chainId: id, url, contracts, fromBlock }: DeployedRollup) {
  const place = { chainId: chainId(id), urls: [url], gateway: contracts.gateway, fromBlock, blockRange: 1 };
  const rollup = new RollupClient({ ...TRUST, ...place });
  try {
    const differences = await hubDifferences(hub, rollup);
    const told = differences.map(
      ({ subject, field, found, required }) => `${subject}: ${field} ${found}, not ${required}`,
    );
    if (told.length > 0) throw new DevnetError("HubMismatch", `${name} is not what the hub says: ${told.join("; ")}`);
  } finally {
    rollup.close();
  }
}
