import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import { bigintTyped, runOnHub, type HubArguments } from "../shared/hub.ts";
import { takenLine } from "./lines.ts";

interface Arguments extends HubArguments {
  readonly slash: string;
  readonly set: number;
}

/** `hardhat vault collect`: brings what was slashed into the vault; exit code 2 when EigenLayer does not let go of all yet. */
export default async function collectTokens(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ allTaken, collect }, { HubError }, { toJson }] = await Promise.all([
      import("#chain/hub/vault.ts"),
      import("#chain/hub/errors.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const signer = await hub.signer();
    const wanted = args.slash === "" ? undefined : bigintTyped("--slash", args.slash);
    const meant = (await allTaken(signer, hub.site, hub.site.fromBlock)).filter(
      ({ slashId, operatorSetId }) =>
        (wanted === undefined || slashId === wanted) && (args.set === 0 || operatorSetId === args.set),
    );
    if (wanted !== undefined && meant.length === 0)
      throw new CommandError("NotFound", `no slash ${wanted} took anything`);
    const due = meant.filter(({ isCollected }) => !isCollected);
    const collected = [];
    const waiting = [];
    for (const which of due) {
      try {
        collected.push(await collect(signer, hub.site, which));
      } catch (error) {
        if (!(error instanceof HubError)) throw error;
        waiting.push({ ...which, reason: error.message });
      }
    }
    print(args.json, toJson({ collected, waiting }), [
      `${collected.length} collected, ${waiting.length} not yet`,
      ...collected.map((taken) => `  ${takenLine(taken)}`),
      ...waiting.map((taken) => `  ${takenLine(taken)}: ${taken.reason}`),
    ]);
    return waiting.length === 0 ? EXIT.ok : EXIT.notYet;
  });
}
