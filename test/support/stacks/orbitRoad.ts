import { artifacts } from "hardhat";

import { startChain } from "../rollup.ts";
import { ARB_SYS, deployOrbitHub, type OrbitHub } from "./orbit.ts";
import { layRoad, type Road } from "./road.ts";

/** Our ends over nitro's own contracts. */
export interface OrbitRoad extends Road {
  readonly orbitHub: OrbitHub;
}

/** What an epoch's news may use on the rollup. */
export const ROLLUP_GAS = 2_000_000n;

/** Starts a hub and an Arbitrum chain, whose precompile is a double, and lays the road between them. */
export async function orbitRoad(): Promise<OrbitRoad> {
  const [hubChain, chain] = await Promise.all([startChain(900), startChain(1_002)]);
  const orbitHub = await deployOrbitHub(hubChain);
  const { deployedBytecode } = await artifacts.readArtifact("ArbSysDouble");
  await chain.helpers.setCode(ARB_SYS, deployedBytecode);
  const road = await layRoad(hubChain, chain, {
    hubEnd: "OrbitHubEnd",
    rollupEnd: "OrbitRollupEnd",
    hubBridge: orbitHub.inbox.address,
    rollupBridge: [],
    rollupGas: Number(ROLLUP_GAS),
    uncontestedDelaySeconds: 45_818 * 12,
    contestedDelaySeconds: (2 * 45_818 + 14_400) * 12,
  });
  return { ...road, orbitHub };
}
