import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { dataSlice, id, type ContractTransactionResponse } from "ethers";
import { artifacts } from "hardhat";

import {
  deployHub,
  MAINNET_CLAIMS_SECONDS,
  MAINNET_COURT_SECONDS,
  MAINNET_NOTICES,
  MAINNET_SHAPING_SECONDS,
  MAINNET_WINDOWS,
  type HubAddresses,
  type Windows,
} from "#deploy/hub.ts";
import { elementAt } from "#protocol/errors.ts";
import { address, type Address } from "#protocol/types.ts";
import type { FickleRestaking, ServiceManager, TableBuilder, Shaper } from "#types/index.ts";

import { startChain, type Chain } from "./rollup.ts";

/** One: multipliers and fractions are parts of it. */
export const WAD = 10n ** 18n;

/** `Manner` of `FickleRestaking`. */
export const Manner = { Honest: 0, Revert: 1, Burn: 2, Nonsense: 3, Labour: 4 } as const;

/** The id of the first set that is created. */
export const SET = 1;

/** What every member has unless told otherwise, by the first strategy. */
export const STAKE = 100n * WAD;

/** Three strategies, ascending. Nobody lives there. */
export const STRATEGIES = ["0x1000", "0x2000", "0x3000"].map((tail) => address(`0x${tail.slice(2).padStart(40, "0")}`));

/** `SetParameters` that count the first so many strategies, one for each share. */
export function shapeOf(strategies: number, minimumWeight = WAD, hasAllowList = false) {
  const counted = STRATEGIES.slice(0, strategies).map((strategy) => ({ strategy, multiplier: WAD }));
  return { strategies: counted, minimumWeight, hasAllowList };
}

/** The operator of this name. */
export function operatorNamed(name: string | number): Address {
  return address(dataSlice(id(`fickle operator ${String(name)}`), 12));
}

/** The hub beside an EigenLayer that does as a test says. Shaper and slasher are accounts here: what they are is not the point. */
export class FickleHub {
  readonly chain: Chain;
  readonly addresses: HubAddresses;
  readonly windows: Windows;
  readonly restaking: FickleRestaking;
  readonly timelock: Shaper;
  readonly serviceManager: ServiceManager;
  readonly tableBuilder: TableBuilder;
  readonly owner: HardhatEthersSigner;
  readonly shaper: HardhatEthersSigner;
  readonly slasher: HardhatEthersSigner;
  readonly stranger: HardhatEthersSigner;

  private constructor(
    chain: Chain,
    addresses: HubAddresses,
    windows: Windows,
    contracts: Pick<FickleHub, "restaking" | "timelock" | "serviceManager" | "tableBuilder">,
    people: Pick<FickleHub, "owner" | "shaper" | "slasher" | "stranger">,
  ) {
    this.chain = chain;
    this.addresses = addresses;
    this.windows = windows;
    this.restaking = contracts.restaking;
    this.timelock = contracts.timelock;
    this.serviceManager = contracts.serviceManager;
    this.tableBuilder = contracts.tableBuilder;
    this.owner = people.owner;
    this.shaper = people.shaper;
    this.slasher = people.slasher;
    this.stranger = people.stranger;
  }

