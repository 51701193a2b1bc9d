import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { dataSlice, id, type ContractTransactionResponse } from "ethers";

import type { EigenLayerAddresses, EigenLayerDelays, EigenLayerProfile } from "#deploy/eigenLayer.ts";
import { address, type Address } from "#protocol/types.ts";
import type { Chain } from "#support/rollup.ts";
import type {
  IAllocationManager,
  IAllocationManagerV2,
  IDelegationManager,
  IKeyRegistrar,
  IStrategyManager,
  IStrategyManagerDelayed,
} from "#types/index.ts";

/** What a release can do. Tests ask for this, not for a release's number. */
export interface Capabilities {
  /** A set has one slasher of its own. Else whoever may act for the service slashes. */
  readonly slasherPerSet: boolean;
  /** A new operator's allocation delay is in effect at once. Else it waits the configuration delay. */
  readonly instantAllocationDelay: boolean;
  /** A slash is cleared only after its resolution block. */
  readonly resolutionDelay: boolean;
}

/** A strategy that takes deposits, and its token. */
export interface Asset {
  readonly strategy: Address;
  readonly token: Address;
}

/** An operator set. */
export interface SetId {
  readonly avs: Address;
  readonly id: number;
}

/** All that backends differ in. */
export interface EigenLayerParts {
  /** Name for titles and reports. */
  readonly backend: string;
  readonly chain: Chain;
  readonly addresses: EigenLayerAddresses;
  readonly assets: readonly Asset[];
  /** Makes somebody own tokens. */
  readonly mint: (asset: Asset, owner: Address, amount: bigint) => Promise<void>;
}

/** Seconds between blocks of the chain that EigenLayer is on. */
export const SECONDS_PER_BLOCK = 12;

/** EigenLayer on some chain: real contracts, ours that stand for them, or a fork. What it can do is asked of the contracts. */
export class EigenLayer {
  readonly backend: string;
  readonly release: EigenLayerProfile;
  readonly capabilities: Capabilities;
  /** As the contracts tell them; zero for one that the release does not have. */
  readonly delays: EigenLayerDelays;
  readonly chain: Chain;
  /** Ascending by strategy, as slashes and sets name them. */
  readonly assets: readonly Asset[];
  readonly allocationManager: IAllocationManager;
  /** What 1.9 added. Calls fail where `slasherPerSet` is false. */
  readonly allocationManagerV2: IAllocationManagerV2;
  readonly delegationManager: IDelegationManager;
  readonly strategyManager: IStrategyManager;
  /** What 1.13 added. Calls fail where `resolutionDelay` is false. */
  readonly strategyManagerDelayed: IStrategyManagerDelayed;
  readonly keyRegistrar: IKeyRegistrar;
  readonly #mint: EigenLayerParts["mint"];

  private constructor(
    { backend, chain, assets, mint }: EigenLayerParts,
    contracts: Contracts,
    delays: EigenLayerDelays,
    capabilities: Capabilities,
  ) {
    this.backend = backend;
    this.chain = chain;
    this.assets = [...assets].sort((a, b) => (BigInt(a.strategy) < BigInt(b.strategy) ? -1 : 1));
    this.allocationManager = contracts.allocationManager;
    this.allocationManagerV2 = contracts.allocationManagerV2;
    this.delegationManager = contracts.delegationManager;
    this.strategyManager = contracts.strategyManager;
    this.strategyManagerDelayed = contracts.strategyManagerDelayed;
    this.keyRegistrar = contracts.keyRegistrar;
    this.delays = delays;
    this.capabilities = capabilities;
    this.release = capabilities.resolutionDelay ? "1.13" : capabilities.slasherPerSet ? "1.9" : "1.5";
    this.#mint = mint;
  }

  /** Reads delays and capabilities from contracts that stand somewhere already. */
  static async attach(parts: EigenLayerParts): Promise<EigenLayer> {
    const contracts = await contractsAt(parts.chain, parts.addresses);
    const { allocationManager, allocationManagerV2, delegationManager, strategyManagerDelayed } = contracts;
    const slasherConfiguration = await ifPresent(allocationManagerV2.SLASHER_CONFIGURATION_DELAY());
    const slashResolution = await ifPresent(strategyManagerDelayed.SLASH_RESOLUTION_DELAY_BLOCKS());
    const delays = {
      deallocation: Number(await allocationManager.DEALLOCATION_DELAY()),
      allocationConfiguration: Number(await allocationManager.ALLOCATION_CONFIGURATION_DELAY()),
      slasherConfiguration: Number(slasherConfiguration ?? 0),
      withdrawal: Number(await delegationManager.minWithdrawalDelayBlocks()),
      slashResolution: Number(slashResolution ?? 0),
    };
    const slasherPerSet = slasherConfiguration !== undefined;
    return new EigenLayer(parts, contracts, delays, {
      slasherPerSet,
      instantAllocationDelay: slasherPerSet,
      resolutionDelay: slashResolution !== undefined,
    });
  }

  /** The chain's helpers. */
  get helpers(): Chain["helpers"] {
    return this.chain.helpers;
  }

  /** An account of this name, with ether: always the same address, never one that others use. */
  async account(name: string): Promise<HardhatEthersSigner> {
    const account = address(dataSlice(id(`parley test account ${name}`), 12));
    await this.helpers.setBalance(account, 10n ** 21n);
    return this.chain.ethers.getImpersonatedSigner(account);
  }

  /** Makes somebody own tokens of an asset. */
  async mint(asset: Asset, owner: string, amount: bigint): Promise<void> {
    await this.#mint(asset, address(owner), amount);
  }

  /** Number of the latest block. */
  async blockNumber(): Promise<number> {
    return this.chain.ethers.provider.getBlockNumber();
  }

  /** Lets blocks pass. */
  async pass(blocks: number): Promise<void> {
    if (blocks > 0) await this.helpers.mine(blocks, { interval: SECONDS_PER_BLOCK });
  }

  /** Lets blocks pass until the next transaction is mined in this one. */
  async passUntilNextIs(block: number): Promise<void> {
    const blocks = block - 1 - (await this.blockNumber());
    if (blocks < 0) throw new Error(`block ${String(block)} is over`);
    await this.pass(blocks);
  }
}

/** The block that a transaction is in. */
export async function blockOf(sent: ContractTransactionResponse): Promise<number> {
  const receipt = await sent.wait();
  if (receipt === null) throw new Error(`${sent.hash} is not in a block`);
  return receipt.blockNumber;
}

type Contracts = Pick<
  EigenLayer,
  | "allocationManager"
  | "allocationManagerV2"
  | "delegationManager"
  | "strategyManager"
  | "strategyManagerDelayed"
  | "keyRegistrar"
>;

async function contractsAt({ ethers }: Chain, addresses: EigenLayerAddresses): Promise<Contracts> {
  return {
    allocationManager: await ethers.getContractAt("IAllocationManager", addresses.allocationManager),
    allocationManagerV2: await ethers.getContractAt("IAllocationManagerV2", addresses.allocationManager),
    delegationManager: await ethers.getContractAt("IDelegationManager", addresses.delegationManager),
    strategyManager: await ethers.getContractAt("IStrategyManager", addresses.strategyManager),
    strategyManagerDelayed: await ethers.getContractAt("IStrategyManagerDelayed", addresses.strategyManager),
    keyRegistrar: await ethers.getContractAt("IKeyRegistrar", addresses.keyRegistrar),
  };
}

/** What a function answers, or undefined where the contract does not have it. */
async function ifPresent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && error.message.includes("reverted")) return undefined;
    throw error;
  }
}
