import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { print, runCommand } from "./shared/command.ts";
import { stopSignal } from "./shared/stopSignal.ts";

interface Arguments {
  readonly portBase: number;
  readonly burst: number;
  readonly once: boolean;
  readonly json: boolean;
  readonly deployment: string;
  readonly eigenlayer: string;
  readonly bridgeDelay: number;
}

/** `hardhat devnet`: runs the devnet until it is told to stop, or once. */
export default async function devnet(
  { portBase, burst, once, json, deployment, eigenlayer, bridgeDelay }: Arguments,
  hre: HardhatRuntimeEnvironment,
): Promise<void> {
  await runCommand(hre, json, async () => {
    const [{ runDevnet }, { Screen }, { profileNamed }] = await Promise.all([
      import("#devnet/run.ts"),
      import("#devnet/screen.ts"),
      import("#devnet/hub/profile.ts"),
    ]);
    const stop = stopSignal();
    try {
      return await runDevnet({
        network: hre.network,
        readArtifact: (name) => hre.artifacts.readArtifact(name),
        portBase,
        burst,
        once,
        deploymentFile: deployment,
        eigenLayer: profileNamed(eigenlayer),
        bridgeDelaySeconds: bridgeDelay,
        screen: new Screen(json ? process.stderr : process.stdout),
        signal: stop.signal,
        onReport: (report) => {
          if (json) print(true, JSON.stringify(report, undefined, 2), []);
        },
      });
    } finally {
      stop.release();
    }
  });
}
