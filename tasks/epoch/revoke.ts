import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { bigintTyped, runOnHub, setIdOf, type HubArguments } from "../shared/hub.ts";
import { bridgeOf, outcomeLines, outcomeOf, rollupsOf, type Outcome } from "../shared/rollups.ts";
import { epochTyped } from "./typed.ts";

interface Arguments extends HubArguments {
  readonly epoch: string;
  readonly to: string;
  readonly value: string;
  readonly set: number;
}

/** `hardhat epoch revoke`: exit code 2 while the hub does not revoke the epoch, or where a bridge does not take it. */
export default async function revokeEpoch(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ revocationOf }, { sendEpoch }, { toJson }] = await Promise.all([
      import("#chain/hub/revocation.ts"),
      import("#chain/bridge/news.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const operatorSetId = await setIdOf(hub, args.set);
    const epoch = epochTyped(args.epoch);
    const value = bigintTyped("--value", args.value);
    const rollups = await rollupsOf(hub.book, args.to);
    const revocation = await revocationOf(hub.provider, hub.site, operatorSetId, epoch);
    const { isRevoked, convictedWeight, requiredWeight, totalWeight } = revocation;
    const what = `epoch ${epoch} of set ${operatorSetId}`;
    if (!isRevoked) {
      print(args.json, toJson({ operatorSetId, epoch, ...revocation, rollups: [] }), [
        `${what} is not revoked: operators with ${convictedWeight} of its weight ${totalWeight} are convicted, ${requiredWeight} revoke it`,
        "  accuse and execute cases against it first; nothing was sent",
      ]);
      return EXIT.notYet;
    }
    const signer = await hub.signer();
    const outcomes: Outcome[] = [];
    for (const rollup of rollups) {
      const sent = async () =>
        (await sendEpoch(signer, bridgeOf(rollup), operatorSetId, epoch, { value })).transactionHash;
      outcomes.push(await outcomeOf(rollup.name, sent()));
    }
    print(args.json, toJson({ operatorSetId, epoch, ...revocation, rollups: outcomes }), [
      `${what} is revoked: operators with ${convictedWeight} of its weight ${totalWeight} are convicted`,
      ...outcomeLines(outcomes, "on its way").map((line) => `  ${line}`),
    ]);
    return outcomes.every(({ reason }) => reason === undefined) ? EXIT.ok : EXIT.notYet;
  });
}
