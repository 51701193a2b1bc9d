import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { NetworkConfigInput } from "#deploy/config/schema.ts";
import { ROLLUP_GAS } from "#deploy/bridge.ts";
import { DEFAULT_POLICY, DEFAULT_WINDOWS } from "#deploy/rollup.ts";
import { elementAt } from "#protocol/errors.ts";
import { address } from "#protocol/types.ts";

import { WAD } from "./hub.ts";
import { ROAD_SECONDS } from "./road.ts";
import { REFUTE_WAD, SOFT_WAD, type RoadRollup, type RoadScene } from "./roadScene.ts";

/** Where the chains of a scene are reached. */
export interface SceneUrls {
  readonly hub: string;
  readonly alpha: string;
  readonly beta: string;
}

/** A scene as parley.config.ts would describe it. */
export async function sceneNetwork(scene: RoadScene, urls: SceneUrls): Promise<NetworkConfigInput> {
  const { hub, asset } = scene;
  const { owner, registrar, guardian, court, shapers, windows, notices, eigenLayer, ...rest } = hub.parameters;
  const { courtSeconds, shapingSeconds, claimsSeconds, bond, metadataURI } = rest;
  const deployer = elementAt(hub.eigenLayer.chain.signers, 0).address;
  const rollup = async ({ rollup: { chainId, deployer: owned }, road }: RoadRollup, url: string, softWad: bigint) => ({
    ...{ network: "local", chainId: Number(chainId), url },
    entry: {
      ...{ owner: deployer, operatorSetId: 1, finality: 3, refutable: true, metadataURI: "" },
      ...{ refuteWad: REFUTE_WAD, softWad },
    },
    bridge: {
      stack: "op-stack" as const,
      hubMessenger: address(await road.hubEnd.messenger()),
      rollupMessenger: address(await road.rollupEnd.messenger()),
      rollupGas: ROLLUP_GAS,
      uncontestedDelaySeconds: ROAD_SECONDS,
      contestedDelaySeconds: ROAD_SECONDS,
    },
    policy: {
      ...{ owner: owned.address, ...DEFAULT_POLICY },
      looseningDelaySeconds: DEFAULT_WINDOWS.looseningDelaySeconds,
      exitTimeSeconds: DEFAULT_WINDOWS.exitTimeSeconds,
      haltQuorumBps: DEFAULT_WINDOWS.haltQuorumBps,
    },
  });
  return {
    ...{ salt: "scene", isLocal: true, roles: { deployer, owner, registrar, guardian, court, shapers: [...shapers] } },
    hub: {
      ...{ network: "local", chainId: Number(hub.parameters.hubChainId), url: urls.hub },
      eigenLayer: { release: "1.13", ...eigenLayer },
      ...{ windows, notices, courtSeconds, shapingSeconds, claimsSeconds, bond, metadataURI },
      operatorSets: [
        {
          ...{ strategies: [{ strategy: asset.strategy, multiplier: WAD }], minimumWeight: WAD },
          ...{ hasAllowList: false, fullFraction: WAD },
        },
      ],
    },
    rollups: {
      alpha: await rollup(scene.alpha, urls.alpha, 0n),
      beta: await rollup(scene.beta, urls.beta, SOFT_WAD),
    },
  };
}

/** Writes a network as a file with a configuration of its own. */
export function writeConfig(folder: string, name: string, network: NetworkConfigInput): string {
  const text = JSON.stringify({ networks: { scene: network } }, (_, value: unknown) =>
    typeof value === "bigint" ? `bigint:${String(value)}` : value,
  );
  const file = join(folder, name);
  writeFileSync(file, `export default ${text.replace(/"bigint:(\d+)"/g, "$1n")};\n`);
  return file;
}
