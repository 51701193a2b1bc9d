import { AbiCoder, keccak256, toBeHex, ZeroHash } from "ethers";
import { artifacts } from "hardhat";

import { PLAIN_SLOTS } from "#chain/snapshot/slots.ts";
import { address, type Address } from "#protocol/types.ts";
import type { Chain } from "#support/rollup.ts";

import type { Asset } from "./eigenLayer.ts";

/** Slots of `FreeERC20`, of which the first maps balances. */
const TOKEN_SLOTS = 5;

/** Puts a token that anyone mints below each strategy, and takes all shares out of it, so that a share is worth a token. */
export async function emptiedAssets(chain: Chain, strategies: readonly Address[]): Promise<Asset[]> {
  const assets: Asset[] = [];
  for (const strategy of strategies) assets.push(await emptied(chain, strategy));
  return assets;
}

async function emptied(chain: Chain, strategy: Address): Promise<Asset> {
  const { ethers, helpers } = chain;
  const { deployedBytecode } = await artifacts.readArtifact("FreeERC20");
  const contract = await ethers.getContractAt("IStrategy", strategy);
  const token = address(await contract.underlyingToken());
  await helpers.setCode(token, deployedBytecode);
  // What the token before it had stored there means other things now.
  for (let slot = 0; slot < TOKEN_SLOTS; slot++) await helpers.setStorageAt(token, toBeHex(slot, 32), ZeroHash);
  const balance = keccak256(AbiCoder.defaultAbiCoder().encode(["address", "uint256"], [strategy, 0]));
  await helpers.setStorageAt(token, balance, ZeroHash);

  const shares = await contract.totalShares();
  for (let slot = 0; slot < PLAIN_SLOTS && (await contract.totalShares()) > 0n; slot++) {
    const value = await ethers.provider.getStorage(strategy, slot);
    if (BigInt(value) === shares) await helpers.setStorageAt(strategy, toBeHex(slot, 32), ZeroHash);
  }
  if ((await contract.totalShares()) > 0n) throw new Error(`the shares of ${strategy} are in no plain slot`);
  return { strategy, token };
}

/** Mints for anyone, where a `FreeERC20` is the asset's token. */
export function minting({ ethers }: Chain): (asset: Asset, owner: Address, amount: bigint) => Promise<void> {
  return async ({ token }, owner, amount) => {
    await (await ethers.getContractAt("FreeERC20", token)).mint(owner, amount);
  };
}
