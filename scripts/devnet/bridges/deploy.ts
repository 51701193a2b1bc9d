import type { Signer } from "ethers";

import { address, type Address } from "#protocol/types.ts";
import { DelayedMessenger__factory } from "#types/factories/contracts/mocks/bridges/DelayedMessenger__factory.ts";

import { account } from "../accounts.ts";
import { ROLLUP_NAMES, type RollupName } from "../chains.ts";
import { DevnetError } from "../errors.ts";
import { signerOf } from "../hub/register.ts";
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

/** A rollup and its messengers. */
export interface Road {
  readonly name: RollupName;
  readonly messengers: Messengers;
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
 * Deploys what an OP Stack has before anybody comes. The ends that we deploy are those of a real rollup; only what is below them is
 * ours.
 *
 * @param chains - The chains.
 * @param delays - What the road takes.
 * @returns Each rollup's messengers, where the configuration says that they are.
 */
export async function deployMessengers(
  { chains }: ServedChains,
  { downSeconds, upSeconds }: RoadDelays,
): Promise<Road[]> {
  const onHub = signerOf(chains.hub, "deployer");
  const roads: Road[] = [];
  // One after the other, because one account deploys them all on the hub.
  for (const name of ROLLUP_NAMES) {
    const hub = await deployMessenger(onHub, upSeconds);
    const rollup = await deployMessenger(signerOf(chains[name], "deployer"), downSeconds);
    roads.push({ name, messengers: { hub, rollup } });
  }
  return roads;
}

async function deployMessenger(signer: Signer, delaySeconds: number): Promise<Address> {
  const messenger = await new DelayedMessenger__factory(signer).deploy(account("carrier").address, delaySeconds);
  await messenger.waitForDeployment();
  return address(await messenger.getAddress());
}
