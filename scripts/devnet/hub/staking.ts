import { ZeroHash, type Signer } from "ethers";

import type { EigenLayerAddresses } from "#deploy/eigenLayer.ts";
import type { Address } from "#protocol/types.ts";
import { IDelegationManager__factory } from "#types/factories/contracts/interfaces/eigenlayer/IDelegationManager__factory.ts";
import { IStrategyManager__factory } from "#types/factories/contracts/interfaces/eigenlayer/IStrategyManager__factory.ts";
import { FreeERC20__factory } from "#types/factories/contracts/mocks/FreeERC20__factory.ts";

/** A strategy that takes deposits, and its token. */
export interface Asset {
  readonly strategy: Address;
  readonly token: Address;
}

/**
 * Mints tokens, which on the devnet anybody may, and deposits them.
 *
 * @param staker - Who deposits. What it delegated grows with it.
 * @param eigenLayer - Where to.
 * @param asset - What.
 * @param amount - How much.
 */
export async function deposit(
  staker: Signer,
  { strategyManager }: Pick<EigenLayerAddresses, "strategyManager">,
  { strategy, token }: Asset,
  amount: bigint,
): Promise<void> {
  const erc20 = FreeERC20__factory.connect(token, staker);
  // In one block, where blocks take their time.
  const nonce = await staker.getNonce();
  const prepared = [
    await erc20.mint(await staker.getAddress(), amount, { nonce }),
    await erc20.approve(strategyManager, amount, { nonce: nonce + 1 }),
  ];
  await Promise.all(prepared.map(async (sent) => sent.wait()));
  const manager = IStrategyManager__factory.connect(strategyManager, staker);
  await (await manager.depositIntoStrategy(strategy, token, amount)).wait();
}

/**
 * Delegates everything, present and future.
 *
 * @param staker - Who delegates.
 * @param eigenLayer - Where.
 * @param operator - To whom.
 */
export async function delegate(
  staker: Signer,
  { delegationManager }: Pick<EigenLayerAddresses, "delegationManager">,
  operator: Address,
): Promise<void> {
  const manager = IDelegationManager__factory.connect(delegationManager, staker);
  await (await manager.delegateTo(operator, { signature: "0x", expiry: 0n }, ZeroHash)).wait();
}
