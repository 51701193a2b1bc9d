import { DEFAULT_POLICY, DEFAULT_WINDOWS, gatewayAddress } from "#deploy/rollup.ts";
import { elementAt } from "#protocol/errors.ts";
import type { Rollup as Entry } from "#protocol/statements.ts";
import { address } from "#protocol/types.ts";

import { Rollup, type Chain } from "./rollup.ts";
import { entryOf, TEST_DOMAIN, type World } from "./world.ts";

/**
 * Deploys a rollup's contracts on a chain, under the world's committee and knowing the rollups of the world. They do not
 * know it. On a chain of the world it becomes a second gateway there.
 */
export async function deployNewcomer(
  { rollups, committee, validFrom, validUntil }: World,
  chain: Chain,
): Promise<Rollup> {
  const deployer = elementAt(chain.signers, 0);
  const own = gatewayAddress(address(deployer.address), await deployer.getNonce());
  const others = rollups.filter(({ chainId }) => chainId !== chain.chainId);
  return Rollup.deploy(chain, {
    ...TEST_DOMAIN,
    ...DEFAULT_WINDOWS,
    maxValiditySeconds: Number(validUntil - validFrom),
    owner: address(deployer.address),
    directorySetId: committee.operatorSetId,
    firstEntries: [
      entryOf(chain.chainId, own),
      ...others.map(({ chainId, addresses }) => entryOf(chainId, addresses.gateway)),
    ],
    firstTables: [{ table: committee.tableStatement(validFrom, validUntil), rows: committee.table.packed }],
    defaultPolicy: DEFAULT_POLICY,
  });
}

/** The directory entry that names a rollup's gateway. */
export function entryFor({ chainId, addresses }: Rollup, changes: Partial<Entry> = {}): Entry {
  return entryOf(chainId, addresses.gateway, changes);
}
