import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ZeroAddress, ZeroHash, type ContractTransactionResponse } from "ethers";

import { address, type Address } from "#protocol/types.ts";

import type { Asset, EigenLayer } from "./eigenLayer.ts";

/** Somebody with tokens. */
export class Staker {
  readonly eigenLayer: EigenLayer;
  readonly signer: HardhatEthersSigner;
  readonly address: Address;

  constructor(eigenLayer: EigenLayer, signer: HardhatEthersSigner) {
    this.eigenLayer = eigenLayer;
    this.signer = signer;
    this.address = address(signer.address);
  }

  /** The staker of this name. */
  static async named(eigenLayer: EigenLayer, name: string): Promise<Staker> {
    return new Staker(eigenLayer, await eigenLayer.account(name));
  }

  /** Gets tokens and deposits them. */
  async deposit(asset: Asset, amount: bigint): Promise<ContractTransactionResponse> {
    const { chain, strategyManager } = this.eigenLayer;
    await this.eigenLayer.mint(asset, this.address, amount);
    const token = await chain.ethers.getContractAt("FreeERC20", asset.token, this.signer);
    await token.approve(strategyManager, amount);
    return strategyManager.connect(this.signer).depositIntoStrategy(asset.strategy, asset.token, amount);
  }

  /** Delegates everything, present and future. */
  async delegateTo(operator: { readonly address: Address }): Promise<ContractTransactionResponse> {
    const { delegationManager } = this.eigenLayer;
    const consent = { signature: "0x", expiry: 0n };
    return delegationManager.connect(this.signer).delegateTo(operator.address, consent, ZeroHash);
  }

  /** Takes shares out; they stay slashable for the withdrawal delay. */
  async queueWithdrawal(asset: Asset, shares: bigint): Promise<ContractTransactionResponse> {
    const request = { strategies: [asset.strategy], depositShares: [shares], unused: ZeroAddress };
    return this.eigenLayer.delegationManager.connect(this.signer).queueWithdrawals([request]);
  }

  /** Ends the delegation, and takes everything out. */
  async undelegate(): Promise<ContractTransactionResponse> {
    return this.eigenLayer.delegationManager.connect(this.signer).undelegate(this.address);
  }
}
