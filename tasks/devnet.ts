import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { print, runCommand } from "./shared/command.ts";
import { stopSignal } from "./shared/stopSignal.ts";

interface Arguments {
  readonly portBase: number;
  readonly burst: number;
  readonly fault: string;
  readonly once: boolean;
  readonly json: boolean;
  readonly deployment: string;
  readonly eigenlayer: string;
  readonly bridgeDelay: number;
}

/** `hardhat devnet`: runs the devnet until it is told to stop, or once; with a fault, shows how that ends. */
export default async function devnet(
  { portBase, burst, fault, once, json, deployment, eigenlayer, bridgeDelay }: Arguments,
  hre: HardhatRuntimeEnvironment,
): Promise<void> {
  await runCommand(hre, json, async () => {
    const [{ runDevnet }, { runLies }, { liesNamed }, { Screen }, { profileNamed }] = await Promise.all([
      import("#devnet/run.ts"),
      import("#devnet/lies/run.ts"),
      import("#devnet/lies/names.ts"),
      import("#devnet/screen.ts"),
      import("#devnet/hub/profile.ts"),
    ]);
    const lies = fault === "" ? [] : liesNamed(fault);
    const stop = stopSignal();
    const options = {
      network: hre.network,
      readArtifact: (name: string) => hre.artifacts.readArtifact(name),
      portBase,
      once,
      deploymentFile: deployment,
      eigenLayer: profileNamed(eigenlayer),
      bridgeDelaySeconds: bridgeDelay,
      screen: new Screen(json ? process.stderr : process.stdout),
      signal: stop.signal,
      onReport: (report: object) => {
        if (json) print(true, JSON.stringify(report, undefined, lies.length > 1 ? undefined : 2), []);
      },
    };
    try {
      return lies.length > 0 ? await runLies(lies, options) : await runDevnet({ ...options, burst });
    } finally {
      stop.release();
    }
  });
}
