import type { ContractRunner } from "ethers";

import {
  CompensationVault__factory,
  IAllocationManager__factory,
  IDelegationManager__factory,
  IKeyRegistrar__factory,
  RollupRegistry__factory,
  ServiceManager__factory,
  Slasher__factory,
  TableBuilder__factory,
} from "#chain/contracts.ts";
import type { Address } from "#protocol/types.ts";

/** Where the hub's contracts and EigenLayer's are: the hub's part of an address book. */
export interface HubSite {
  readonly contracts: {
    readonly serviceManager: Address;
    readonly tableBuilder: Address;
    readonly registry: Address;
    readonly slasher: Address;
    readonly vault: Address;
  };
  readonly eigenLayer: {
    readonly allocationManager: Address;
    readonly delegationManager: Address;
    readonly keyRegistrar: Address;
  };
}

/**
 * @param site - Where they are.
 * @param runner - Who reads or sends.
 * @returns The contracts, typed.
 */
export function hubAt({ contracts, eigenLayer }: HubSite, runner: ContractRunner) {
  return {
    serviceManager: ServiceManager__factory.connect(contracts.serviceManager, runner),
    tableBuilder: TableBuilder__factory.connect(contracts.tableBuilder, runner),
    registry: RollupRegistry__factory.connect(contracts.registry, runner),
    slasher: Slasher__factory.connect(contracts.slasher, runner),
    vault: CompensationVault__factory.connect(contracts.vault, runner),
    allocationManager: IAllocationManager__factory.connect(eigenLayer.allocationManager, runner),
    delegationManager: IDelegationManager__factory.connect(eigenLayer.delegationManager, runner),
    keyRegistrar: IKeyRegistrar__factory.connect(eigenLayer.keyRegistrar, runner),
  };
}

/**
 * @param site - Where they are.
 * @param operatorSetId - One of our sets.
 * @returns EigenLayer's name of it.
 */
export function setOf({ contracts }: HubSite, operatorSetId: number): { readonly avs: Address; readonly id: number } {
  return { avs: contracts.serviceManager, id: operatorSetId };
}
