import type { Signer } from "ethers";

import { encodeEvmAddress } from "#protocol/erc7930.ts";
import { address, chainId, type Address } from "#protocol/types.ts";
import { LockingERC20Bridge__factory } from "#types/factories/contracts/mocks/openzeppelin/LockingERC20Bridge__factory.ts";
import { MintingERC20Bridge__factory } from "#types/factories/contracts/mocks/openzeppelin/MintingERC20Bridge__factory.ts";
import { SampleERC20__factory } from "#types/factories/contracts/mocks/openzeppelin/SampleERC20__factory.ts";
import { SampleERC7802__factory } from "#types/factories/contracts/mocks/openzeppelin/SampleERC7802__factory.ts";

import type { RollupName } from "./chains.ts";
import type { DeployedRollup } from "./deployment.ts";

/** A token and its bridge on one rollup. */
export interface TokenApps {
  readonly token: Address;
  readonly tokenBridge: Address;
}

/** One end of the bridge. */
export interface TokenEnd {
  readonly signer: Signer;
  readonly rollup: DeployedRollup;
}

/**
 * Deploys an ERC-20 with OpenZeppelin's BridgeERC20 at its home, and a bridgeable ERC-20 with OpenZeppelin's BridgeERC7802
 * away from it, and links the two.
 *
 * @param home - Where tokens are locked.
 * @param away - Where they are minted.
 * @returns What was deployed, by rollup.
 */
export async function deployTokens(home: TokenEnd, away: TokenEnd): Promise<Partial<Record<RollupName, TokenApps>>> {
  const [locking, minting] = await Promise.all([deployHome(home.signer), deployAway(away.signer)]);
  const homeBridge = LockingERC20Bridge__factory.connect(locking.tokenBridge, home.signer);
  const awayBridge = MintingERC20Bridge__factory.connect(minting.tokenBridge, away.signer);
  await Promise.all([
    homeBridge.link(home.rollup.contracts.gateway, at(away.rollup, minting.tokenBridge)).then((sent) => sent.wait()),
    awayBridge.link(away.rollup.contracts.gateway, at(home.rollup, locking.tokenBridge)).then((sent) => sent.wait()),
  ]);
  return { [home.rollup.name]: locking, [away.rollup.name]: minting };
}

/**
 * @param rollup - Where the account lives.
 * @param account - The account.
 * @returns Its ERC-7930 bytes.
 */
export function at(rollup: DeployedRollup, account: Address): string {
  return encodeEvmAddress(chainId(rollup.chainId), account);
}

async function deployHome(signer: Signer): Promise<TokenApps> {
  const token = await new SampleERC20__factory(signer).deploy();
  await token.waitForDeployment();
  const bridge = await new LockingERC20Bridge__factory(signer).deploy(await token.getAddress());
  await bridge.waitForDeployment();
  return { token: address(await token.getAddress()), tokenBridge: address(await bridge.getAddress()) };
}

async function deployAway(signer: Signer): Promise<TokenApps> {
  const token = await new SampleERC7802__factory(signer).deploy();
  await token.waitForDeployment();
  const bridge = await new MintingERC20Bridge__factory(signer).deploy(await token.getAddress());
  await bridge.waitForDeployment();
  const granted = await token.grantRole(await token.TOKEN_BRIDGE(), await bridge.getAddress());
  await granted.wait();
  return { token: address(await token.getAddress()), tokenBridge: address(await bridge.getAddress()) };
}
