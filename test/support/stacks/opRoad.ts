import { startChain } from "../rollup.ts";
import {
  deployOpHub,
  deployOpRollup,
  OP_DELAYS,
  OP_MESSENGER,
  OP_MOVES,
  type OpHub,
  type OpRollup,
} from "./opStack.ts";
import { layRoad, type Road } from "./road.ts";

/** Our ends over the OP Stack's own contracts. */
export interface OpRoad extends Road {
  readonly opHub: OpHub;
  readonly opRollup: OpRollup;
}

/** Starts a hub and an OP Stack rollup, and lays the road between them. */
export async function opRoad(rollupGas: number): Promise<OpRoad> {
  const [hubChain, chain] = await Promise.all([startChain(900), startChain(1_002)]);
  const opHub = await deployOpHub(hubChain, chain.chainId);
  const opRollup = await deployOpRollup(chain, opHub.messenger.address);
  const road = await layRoad(hubChain, chain, {
    hubEnd: "OpStackHubEnd",
    rollupEnd: "OpStackRollupEnd",
    hubBridge: opHub.messenger.address,
    rollupBridge: [OP_MESSENGER],
    rollupGas,
    uncontestedDelaySeconds: OP_DELAYS.proof,
    contestedDelaySeconds: 2 * OP_DELAYS.clock + OP_MOVES * OP_DELAYS.clockExtension + OP_DELAYS.airGap,
  });
  return { ...road, opHub, opRollup };
}
