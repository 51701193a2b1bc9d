import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { runOnHub, type HubArguments } from "../shared/hub.ts";
import { announcementLines, mismatchLine, timelockNamed } from "./timelocks.ts";

interface Arguments extends HubArguments {
  readonly all: boolean;
}

/** `hardhat admin timelock`: what is announced. */
export default async function listAnnouncements(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const { toJson } = await import("#protocol/schemas.ts");
    const timelocks = [];
    for (const name of ["shaper", "claims"]) {
      const state = await timelockNamed(hub, name);
      const isOpen = ({ stage }: { readonly stage: string }) => stage !== "done" && stage !== "cancelled";
      timelocks.push({ ...state, announcements: args.all ? state.announcements : state.announcements.filter(isOpen) });
    }
    print(
      args.json,
      toJson({ timelocks }),
      timelocks.flatMap(({ name, timelock, delaySeconds, leastSeconds, announcements, mismatched }) => [
        `${name}, ${timelock}: everything waits ${delaySeconds} s, and lapses ${leastSeconds} s later`,
        ...(announcements.length === 0 ? ["  nothing is announced"] : announcements.flatMap(announcementLines)),
        ...mismatched.map((one) => `  ${mismatchLine(one)}`),
      ]),
    );
    return EXIT.ok;
  });
}
