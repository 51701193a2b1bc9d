import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ZeroAddress, type BytesLike, type ContractTransactionResponse } from "ethers";

import type { KeyPair } from "#protocol/bn254.ts";
import { elementAt } from "#protocol/errors.ts";

import type { Asset, EigenLayer, SetId } from "./eigenLayer.ts";
import { keyDataOf, keySignature, namedKey } from "./keys.ts";
import { Staker } from "./staker.ts";

/** Somebody who signs, and has stake of its own and of others. Each verb is one transaction, also where it must fail. */
export class Operator extends Staker {
  /** The key it registers unless told otherwise. */
  readonly key: KeyPair;

  constructor(eigenLayer: EigenLayer, signer: HardhatEthersSigner, key: KeyPair) {
    super(eigenLayer, signer);
    this.key = key;
  }

  /** The operator of this name, who is not registered yet. */
  static override async named(eigenLayer: EigenLayer, name: string): Promise<Operator> {
    return new Operator(eigenLayer, await eigenLayer.account(name), namedKey(name));
  }

  /** Becomes an operator. Allocating may have to wait: `passAllocationConfiguration`. */
  async registerAsOperator(allocationDelay = 0): Promise<ContractTransactionResponse> {
    const { delegationManager } = this.eigenLayer;
    return delegationManager.connect(this.signer).registerAsOperator(ZeroAddress, allocationDelay, "");
  }

  /** Registers a BN254 key for a set. */
  async registerKey(set: SetId, key: KeyPair = this.key): Promise<ContractTransactionResponse> {
    const { keyRegistrar } = this.eigenLayer;
    const keyData = keyDataOf(key);
    const digest = await keyRegistrar.getBN254KeyRegistrationMessageHash(this.address, set, keyData);
    return keyRegistrar.connect(this.signer).registerKey(this.address, set, keyData, keySignature(key, digest));
  }

  /** Gives the key for a set up. */
  async deregisterKey(set: SetId): Promise<ContractTransactionResponse> {
    return this.eigenLayer.keyRegistrar.connect(this.signer).deregisterKey(this.address, set);
  }

  /** Wants to have these magnitudes (of 1e18) allocated to a set. */
  async allocate(set: SetId, ...wanted: readonly Magnitude[]): Promise<ContractTransactionResponse> {
    const { allocationManager } = this.eigenLayer;
    const [strategies, newMagnitudes] = [wanted.map(([{ strategy }]) => strategy), wanted.map(([, wad]) => wad)];
    const params = { operatorSet: set, strategies, newMagnitudes };
    return allocationManager.connect(this.signer).modifyAllocations(this.address, [params]);
  }

  /** Joins a set. */
  async join({ avs, id }: SetId, data: BytesLike = "0x"): Promise<ContractTransactionResponse> {
    const { allocationManager } = this.eigenLayer;
    const params = { avs, operatorSetIds: [id], data };
    return allocationManager.connect(this.signer).registerForOperatorSets(this.address, params);
  }

  /** Leaves a set; slashable for the deallocation delay. */
  async leave({ avs, id }: SetId): Promise<ContractTransactionResponse> {
    const { allocationManager } = this.eigenLayer;
    const params = { operator: this.address, avs, operatorSetIds: [id] };
    return allocationManager.connect(this.signer).deregisterFromOperatorSets(params);
  }

  /** Wants allocations to wait so long, which itself waits. */
  async setAllocationDelay(blocks: number): Promise<ContractTransactionResponse> {
    return this.eigenLayer.allocationManager.connect(this.signer).setAllocationDelay(this.address, blocks);
  }

  /** What it has allocated to a set, and what is to change about it when. */
  async allocation(set: SetId, { strategy }: Asset): Promise<AllocationState> {
    const { allocationManager } = this.eigenLayer;
    const found = await allocationManager.getAllocation(this.address, set, strategy);
    return { current: found.currentMagnitude, pending: found.pendingDiff, effectBlock: Number(found.effectBlock) };
  }

  /** The magnitude it can still allocate. */
  async allocatable({ strategy }: Asset): Promise<bigint> {
    return this.eigenLayer.allocationManager.getAllocatableMagnitude(this.address, strategy);
  }

  /** Shares of its own and of those who delegate to it. */
  async shares({ strategy }: Asset): Promise<bigint> {
    const shares = await this.eigenLayer.delegationManager.getOperatorsShares([this.address], [strategy]);
    return elementAt(elementAt(shares, 0), 0);
  }

  /** Shares that stay slashable until so many blocks from now. */
  async slashableShares(set: SetId, asset: Asset, ahead = 1): Promise<bigint> {
    const { allocationManager } = this.eigenLayer;
    const until = (await this.eigenLayer.blockNumber()) + ahead;
    const stakes = await allocationManager.getMinimumSlashableStake(set, [this.address], [asset.strategy], until);
    return stakes[0]?.[0] ?? 0n;
  }
}

/** An allocation; `effectBlock` is zero where nothing is pending. */
export interface AllocationState {
  readonly current: bigint;
  readonly pending: bigint;
  readonly effectBlock: number;
}

/** A strategy and how much of it, of 1e18: of the operator's stake in allocations, of the allocation in slashes. */
export type Magnitude = readonly [asset: Asset, wad: bigint];

/** Lets the blocks pass after which operators that are registered now can allocate. */
export async function passAllocationConfiguration(eigenLayer: EigenLayer): Promise<void> {
  const { capabilities, delays } = eigenLayer;
  if (!capabilities.instantAllocationDelay) await eigenLayer.pass(delays.allocationConfiguration + 1);
}
