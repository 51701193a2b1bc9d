import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { ContractTransactionResponse } from "ethers";

import { MAINNET_NOTICES } from "#deploy/hub.ts";
import { elementAt } from "#protocol/errors.ts";
import { address, type Address } from "#protocol/types.ts";
import type { PaperTables, RollupRegistry } from "#types/index.ts";

import { Committee } from "./committee.ts";
import { startChain, type Chain } from "./rollup.ts";
import { Status, TEST_DOMAIN } from "./world.ts";

export const HOUR = 3_600n;
export const DAY = 86_400n;
export const PERCENT = 10n ** 16n;
export const WHOLE = 100n * PERCENT;
/** No round number, so that sums of it are exact or wrong. */
export const BOND = 10n ** 17n + 3n;
/** How long before a fraction rises it is announced. */
export const RAISE_SECONDS = BigInt(MAINNET_NOTICES.raise);
/** Chain that the registry's tests are about. */
export const CHAIN = 2_001n;

/** Gateways and bridges of rollups that exist on paper only. */
export const GATEWAYS = ["a1", "a2", "a3"].map((end) => paperAddress(end));
export const BRIDGES = ["b1", "b2"].map((end) => paperAddress(end));
export const [GATEWAY, NEXT_GATEWAY] = [elementAt(GATEWAYS, 0), elementAt(GATEWAYS, 1)];
export const [BRIDGE, OTHER_BRIDGE] = [elementAt(BRIDGES, 0), elementAt(BRIDGES, 1)];
export const NOBODY: Address = address(`0x${"00".repeat(20)}`);

/** What somebody would have the registry say; keys in the contract's order. */
export interface Proposal {
  readonly chainId: bigint;
  readonly gateway: Address;
  readonly operatorSetId: bigint;
  readonly finality: bigint;
  readonly refutable: boolean;
  readonly bridge: Address;
  readonly refuteWad: bigint;
  readonly softWad: bigint;
  readonly metadataURI: string;
}

/** One version of an entry; keys in the contract's order. */
export interface Entry {
  readonly gateway: Address;
  readonly operatorSetId: bigint;
  readonly status: bigint;
  readonly finality: bigint;
  readonly refutable: boolean;
  readonly bridge: Address;
  readonly version: bigint;
  readonly owner: string;
  readonly since: bigint;
  readonly metadataURI: string;
}

/** A faultless proposal, with any `changes`. */
export function proposalOf(changes: Partial<Proposal> = {}): Proposal {
  return {
    chainId: CHAIN,
    gateway: GATEWAY,
    operatorSetId: 1n,
    finality: 3n,
    refutable: true,
    bridge: BRIDGE,
    refuteWad: 10n * PERCENT,
    softWad: PERCENT,
    metadataURI: "ipfs://rollup",
    ...changes,
  };
}

/** The entry that a proposal of `proposalOf` becomes. */
export function entryFrom(proposal: Proposal, more: Pick<Entry, "status" | "version" | "owner" | "since">): Entry {
  const { gateway, operatorSetId, finality, refutable, bridge, metadataURI } = proposal;
  const { status, version, owner, since } = more;
  return { gateway, operatorSetId, status, finality, refutable, bridge, version, owner, since, metadataURI };
}

/** A struct as the contract returns it. */
export function valuesOf(struct: Proposal | Entry): unknown[] {
  return Object.values(struct);
}

/** A registry on a hub of its own, and those who deal with it. */
export class RegistryStage {
  readonly chain: Chain;
  readonly registry: RollupRegistry;
  readonly tables: PaperTables;
  readonly registrar: HardhatEthersSigner;
  /** Proposes the chain first. */
  readonly owner: HardhatEthersSigner;
  readonly other: HardhatEthersSigner;
  readonly stranger: HardhatEthersSigner;
  /** Of set 1, by row. Weights 6 666, 1 and 3 333: the first two are exactly a quorum, the first alone one unit less. */
  readonly operators: readonly HardhatEthersSigner[];

  private constructor(chain: Chain, registry: RollupRegistry, tables: PaperTables) {
    this.chain = chain;
    this.tables = tables;
    this.registrar = elementAt(chain.signers, 0);
    this.owner = elementAt(chain.signers, 1);
    this.other = elementAt(chain.signers, 2);
    this.stranger = elementAt(chain.signers, 3);
    this.operators = chain.signers.slice(4, 7);
    this.registry = registry.connect(this.stranger);
  }

