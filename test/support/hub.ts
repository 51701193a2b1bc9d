import { toBeHex, ZeroHash } from "ethers";
import { artifacts } from "hardhat";

import {
  deployHub,
  MAINNET_CLAIMS_SECONDS,
  MAINNET_COURT_SECONDS,
  MAINNET_NOTICES,
  MAINNET_SHAPING_SECONDS,
  MAINNET_WINDOWS,
  type HubAddresses,
  type HubParameters,
  type Windows,
} from "#deploy/hub.ts";
import type { Domain } from "#protocol/batches.ts";
import { elementAt } from "#protocol/errors.ts";
import type { Table } from "#protocol/statements.ts";
import { decodeTable } from "#protocol/tables.ts";
import { address, bytes32, hex, type Address, type Hex } from "#protocol/types.ts";
import type {
  CertificateVerifier,
  CompensationVault,
  RollupRegistry,
  ServiceManager,
  Slasher,
  TableBuilder,
  TimelockController,
} from "#types/index.ts";

import { Committee } from "./committee.ts";
import type { Asset, EigenLayer, SetId } from "./eigenlayer/eigenLayer.ts";
import { Operator, passAllocationConfiguration, type Magnitude } from "./eigenlayer/operator.ts";

/** One: multipliers, fractions and magnitudes are parts of it. */
export const WAD = 10n ** 18n;

/** What shapes the tables of a set. */
export interface SetShape {
  /** Ascending by strategy. */
  readonly counted: readonly { readonly asset: Asset; readonly multiplier: bigint }[];
  readonly minimumWeight: bigint;
  readonly hasAllowList?: boolean;
}

/** An epoch as the hub tells it. */
export interface HubEpoch {
  readonly statement: Table;
  /** The packed rows. */
  readonly rows: Hex;
  /** Who has the rows, in their order. */
  readonly operators: readonly Address[];
}

/** The hub's contracts beside EigenLayer's, and what a test does with them. */
export class Hub {
  readonly eigenLayer: EigenLayer;
  readonly addresses: HubAddresses;
  readonly parameters: HubParameters;
  readonly shaper: TimelockController;
  readonly serviceManager: ServiceManager;
  readonly tableBuilder: TableBuilder;
  readonly slasher: Slasher;
  readonly vault: CompensationVault;
  readonly registry: RollupRegistry;
  readonly certificateVerifier: CertificateVerifier;

  private constructor(
    eigenLayer: EigenLayer,
    addresses: HubAddresses,
    parameters: HubParameters,
    contracts: Pick<
      Hub,
      "shaper" | "serviceManager" | "tableBuilder" | "slasher" | "vault" | "registry" | "certificateVerifier"
    >,
  ) {
    this.eigenLayer = eigenLayer;
    this.addresses = addresses;
    this.parameters = parameters;
    this.shaper = contracts.shaper;
    this.serviceManager = contracts.serviceManager;
    this.tableBuilder = contracts.tableBuilder;
    this.slasher = contracts.slasher;
    this.vault = contracts.vault;
    this.registry = contracts.registry;
    this.certificateVerifier = contracts.certificateVerifier;
  }

  /** Deploys the hub's contracts beside EigenLayer's, as on mainnet unless told otherwise. */
  static async deploy(eigenLayer: EigenLayer, changes: Partial<HubParameters> = {}): Promise<Hub> {
    const { chain, allocationManager, delegationManager, keyRegistrar, strategyManager } = eigenLayer;
    const [deployer, owner, guardian, shaper, registrar, court] = [0, 1, 2, 3, 4, 5].map((at) =>
      elementAt(chain.signers, at),
    );
    if (!deployer || !owner || !guardian || !shaper || !registrar || !court)
      throw new Error("a chain has at least six signers");
    const parameters: HubParameters = {
      hubChainId: chain.chainId,
      eigenLayer: {
        allocationManager: address(await allocationManager.getAddress()),
        delegationManager: address(await delegationManager.getAddress()),
        keyRegistrar: address(await keyRegistrar.getAddress()),
        strategyManager: address(await strategyManager.getAddress()),
      },
      owner: address(owner.address),
      guardian: address(guardian.address),
      court: address(court.address),
      courtSeconds: MAINNET_COURT_SECONDS,
      shapers: [address(shaper.address)],
      registrar: address(registrar.address),
      bond: 0n,
      notices: MAINNET_NOTICES,
      shapingSeconds: MAINNET_SHAPING_SECONDS,
      claimsSeconds: MAINNET_CLAIMS_SECONDS,
      windows: MAINNET_WINDOWS,
      metadataURI: "https://example.org/parley.json",
      ...changes,
    };
    const addresses = await deployHub(deployer, (name) => artifacts.readArtifact(name), parameters);
    const { ethers } = chain;
    return new Hub(eigenLayer, addresses, parameters, {
      shaper: await ethers.getContractAt("TimelockController", addresses.shaper),
      serviceManager: await ethers.getContractAt("ServiceManager", addresses.serviceManager),
      tableBuilder: await ethers.getContractAt("TableBuilder", addresses.tableBuilder),
      slasher: await ethers.getContractAt("Slasher", addresses.slasher),
      vault: await ethers.getContractAt("CompensationVault", addresses.vault),
      registry: await ethers.getContractAt("RollupRegistry", addresses.registry),
      certificateVerifier: await ethers.getContractAt("CertificateVerifier", addresses.certificateVerifier),
    });
  }

