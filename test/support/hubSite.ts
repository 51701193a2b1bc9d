import type { HubSite } from "#chain/hub/site.ts";
import { address } from "#protocol/types.ts";

import type { Hub } from "./hub.ts";

/** Where a test's hub is, as actions are told. */
export async function siteOf({ addresses, eigenLayer }: Hub): Promise<HubSite> {
  const { allocationManager, delegationManager, keyRegistrar } = eigenLayer;
  return {
    contracts: addresses,
    eigenLayer: {
      allocationManager: address(await allocationManager.getAddress()),
      delegationManager: address(await delegationManager.getAddress()),
      keyRegistrar: address(await keyRegistrar.getAddress()),
    },
  };
}
