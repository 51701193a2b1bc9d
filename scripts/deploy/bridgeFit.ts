import { Contract, type ContractRunner } from "ethers";

import { CodedError } from "#protocol/errors.ts";
import type { Address } from "#protocol/types.ts";

/** What does not fit. */
export type BridgeFitErrorCode =
  /** The deployer has sent something since, or is another: the contract would be elsewhere. */
  | "NotAsPlanned"
  /** What must be there before has no code. */
  | "NothingThere"
  /** The rollup's end names another gateway. */
  | "OtherGateway"
  /** The signer is on another chain. */
  | "WrongChain";

/** A bridge's ends would not name each other and the gateway. Nothing was sent. */
export class BridgeFitError extends CodedError<BridgeFitErrorCode> {}

/**
 * A gateway keeps its receiver for ever, so nothing is deployed for one that the receiver does not name.
 *
 * @param runner - Who asks.
 * @param receiver - The rollup's end.
 * @param gateway - Where the gateway will be; throws {@link BridgeFitError} when the receiver is not there, or names another.
 */
export async function requireReceiver(runner: ContractRunner, receiver: Address, gateway: Address): Promise<void> {
  await requireCode(runner, receiver);
  const named = new Contract(receiver, ["function gateway() view returns (address)"], runner);
  const found = String(await named.getFunction("gateway")());
  if (found !== gateway) {
    throw new BridgeFitError("OtherGateway", `${receiver} names gateway ${found}, which would be at ${gateway}`);
  }
}

/**
 * @param runner - Who asks.
 * @param at - Where a contract must be; throws {@link BridgeFitError} when none is.
 */
export async function requireCode(runner: ContractRunner, at: Address): Promise<void> {
  if ((await runner.provider?.getCode(at)) !== "0x") return;
  throw new BridgeFitError("NothingThere", `there is no code at ${at}`);
}