  /** Where operators' signatures are valid. */
  get domain(): Domain {
    return { hubChainId: this.parameters.hubChainId, serviceManager: this.addresses.serviceManager };
  }

  get windows(): Windows {
    return this.parameters.windows;
  }

  /** EigenLayer's name of a set. */
  set(id: number): SetId {
    return { avs: this.addresses.serviceManager, id };
  }

  /** Time of the latest block. */
  async now(): Promise<bigint> {
    return BigInt(await this.eigenLayer.helpers.time.latest());
  }

  /** Lets at least this time pass as the chain does, block by block, so that EigenLayer's delays pass with the windows. */
  async pass(seconds: number | bigint): Promise<void> {
    await this.eigenLayer.pass(Math.ceil(Number(seconds) / this.windows.secondsPerBlock) + 1);
  }

  /** Announces a call of the service manager, waits, and carries it out. */
  async shape(data: string): Promise<void> {
    const announcer = elementAt(this.eigenLayer.chain.signers, 3);
    const salt = toBeHex(await this.eigenLayer.blockNumber(), 32);
    const call = [this.addresses.serviceManager, 0, data, ZeroHash, salt] as const;
    await this.shaper.connect(announcer).schedule(...call, this.parameters.shapingSeconds);
    await this.pass(this.parameters.shapingSeconds);
    await this.shaper.execute(...call);
  }

  /** Creates a set and returns its id. */
  async createSet({ fullFraction = WAD, ...shape }: SetShape & { readonly fullFraction?: bigint }): Promise<number> {
    const { interface: abi } = this.serviceManager;
    await this.shape(abi.encodeFunctionData("createSet", [parametersOf(shape), fullFraction]));
    return Number(await this.serviceManager.setCount());
  }

  /** Changes what shapes a set's next tables. */
  async shapeSet(setId: number, shape: SetShape): Promise<void> {
    await this.shape(this.serviceManager.interface.encodeFunctionData("shapeSet", [setId, parametersOf(shape)]));
  }

  /** Makes an operator with stake of its own, all of it allocated, a key and a seat in a set. */
  async member(name: string, setId: number, ...stakes: readonly Magnitude[]): Promise<Operator> {
    const operator = await Operator.named(this.eigenLayer, name);
    const set = this.set(setId);
    await operator.registerAsOperator();
    await passAllocationConfiguration(this.eigenLayer);
    for (const [asset, amount] of stakes) await operator.deposit(asset, amount);
    await operator.allocate(set, ...stakes.map(([asset]): Magnitude => [asset, WAD]));
    await operator.registerKey(set);
    await operator.join(set);
    return operator;
  }

  /** Builds the set's next table, in as many transactions as `most` members each take. */
  async build(setId: number, most = 256): Promise<HubEpoch> {
    await this.tableBuilder.begin(setId);
    while (!(await this.tableBuilder.proceed.staticCall(setId, most))) await this.tableBuilder.proceed(setId, most);
    await this.tableBuilder.proceed(setId, most);
    return this.epoch(setId);
  }

  /** An epoch as the hub tells it: the newest unless told otherwise. */
  async epoch(setId: number, number?: number): Promise<HubEpoch> {
    const epoch = number ?? Number(await this.tableBuilder.newestEpoch(setId));
    const { tableHash, validFrom, validUntil } = await this.tableBuilder.epoch(setId, epoch);
    return {
      statement: { operatorSetId: setId, epoch, tableHash: bytes32(tableHash), validFrom, validUntil },
      rows: hex(await this.tableBuilder.rowsOf(setId, epoch)),
      operators: (await this.tableBuilder.operatorsOf(setId, epoch)).map((operator) => address(operator)),
    };
  }

  /** The operators of an epoch as those who sign; their weights are the table's. */
  committee({ statement, rows, operators }: HubEpoch, members: readonly Operator[]): Committee {
    const { rows: found } = decodeTable(rows);
    const signers = operators.map((at, row) => {
      const member = members.find((one) => one.address === at);
      if (member === undefined) throw new Error(`nobody has the key of ${at}`);
      return { key: member.key, weight: elementAt(found, row).weight };
    });
    return Committee.speaking(this.domain, statement.operatorSetId, statement.epoch, signers);
  }
}

/** As Solidity has it. */
function parametersOf({ counted, minimumWeight, hasAllowList = false }: SetShape) {
  const strategies = counted.map(({ asset, multiplier }) => ({ strategy: asset.strategy, multiplier }));
  return { strategies, minimumWeight, hasAllowList };
}
