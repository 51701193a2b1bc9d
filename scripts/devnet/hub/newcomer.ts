import { Wallet, type JsonRpcProvider } from "ethers";

import { join } from "#chain/hub/join.ts";
import { leave, registerAsOperator, registerKey } from "#chain/hub/operators.ts";
import { elementAt } from "#protocol/errors.ts";

import type { DevnetOperator } from "../accounts.ts";
import type { Deployment } from "../deployment.ts";
import { throwIfInterrupted } from "../errors.ts";
import { OPERATOR_SET_ID } from "./profile.ts";
import { delegate, deposit } from "./staking.ts";

/** The hub, and who may end what is done there. */
export interface HubStage {
  readonly provider: JsonRpcProvider;
  readonly hub: Deployment["hub"];
  readonly signal: AbortSignal;
}

/**
 * Takes an operator from nothing into the set: registered with EigenLayer, stake delegated, key, allocation, membership, endpoint.
 *
 * @param stage - The hub.
 * @param operator - Who joins.
 * @param endpoint - Where its node listens.
 */
export async function joinWithStake(stage: HubStage, operator: DevnetOperator, endpoint: string): Promise<void> {
  const { provider, hub, signal } = stage;
  const signer = new Wallet(operator.account.privateKey, provider);
  const staker = new Wallet(operator.staker.privateKey, provider);
  await Promise.all([
    registerAsOperator(signer, hub).then(async () => registerKey(signer, hub, OPERATOR_SET_ID, operator.key)),
    deposit(staker, hub.eigenLayer, elementAt(hub.assets, 0), operator.stake),
  ]);
  throwIfInterrupted(signal);
  await delegate(staker, hub.eigenLayer, operator.account.address);
  for (let isWaiting = true; isWaiting;) {
    throwIfInterrupted(signal);
    const order = { operatorSetId: OPERATOR_SET_ID, key: operator.key, endpoint };
    const { waitingFor } = await join(signer, hub, order);
    isWaiting = waitingFor !== undefined;
    if (waitingFor !== undefined) await passBlocks(stage, waitingFor.blocks);
  }
}

/**
 * @param stage - The hub.
 * @param operator - Who leaves the set.
 */
export async function leaveSet({ provider, hub }: HubStage, { account }: DevnetOperator): Promise<void> {
  await leave(new Wallet(account.privateKey, provider), hub, OPERATOR_SET_ID);
}

/**
 * @param stage - The hub.
 * @param operator - Whose staker deposits more; all of it is allocated, as what it had before.
 * @param amount - How much.
 */
export async function raiseStake({ provider, hub }: HubStage, operator: DevnetOperator, amount: bigint): Promise<void> {
  const staker = new Wallet(operator.staker.privateKey, provider);
  await deposit(staker, hub.eigenLayer, elementAt(hub.assets, 0), amount);
}

async function passBlocks({ provider, signal }: HubStage, blocks: number): Promise<void> {
  const last = (await provider.getBlockNumber()) + blocks;
  while ((await provider.getBlockNumber()) < last) {
    throwIfInterrupted(signal);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