  static async deploy(windows: Partial<Windows> = {}, isV2 = false): Promise<FickleHub> {
    const chain = await startChain(31_337);
    const { ethers, helpers, signers } = chain;
    const [deployer, owner, stranger] = [elementAt(signers, 0), elementAt(signers, 1), elementAt(signers, 2)];
    const restaking = await ethers.deployContract("FickleRestaking");
    await restaking.upgrade(100_800, isV2);
    const eigenLayer = address(await restaking.getAddress());
    const all = { ...MAINNET_WINDOWS, ...windows };
    const addresses = await deployHub(deployer, (name) => artifacts.readArtifact(name), {
      hubChainId: chain.chainId,
      eigenLayer: {
        allocationManager: eigenLayer,
        delegationManager: eigenLayer,
        keyRegistrar: eigenLayer,
        strategyManager: eigenLayer,
      },
      owner: address(owner.address),
      guardian: address(owner.address),
      court: address(owner.address),
      courtSeconds: MAINNET_COURT_SECONDS,
      shapers: [address(owner.address)],
      registrar: address(owner.address),
      bond: 0n,
      notices: MAINNET_NOTICES,
      shapingSeconds: MAINNET_SHAPING_SECONDS,
      claimsSeconds: MAINNET_CLAIMS_SECONDS,
      windows: all,
      metadataURI: "https://example.org/parley.json",
    });
    const act = async (account: Address) => {
      await helpers.setBalance(account, 10n ** 21n);
      return ethers.getImpersonatedSigner(account);
    };
    return new FickleHub(
      chain,
      addresses,
      all,
      {
        restaking,
        timelock: await ethers.getContractAt("Shaper", addresses.shaper),
        serviceManager: await ethers.getContractAt("ServiceManager", addresses.serviceManager),
        tableBuilder: await ethers.getContractAt("TableBuilder", addresses.tableBuilder),
      },
      { owner, stranger, shaper: await act(addresses.shaper), slasher: await act(addresses.slasher) },
    );
  }

  /** One with a first set that counts the first so many strategies, and members that have `STAKE` each. */
  static async withMembers(members: number, strategies = 1, windows: Partial<Windows> = {}): Promise<FickleHub> {
    const hub = await FickleHub.deploy(windows);
    await hub.asShaper.createSet(shapeOf(strategies), WAD);
    await hub.join(Array.from({ length: members }, (_, at) => operatorNamed(at)));
    return hub;
  }

  get asShaper(): ServiceManager {
    return this.serviceManager.connect(this.shaper);
  }

  get asOwner(): ServiceManager {
    return this.serviceManager.connect(this.owner);
  }

  get asSlasher(): TableBuilder {
    return this.tableBuilder.connect(this.slasher);
  }

  /** Has operators with a key and this stake join the first set. */
  async join(operators: readonly Address[], stake = STAKE): Promise<void> {
    const SLICE = 16;
    for (let at = 0; at < operators.length; at += SLICE) {
      await this.restaking.joinAll(
        this.serviceManager,
        SET,
        operators.slice(at, at + SLICE),
        elementAt(STRATEGIES, 0),
        stake,
      );
    }
  }

  /** Has an operator leave the first set. */
  async leave(operator: Address): Promise<ContractTransactionResponse> {
    return this.restaking.deregisterFromOperatorSets({ operator, avs: this.serviceManager, operatorSetIds: [SET] });
  }

  /** Says what can be taken from an operator by the first strategy. */
  async stake(operator: Address, amount: bigint): Promise<void> {
    await this.restaking.setStake(operator, elementAt(STRATEGIES, 0), amount);
  }

  /** Builds the first set's next table, `most` members a transaction. */
  async build(most = 256): Promise<void> {
    const newest = await this.tableBuilder.newestEpoch(SET);
    await this.tableBuilder.begin(SET);
    // Told, because finding out takes longer than doing.
    const gasLimit = 29_000_000n;
    while ((await this.tableBuilder.newestEpoch(SET)) === newest)
      await this.tableBuilder.proceed(SET, most, { gasLimit });
  }

  /** Lets time pass until the next table may be begun. */
  async passUntilDue(): Promise<void> {
    const newest = await this.tableBuilder.newestEpoch(SET);
    const { validUntil } = await this.tableBuilder.epoch(SET, newest);
    await this.chain.helpers.time.increaseTo(validUntil);
  }

  /** Who is in the newest table, in its order. */
  async operators(): Promise<Address[]> {
    const newest = await this.tableBuilder.newestEpoch(SET);
    return (await this.tableBuilder.operatorsOf(SET, newest)).map((operator) => address(operator));
  }

  /** Has the next transaction mined in this second. */
  async at(second: bigint): Promise<void> {
    await this.chain.helpers.time.setNextBlockTimestamp(second);
  }
}