  /** Deploys a registry, and writes the table of set 1. */
  static async start(): Promise<RegistryStage> {
    const chain = await startChain(900);
    const { ethers } = chain;
    const deployed = await ethers.deployContract("PaperTables");
    const tables = await ethers.getContractAt("PaperTables", await deployed.getAddress());
    const registrar = elementAt(chain.signers, 0);
    const args = [registrar.address, await tables.getAddress(), BOND, MAINNET_NOTICES];
    const contract = await ethers.deployContract("RollupRegistry", args);
    const registry = await ethers.getContractAt("RollupRegistry", await contract.getAddress());
    const stage = new RegistryStage(chain, registry, tables);
    await stage.writeTable(1, [6_666n, 1n, 3_333n], stage.operators);
    return stage;
  }

  /** Writes the next table of a set, valid from now on. */
  async writeTable(
    set: number,
    weights: readonly bigint[],
    operators: readonly HardhatEthersSigner[],
  ): Promise<bigint> {
    const { packed } = Committee.of(TEST_DOMAIN, weights, { seed: BigInt(set) }).table;
    const validFrom = await this.now();
    await this.tables.write(
      set,
      packed,
      operators.map((operator) => operator.address),
      validFrom,
    );
    return validFrom;
  }

  /** Time of the latest block. */
  async now(): Promise<bigint> {
    return BigInt(await this.chain.helpers.time.latest());
  }

  /** Lets the next block be `seconds` after the latest, and says when that is. */
  async after(seconds: bigint): Promise<bigint> {
    return this.at((await this.now()) + seconds);
  }

  /** Lets the next block be of this second. */
  async at(second: bigint): Promise<bigint> {
    await this.chain.helpers.time.setNextBlockTimestamp(second);
    return second;
  }

  /** Proposes, and says under which id. */
  async propose(proposal: Proposal, by = this.owner): Promise<bigint> {
    const registry = this.registry.connect(by);
    const id = await registry.propose.staticCall(proposal, { value: BOND });
    await registry.propose(proposal, { value: BOND });
    return id;
  }

  /** Has the registrar accept. */
  async accept(id: bigint): Promise<ContractTransactionResponse> {
    return this.registry.connect(this.registrar).accept(id);
  }

  /** Proposes and has the registrar accept. */
  async accepted(proposal: Proposal, by = this.owner): Promise<bigint> {
    const id = await this.propose(proposal, by);
    await this.accept(id);
    return id;
  }

  /** Has these operators opt in, all of set 1 unless told otherwise. */
  async optIn({ chainId, gateway, bridge }: Proposal, operators = this.operators): Promise<void> {
    for (const operator of operators) await this.registry.connect(operator).optIn(chainId, gateway, bridge, true);
  }

  /** Applies what was accepted, in the first second in which that is possible, and says when that is. */
  async applyDue(chainId = CHAIN): Promise<bigint> {
    const { effectiveAt } = await this.registry.pendingOf(chainId);
    await this.at(effectiveAt);
    await this.registry.applyAccepted(chainId);
    return effectiveAt;
  }

  /** Takes a proposal all the way. */
  async activate(proposal = proposalOf(), by = this.owner): Promise<bigint> {
    await this.accepted(proposal, by);
    await this.optIn(proposal);
    return this.applyDue(proposal.chainId);
  }

  /** Has the owner drain and retire an active entry, as soon as possible. */
  async retire(chainId = CHAIN, by = this.owner): Promise<void> {
    await this.registry.connect(by).drain(chainId);
    await this.after(30n * DAY);
    await this.registry.connect(by).retire(chainId);
  }

  /** Gives an active entry to another owner, an hour later. */
  async handOver(from: HardhatEthersSigner, to: HardhatEthersSigner, chainId = CHAIN): Promise<void> {
    await this.registry.connect(from).offerEntry(chainId, to.address);
    await this.after(HOUR);
    await this.registry.connect(to).acceptEntry(chainId);
  }

  /** The present entry's status and version. */
  async present(chainId = CHAIN): Promise<readonly [bigint, bigint]> {
    const { status, version } = await this.registry.entryOf(chainId);
    return [status, version];
  }
}

/** Statuses as the contract returns them. */
export const Statuses = {
  Proposed: BigInt(Status.Proposed),
  Active: BigInt(Status.Active),
  Draining: BigInt(Status.Draining),
  Retired: BigInt(Status.Retired),
} as const;

function paperAddress(end: string): Address {
  return address(`0x${end.padStart(40, "0")}`);
}
