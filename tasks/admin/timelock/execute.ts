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

/** `hardhat admin timelock execute`: exit code 2 before it is ready. */
export default async function execute(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ executeCall }, { toJson }] = await Promise.all([
      import("#chain/admin/timelocks.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const state = await timelockNamed(hub, args.timelock);
    const found = announcementTyped(state, args.id);
    const { timelock } = state;
    if (found.stage === "waiting") {
      print(args.json, toJson({ timelock, ...found, outcome: "nothing to send" }), announcementLines(found));
      return EXIT.notYet;
    }
    if (found.stage !== "ready") {
      const advice = found.stage === "lapsed" ? ": cancel it, and announce it again" : "";
      throw new CommandError("NotFound", `${found.id} is ${found.stage}${advice}`);
    }
    const by = await senderOf(hub, args, "EXECUTOR_ROLE", timelock);
    const call = executeCall({ chainId: hub.site.chainId, timelock, by }, found);
    // What it does, before anybody agrees with it.
    console.error(announcementLines(found).join("\n"));
    const carried = await carryOut(args, hub.ethers, `what was announced to the ${args.timelock} timelock`, [call]);
    print(args.json, toJson({ timelock, ...found, ...carried }), [
      ...announcementLines(found),
      ...carriedLines(carried),
    ]);
    return EXIT.ok;
  });
}
