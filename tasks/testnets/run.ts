import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, runCommand } from "../shared/command.ts";
import { stopSignal } from "../shared/stopSignal.ts";

interface Arguments {
  readonly rollups: string;
  readonly later: string;
  readonly slow: string;
  readonly hubSeconds: number;
  readonly portBase: number;
  readonly networks: string;
  readonly deployments: string;
  readonly forget: boolean;
}

/** `hardhat testnets run`: chains as if they were testnets, until it is told to stop. */
export default async function run(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand(hre, false, async () => {
    const [{ runTestnets }, { Screen }] = await Promise.all([
      import("#devnet/testnets/run.ts"),
      import("#devnet/screen.ts"),
    ]);
    const stop = stopSignal();
    const { rollups, later, slow, networks, ...same } = args;
    try {
      await runTestnets({
        ...same,
        ...{ rollups: listed(rollups), later: listed(later), slow: listed(slow), file: networks },
        ...{ network: hre.network, readArtifact: (name) => hre.artifacts.readArtifact(name) },
        ...{ screen: new Screen(process.stdout), signal: stop.signal },
      });
      return EXIT.ok;
    } finally {
      stop.release();
    }
  });
}

function listed(typed: string): string[] {
  return typed.split(",").filter((name) => name !== "");
}
