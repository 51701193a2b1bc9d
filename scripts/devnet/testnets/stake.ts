import { Contract, parseEther, type Signer } from "ethers";

import { refused } from "#chain/hub/reverts.ts";
import type { NetworkConfig } from "#deploy/config/schema.ts";
import { LOCAL_NETWORK } from "#deploy/local/describe.ts";
import { elementAt } from "#protocol/errors.ts";
import { address, type Address } from "#protocol/types.ts";

import { DevnetError } from "../errors.ts";
import { delegate, deposit } from "../hub/staking.ts";

/** How much was staked. */
export interface Staked {
  readonly staker: Address;
  readonly operator: Address;
  readonly strategy: Address;
  /** In the token's smallest units. */
  readonly amount: bigint;
}

/**
 * Mints tokens, which anybody may on local testnets, deposits them into the first strategy of the first set and delegates them.
 *
 * @param staker - Who deposits; nobody else's.
 * @param config - The network; throws {@link DevnetError} for one that is not local.
 * @param operator - Whom it trusts.
 * @param tokens - How many.
 * @returns What was staked; throws `HubError` with EigenLayer's reason.
 */
export async function stake(
  staker: Signer,
  { hub }: NetworkConfig,
  operator: Address,
  tokens: string,
): Promise<Staked> {
  if (hub.network !== LOCAL_NETWORK) {
    throw new DevnetError("InvalidOption", "real stake is deposited with EigenLayer's own tools");
  }
  if (!/^[1-9][0-9]{0,8}$/.test(tokens)) {
    throw new DevnetError("InvalidOption", `--tokens: a whole number from 1 to 999999999, found "${tokens}"`);
  }
  const { strategy } = elementAt(elementAt(hub.operatorSets, 0).strategies, 0);
  const below = new Contract(strategy, ["function underlyingToken() view returns (address)"], staker);
  const token = address(String(await below.getFunction("underlyingToken")()));
  const amount = parseEther(tokens);
  try {
    await deposit(staker, hub.eigenLayer, { strategy, token }, amount);
    await delegate(staker, hub.eigenLayer, operator);
  } catch (error) {
    throw refused(error);
  }
  return { staker: address(await staker.getAddress()), operator, strategy, amount };
}
