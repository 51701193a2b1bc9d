import { getCreateAddress, type Signer } from "ethers";

import { address, type Address, type ChainId } from "#protocol/types.ts";

import { BridgeFitError, requireCode } from "./bridgeFit.ts";
import type { HubAddresses } from "./hub.ts";
import { construct, type Construction, type ReadArtifact } from "./construction.ts";
import { gatewayAddress } from "./rollup.ts";

/** What carries calls between a rollup and the hub: contracts of the rollup's stack, never ours. */
export type Carriage =
  | {
      readonly stack: "op-stack";
      /** The rollup's L1CrossDomainMessenger, which is no other rollup's. */
      readonly hubMessenger: Address;
      /** The rollup's L2CrossDomainMessenger. */
      readonly rollupMessenger: Address;
    }
  | {
      readonly stack: "orbit";
      /** The rollup's Inbox, on the hub. */
      readonly inbox: Address;
    };

/** A stack that there are ends for. */
export type BridgeStack = Carriage["stack"];

/** Where every OP Stack rollup has its L2CrossDomainMessenger. */
export const OP_STACK_MESSENGER = address("0x4200000000000000000000000000000000000007");

/** The most gas that news use on a rollup: they silence 64 epochs at once. */
export const ROLLUP_GAS = 2_000_000;

/** What refutations take on mainnet, in seconds: when nobody contests the stack's proofs, and when somebody does. */
export const MAINNET_BRIDGE_DELAYS: Readonly<Record<BridgeStack, BridgeDelays>> = {
  "op-stack": { uncontestedDelaySeconds: 604_800, contestedDelaySeconds: 1_695_600 },
  orbit: { uncontestedDelaySeconds: 549_816, contestedDelaySeconds: 1_272_432 },
};

/** What the hub's end states of its stack. */
export interface BridgeDelays {
  readonly uncontestedDelaySeconds: number;
  readonly contestedDelaySeconds: number;
}

/** Everything that the two ends are constructed with, besides each other and the gateway. */
export interface BridgeParameters extends BridgeDelays {
  readonly carriage: Carriage;
  readonly hub: Pick<HubAddresses, "tableBuilder" | "slasher" | "registry">;
  readonly rollupChainId: ChainId;
  readonly rollupGas: number;
}

/** Three contracts that name each other: none of them is there yet. */
export interface BridgePlan {
  readonly hubEnd: Address;
  readonly rollupEnd: Address;
  readonly gateway: Address;
}

/**
 * @param plan - Where the ends and the gateway will be.
 * @param parameters - What the end is constructed with.
 * @returns The hub's end of the stack.
 */
export function hubEndConstruction({ gateway, rollupEnd }: BridgePlan, parameters: BridgeParameters): Construction {
  const { carriage, hub, rollupChainId, rollupGas, uncontestedDelaySeconds, contestedDelaySeconds } = parameters;
  const { tableBuilder, slasher, registry } = hub;
  const delays = { uncontestedDelaySeconds, contestedDelaySeconds };
  const config = { tableBuilder, slasher, registry, rollupChainId, gateway, rollupEnd, rollupGas, ...delays };
  if (carriage.stack === "op-stack") return { contract: "OpStackHubEnd", args: [config, carriage.hubMessenger] };
  return { contract: "OrbitHubEnd", args: [config, carriage.inbox] };
}

/**
 * @param plan - Where the ends and the gateway will be.
 * @param carriage - What carries calls.
 * @returns The rollup's end of the stack.
 */
export function rollupEndConstruction({ gateway, hubEnd }: BridgePlan, carriage: Carriage): Construction {
  if (carriage.stack === "orbit") return { contract: "OrbitRollupEnd", args: [gateway, hubEnd] };
  return { contract: "OpStackRollupEnd", args: [gateway, hubEnd, carriage.rollupMessenger] };
}

/** Who deploys, and what it sends next. */
export interface Deployer {
  readonly address: Address;
  readonly nonce: number;
}

/**
 * Computes where the ends and the gateway will be. The hub's end is deployed first; then the rollup's end with the deployer's next
 * transaction on the rollup, and the gateway's contracts with those that follow.
 *
 * @param onHub - Who deploys the hub's end.
 * @param onRollup - Who deploys everything on the rollup.
 * @returns The addresses.
 */
export function planBridge(onHub: Deployer, onRollup: Deployer): BridgePlan {
  return {
    hubEnd: address(getCreateAddress({ from: onHub.address, nonce: onHub.nonce })),
    rollupEnd: address(getCreateAddress({ from: onRollup.address, nonce: onRollup.nonce })),
    gateway: gatewayAddress(onRollup.address, onRollup.nonce + 1),
  };
}

/**
 * Deploys the hub's end. It comes first: what fails after it wastes an end that nobody hears, while a gateway could never have
 * another one.
 *
 * @param signer - The deployer on the hub.
 * @param readArtifact - Where compiled contracts come from.
 * @param plan - Where the ends and the gateway will be.
 * @param parameters - What the end is constructed with; throws {@link BridgeFitError}, before anything is sent, when it would not
 *   be where the plan says.
 */
export async function deployHubEnd(
  signer: Signer,
  readArtifact: ReadArtifact,
  plan: BridgePlan,
  parameters: BridgeParameters,
): Promise<void> {
  const { carriage } = parameters;
  await requireCode(signer, carriage.stack === "op-stack" ? carriage.hubMessenger : carriage.inbox);
  await deployAt(plan.hubEnd, signer, readArtifact, hubEndConstruction(plan, parameters));
}

/**
 * Deploys the rollup's end, which is the gateway's `canonicalReceiver`: `deployRollup` comes next.
 *
 * @param signer - The deployer on the rollup.
 * @param readArtifact - Where compiled contracts come from.
 * @param plan - Where the ends and the gateway will be.
 * @param parameters - What the end is constructed with; throws {@link BridgeFitError}, before anything is sent, when it would not
 *   be where the plan says, or on another chain.
 */
export async function deployRollupEnd(
  signer: Signer,
  readArtifact: ReadArtifact,
  plan: BridgePlan,
  parameters: Pick<BridgeParameters, "carriage" | "rollupChainId">,
): Promise<void> {
  const { carriage, rollupChainId } = parameters;
  const found = (await signer.provider?.getNetwork())?.chainId;
  if (found !== rollupChainId) {
    throw new BridgeFitError("WrongChain", `the signer is on chain ${String(found)}, not on ${String(rollupChainId)}`);
  }
  if (carriage.stack === "op-stack") await requireCode(signer, carriage.rollupMessenger);
  await deployAt(plan.rollupEnd, signer, readArtifact, rollupEndConstruction(plan, carriage));
}

async function deployAt(
  planned: Address,
  signer: Signer,
  readArtifact: ReadArtifact,
  construction: Construction,
): Promise<void> {
  const nonce = await signer.getNonce();
  const next = getCreateAddress({ from: await signer.getAddress(), nonce });
  if (next !== planned) {
    throw new BridgeFitError("NotAsPlanned", `${construction.contract} would be at ${next}, not at ${planned}`);
  }
  await construct(signer, readArtifact, construction, nonce);
}
