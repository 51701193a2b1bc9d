import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print, runCommand } from "../shared/command.ts";
import type { NetworkArguments } from "../shared/networks.ts";
import { rehearsalDocument, rehearsalLines } from "./rehearsalLines.ts";

interface Arguments extends NetworkArguments {
  readonly snapshot: string;
}

/** `hardhat deploy rehearse`: a network's whole life on simulated chains; whatever does not go as it should is exit code 1. */
export default async function rehearseNetwork(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand(hre, args.json, async () => {
    const [{ networkNamed, readConfig }, { rehearse }, { stepArtifacts, productionArtifacts }, { presignedCreateX }] =
      await Promise.all([
        import("#deploy/config/read.ts"),
        import("#deploy/rehearse/rehearse.ts"),
        import("#deploy/artifacts.ts"),
        import("#deploy/createX.ts"),
      ]);
    const [{ groundsOf }, { hex }] = await Promise.all([import("./rehearsalGrounds.ts"), import("#protocol/types.ts")]);
    const config = networkNamed(await readConfig(args.networks), args.name);
    const { hub, prices, what } = await groundsOf(hre, config, args.snapshot);
    const readArtifact = (name: string) => hre.artifacts.readArtifact(name);
    const build = config.isLocal ? readArtifact : await productionArtifacts(hre.config.paths.root);
    const rehearsal = await rehearse(config, {
      ...{ network: hre.network, hub, prices, readArtifact },
      ...{ artifacts: await stepArtifacts(build), presigned: await presignedCreateX() },
      readCode: async (name) => hex((await readArtifact(name)).deployedBytecode),
      report: (phase) => {
        console.error(`${new Date().toISOString()}  rehearses  ${phase}`);
      },
    });
    const title = `${args.name}, rehearsed on ${what}`;
    print(args.json, rehearsalDocument(args.name, what, rehearsal), rehearsalLines(title, rehearsal));
    return EXIT.ok;
  });
}
