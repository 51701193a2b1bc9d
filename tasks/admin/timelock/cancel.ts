import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { carriedLines, carryOut, type CarryArguments } from "../../shared/carryOut.ts";
import { EXIT, print } from "../../shared/command.ts";
import { CommandError } from "../../shared/errors.ts";
import { runOnHub, type HubArguments } from "../../shared/hub.ts";
import { announcementLines, announcementTyped, senderOf, timelockNamed } from "../timelocks.ts";

interface Arguments extends Omit<HubArguments, keyof CarryArguments>, CarryArguments {
  readonly timelock: string;
  readonly id: string;
}

/** `hardhat admin timelock cancel`. */
export default async function cancel(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ cancelCall }, { toJson }] = await Promise.all([
      import("#chain/admin/timelocks.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const state = await timelockNamed(hub, args.timelock);
    const found = announcementTyped(state, args.id);
    const { timelock } = state;
    if (found.stage === "done" || found.stage === "cancelled") {
      throw new CommandError("NotFound", `${found.id} is ${found.stage}`);
    }
    const by = await senderOf(hub, args, "CANCELLER_ROLE", timelock);
    const call = cancelCall({ chainId: hub.site.chainId, timelock, by }, found.id);
    // What it does, before anybody agrees with it.
    console.error(announcementLines(found).join("\n"));
    const carried = await carryOut(args, hub.ethers, `cancellation at the ${args.timelock} timelock`, [call]);
    print(args.json, toJson({ timelock, ...found, ...carried }), [
      ...announcementLines(found),
      ...carriedLines(carried),
    ]);
    return EXIT.ok;
  });
}
