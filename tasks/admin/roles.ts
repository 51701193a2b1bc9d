import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { Holder } from "#chain/admin/holders.ts";
import type { RoleHolder } from "#chain/admin/roles.ts";

import { EXIT, print } from "../shared/command.ts";
import { runOnHub, withChain, type HubArguments } from "../shared/hub.ts";

/** `hardhat admin roles`: who holds each role of docs/roles.md. */
export default async function showRoles(args: HubArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async ({ provider, site, book }) => {
    const [{ hubRoles, rollupRoles }, { holderLine }, { toJson }] = await Promise.all([
      import("#chain/admin/roles.ts"),
      import("#chain/admin/holders.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const hub = await hubRoles(provider, site);
    const rollups = [];
    for (const rollup of book.rollups) {
      const roles = await withChain(hre, rollup, undefined, ({ ethers }) =>
        rollupRoles(ethers.provider, rollup.contracts.policy),
      );
      rollups.push({ rollup: rollup.name, roles });
    }
    const lineOf = (one: RoleHolder) => `  ${roleLine(one, holderLine)}`;
    print(args.json, toJson({ hub, rollups }), [
      `${site.name}:`,
      ...hub.map(lineOf),
      ...rollups.flatMap(({ rollup, roles }) => [`${rollup}:`, ...roles.map(lineOf)]),
    ]);
    return EXIT.ok;
  });
}

function roleLine({ role, contract, holder, is }: RoleHolder, told: (holder: Holder) => string): string {
  return `${role} (${contract}): ${is.kind === "anyone" ? "anyone" : `${holder}, ${told(is)}`}`;
}
