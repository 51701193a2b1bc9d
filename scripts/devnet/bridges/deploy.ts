import type { Signer } from "ethers";

import { deployHubEnd, deployRollupEnd, planBridge, ROLLUP_GAS, type BridgeParameters } from "#deploy/bridge.ts";
import type { HubBook, RollupBook } from "#deploy/addressBook.ts";
import type { ReadArtifact } from "#deploy/rollup.ts";
import { address, chainId, type Address } from "#protocol/types.ts";
import { DelayedMessenger__factory } from "#types/factories/contracts/mocks/bridges/DelayedMessenger__factory.ts";

import { account } from "../accounts.ts";
import type { RollupName } from "../chains.ts";
import { DevnetError } from "../errors.ts";
import { signerOf, type Candidate } from "../hub/register.ts";
import type { ServedChains } from "../servers.ts";

/** What the slow road takes, in seconds, not counting the carrier. */
export interface RoadDelays {
  readonly downSeconds: number;
  readonly upSeconds: number;
}

/** A rollup's messengers, which stand in for an OP Stack's: one on each side, as every such rollup has its own on the hub. */
export interface Messengers {
  readonly hub: Address;
  readonly rollup: Address;
}

/** A rollup whose end of the road is planned, and whose hub's end is there. */
export interface RoadSite extends Candidate {
  readonly name: RollupName;
  readonly messengers: Messengers;
  /** Deploys the rollup's end; the rollup's contracts come next, by the same account. */
  deployRollupEnd(): Promise<NonNullable<RollupBook["bridge"]>>;
}

/** Above this a devnet that stood still would bring back only epochs that are over. */
const MOST_DOWN_SECONDS = 20;

/**
 * @param downSeconds - What somebody typed: how long news take.
 * @returns The delays: what comes up takes twice as long.
 */
export function roadDelays(downSeconds: number): RoadDelays {
  if (Number.isInteger(downSeconds) && downSeconds >= 0 && downSeconds <= MOST_DOWN_SECONDS) {
    return { downSeconds, upSeconds: 2 * downSeconds };
  }
  throw new DevnetError("InvalidOption", `--bridge-delay is a number of seconds from 0 to ${MOST_DOWN_SECONDS}`);
}

/**
 * Deploys the messengers of a rollup and the hub's end, before the registry hears of the rollup. The ends are those of a real OP
 * Stack rollup; only what is below them is ours.
 *
 * @param served - The chains.
 * @param hub - The hub's contracts.
 * @param readArtifact - Where compiled contracts come from.
 * @param name - The rollup.
 * @param delays - What the road takes.
 * @returns The site.
 */
export async function beginRoad(
  { chains }: ServedChains,
  hub: HubBook,
  readArtifact: ReadArtifact,
  name: RollupName,
  { downSeconds, upSeconds }: RoadDelays,
): Promise<RoadSite> {
  const [onHub, onRollup] = [signerOf(chains.hub, "deployer"), signerOf(chains[name], "deployer")];
  const messengers = {
    hub: await deployMessenger(onHub, upSeconds),
    rollup: await deployMessenger(onRollup, downSeconds),
  };
  const plan = planBridge(await deployerOf(onHub), await deployerOf(onRollup));
  const parameters: BridgeParameters = {
    carriage: { stack: "op-stack", hubMessenger: messengers.hub, rollupMessenger: messengers.rollup },
    hub: hub.contracts,
    rollupChainId: chainId(chains[name].chainId),
    rollupGas: ROLLUP_GAS,
    uncontestedDelaySeconds: upSeconds,
    contestedDelaySeconds: upSeconds,
  };
  await deployHubEnd(onHub, readArtifact, plan, parameters);
  return {
    name,
    chainId: parameters.rollupChainId,
    gateway: plan.gateway,
    bridge: plan.hubEnd,
    messengers,
    deployRollupEnd: async () => {
      await deployRollupEnd(onRollup, readArtifact, plan, parameters);
      return { stack: "op-stack", hubEnd: plan.hubEnd, rollupEnd: plan.rollupEnd };
    },
  };
}

async function deployMessenger(signer: Signer, delaySeconds: number): Promise<Address> {
  const messenger = await new DelayedMessenger__factory(signer).deploy(account("carrier").address, delaySeconds);
  await messenger.waitForDeployment();
  return address(await messenger.getAddress());
}

async function deployerOf(signer: Signer) {
  return { address: address(await signer.getAddress()), nonce: await signer.getNonce() };
}
