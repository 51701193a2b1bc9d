import type { ContractTransactionResponse } from "ethers";

import { address, type Address } from "#protocol/types.ts";
import type { BareService } from "#types/index.ts";

import { blockOf, type Asset, type EigenLayer, type SetId } from "./eigenLayer.ts";
import type { Magnitude } from "./operator.ts";

/** `CurveType` of the KeyRegistrar. */
export const BN254_CURVE = 2;

/** A slash, as the AllocationManager answered. */
export interface Slash {
  readonly set: SetId;
  readonly id: bigint;
  /** Taken, strategy by strategy. */
  readonly shares: readonly bigint[];
  /** The block it is in. */
  readonly block: number;
}

/** An AVS without rules, on any release. Each verb is one transaction, also where it must fail. */
export class Service {
  readonly eigenLayer: EigenLayer;
  readonly contract: BareService;
  readonly address: Address;

  private constructor(eigenLayer: EigenLayer, contract: BareService, at: Address) {
    this.eigenLayer = eigenLayer;
    this.contract = contract;
    this.address = at;
  }

  /** Deploys one that EigenLayer does not know yet. */
  static async deploy(eigenLayer: EigenLayer): Promise<Service> {
    const { ethers } = eigenLayer.chain;
    const contract = await ethers.deployContract("BareService", [eigenLayer.allocationManager]);
    return new Service(eigenLayer, contract, address(await contract.getAddress()));
  }

  /** Deploys one with a set that redistributes to `recipient` and takes BN254 keys. */
  static async withSet(eigenLayer: EigenLayer, id: number, recipient: Address): Promise<[Service, SetId]> {
    const service = await Service.deploy(eigenLayer);
    await service.publishMetadata();
    await service.setRegistrar();
    await service.createSet(id, eigenLayer.assets, recipient);
    await service.configureKeys(id);
    return [service, service.set(id)];
  }

  /** One of its sets. */
  set(id: number): SetId {
    return { avs: this.address, id };
  }

  async publishMetadata(uri = "https://example.org/service.json"): Promise<ContractTransactionResponse> {
    const { interface: abi } = this.eigenLayer.allocationManager;
    return this.#manage(abi.encodeFunctionData("updateAVSMetadataURI", [this.address, uri]));
  }

  async setRegistrar(registrar: Address = this.address): Promise<ContractTransactionResponse> {
    const { interface: abi } = this.eigenLayer.allocationManager;
    return this.#manage(abi.encodeFunctionData("setAVSRegistrar", [this.address, registrar]));
  }

  /** Makes a redistributing set, of which this service is the slasher. */
  async createSet(id: number, assets: readonly Asset[], recipient: Address): Promise<ContractTransactionResponse> {
    const { allocationManager, allocationManagerV2, capabilities } = this.eigenLayer;
    const params = { operatorSetId: id, strategies: assets.map(({ strategy }) => strategy) };
    return this.#manage(
      capabilities.slasherPerSet
        ? allocationManagerV2.interface.encodeFunctionData("createRedistributingOperatorSets", [
            this.address,
            [{ ...params, slasher: this.address }],
            [recipient],
          ])
        : allocationManager.interface.encodeFunctionData("createRedistributingOperatorSets", [
            this.address,
            [params],
            [recipient],
          ]),
    );
  }

  async addStrategy(id: number, { strategy }: Asset): Promise<ContractTransactionResponse> {
    const { interface: abi } = this.eigenLayer.allocationManager;
    return this.#manage(abi.encodeFunctionData("addStrategiesToOperatorSet", [this.address, id, [strategy]]));
  }

  async removeStrategy(id: number, { strategy }: Asset): Promise<ContractTransactionResponse> {
    const { interface: abi } = this.eigenLayer.allocationManager;
    return this.#manage(abi.encodeFunctionData("removeStrategiesFromOperatorSet", [this.address, id, [strategy]]));
  }

  /** Makes a set take BN254 keys. */
  async configureKeys(id: number, curve: number = BN254_CURVE): Promise<ContractTransactionResponse> {
    const { keyRegistrar } = this.eigenLayer;
    const data = keyRegistrar.interface.encodeFunctionData("configureOperatorSet", [this.set(id), curve]);
    return this.contract.execute(keyRegistrar, data);
  }

  /** Makes an operator leave a set. */
  async eject(id: number, operator: { readonly address: Address }): Promise<ContractTransactionResponse> {
    const { interface: abi } = this.eigenLayer.allocationManager;
    const params = { operator: operator.address, avs: this.address, operatorSetIds: [id] };
    return this.#manage(abi.encodeFunctionData("deregisterFromOperatorSets", [params]));
  }

  /** Sends a slash by fractions of what is allocated to the set, ascending by strategy. */
  async sendSlash(
    id: number,
    operator: { readonly address: Address },
    ...parts: readonly Magnitude[]
  ): Promise<ContractTransactionResponse> {
    return this.contract.slash({
      operator: operator.address,
      operatorSetId: id,
      strategies: parts.map(([{ strategy }]) => strategy),
      wadsToSlash: parts.map(([, wad]) => wad),
      description: "",
    });
  }

  /** Slashes, and tells what that took. */
  async slash(id: number, operator: { readonly address: Address }, ...parts: readonly Magnitude[]): Promise<Slash> {
    const sent = await this.sendSlash(id, operator, ...parts);
    const block = await blockOf(sent);
    const reports = await this.contract.queryFilter(this.contract.filters.Slashed(), block, block);
    const slashed = reports.find(({ transactionHash }) => transactionHash === sent.hash);
    if (slashed === undefined) throw new Error("the slash was not reported");
    return {
      set: this.set(id),
      id: slashed.args.slashId,
      shares: [...slashed.args.shares],
      block,
    };
  }

  /** Sends all of a slash's tokens to the set's recipient. */
  async clear({ set, id }: Pick<Slash, "set" | "id">): Promise<ContractTransactionResponse> {
    return this.eigenLayer.strategyManager.clearBurnOrRedistributableShares(set, id);
  }

  /** Lets the blocks pass after which a slash can be cleared. */
  async passResolution({ set, id }: Pick<Slash, "set" | "id">): Promise<void> {
    await passResolution(this.eigenLayer, set, id);
  }

  /** Names another slasher, which takes time. Only where a set has one. */
  async updateSlasher(id: number, slasher: Address): Promise<ContractTransactionResponse> {
    const { interface: abi } = this.eigenLayer.allocationManagerV2;
    return this.#manage(abi.encodeFunctionData("updateSlasher", [this.set(id), slasher]));
  }

  async #manage(data: string): Promise<ContractTransactionResponse> {
    return this.contract.execute(this.eigenLayer.allocationManager, data);
  }
}

/** Lets the blocks pass after which a slash can be cleared. */
export async function passResolution(eigenLayer: EigenLayer, set: SetId, slashId: bigint): Promise<void> {
  const { capabilities, strategyManagerDelayed } = eigenLayer;
  if (!capabilities.resolutionDelay) return;
  const last = Number(await strategyManagerDelayed.getSlashResolutionBlock(set, slashId));
  if (last > (await eigenLayer.blockNumber())) await eigenLayer.passUntilNextIs(last + 1);
}
