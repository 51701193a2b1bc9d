import type { HardhatEthers, HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkHelpers } from "@nomicfoundation/hardhat-network-helpers/types";
import type { BytesLike } from "ethers";
import { artifacts, network } from "hardhat";

import { deployRollup, type RollupAddresses, type RollupParameters } from "#deploy/rollup.ts";
import { decodeAttributes } from "#protocol/attributes.ts";
import { encodeEvmAddress, parseEvmAddress } from "#protocol/erc7930.ts";
import { elementAt } from "#protocol/errors.ts";
import { laneId, nonceAt, PAGE_SIZE, type Lane, type Message } from "#protocol/messages.ts";
import { messageId } from "#protocol/messages.ts";
import { PageTree } from "#protocol/pages.ts";
import type { Page } from "#protocol/statements.ts";
import {
  address,
  chainId as toChainId,
  hex,
  messageIdOf,
  type Address,
  type ChainId,
  type MessageId,
} from "#protocol/types.ts";
import type { CertificateVerifier, Directory, Gateway, OperatorTables, Policy } from "#types/index.ts";

/** Contracts and chain of one simulated rollup, and what a test does with them. */
export class Rollup {
  readonly chainId: ChainId;
  readonly ethers: HardhatEthers;
  readonly helpers: NetworkHelpers;
  readonly signers: readonly HardhatEthersSigner[];
  readonly deployer: HardhatEthersSigner;
  readonly user: HardhatEthersSigner;
  readonly relayer: HardhatEthersSigner;
  readonly addresses: RollupAddresses;
  readonly gateway: Gateway;
  readonly directory: Directory;
  readonly operatorTables: OperatorTables;
  readonly policy: Policy;
  readonly certificateVerifier: CertificateVerifier;

  private constructor(
    chainId: ChainId,
    chain: Chain,
    addresses: RollupAddresses,
    contracts: Pick<Rollup, "gateway" | "directory" | "operatorTables" | "policy" | "certificateVerifier">,
  ) {
    this.chainId = chainId;
    this.ethers = chain.ethers;
    this.helpers = chain.helpers;
    this.signers = chain.signers;
    this.deployer = elementAt(chain.signers, 0);
    this.user = elementAt(chain.signers, 1);
    this.relayer = elementAt(chain.signers, 2);
    this.addresses = addresses;
    this.gateway = contracts.gateway;
    this.directory = contracts.directory;
    this.operatorTables = contracts.operatorTables;
    this.policy = contracts.policy;
    this.certificateVerifier = contracts.certificateVerifier;
  }

  /** Deploys a rollup's contracts on a chain. */
  static async deploy(chain: Chain, parameters: RollupParameters): Promise<Rollup> {
    const readArtifact = (name: string) => artifacts.readArtifact(name);
    const addresses = await deployRollup(elementAt(chain.signers, 0), readArtifact, parameters);
    const { ethers } = chain;
    return new Rollup(chain.chainId, chain, addresses, {
      gateway: await ethers.getContractAt("Gateway", addresses.gateway),
      directory: await ethers.getContractAt("Directory", addresses.directory),
      operatorTables: await ethers.getContractAt("OperatorTables", addresses.operatorTables),
      policy: await ethers.getContractAt("Policy", addresses.policy),
      certificateVerifier: await ethers.getContractAt("CertificateVerifier", addresses.certificateVerifier),
    });
  }

  /** The lane from here to `destination`'s present gateway. */
  laneTo(destination: Rollup): Lane {
    return {
      sourceChainId: this.chainId,
      sourceGateway: this.addresses.gateway,
      destinationChainId: destination.chainId,
      destinationGateway: destination.addresses.gateway,
    };
  }

  /** The ERC-7930 bytes of an account here. */
  interoperable(account: string): string {
    return encodeEvmAddress(this.chainId, address(account));
  }

  /** Sends one message as `user` and returns its id. */
  async send(
    destination: Rollup,
    recipient: string,
    payload: BytesLike,
    attributes: BytesLike[] = [],
  ): Promise<MessageId> {
    const to = destination.interoperable(recipient);
    const id = await this.gateway.connect(this.user).sendMessage.staticCall(to, payload, attributes);
    await (await this.gateway.connect(this.user).sendMessage(to, payload, attributes)).wait();
    return messageIdOf(id);
  }

  /** All messages ever sent on a lane from here, rebuilt from events and checked against their ids. */
  async sent(lane: Lane): Promise<Message[]> {
    const messages: Message[] = [];
    for (const { args } of await this.gateway.queryFilter(this.gateway.filters.MessageSent())) {
      const attributes = decodeAttributes(args.attributes.map((attribute) => hex(attribute)));
      const message: Message = {
        ...lane,
        nonce: BigInt(messages.length),
        sender: parseEvmAddress(hex(args.sender)).address,
        recipient: parseEvmAddress(hex(args.recipient)).address,
        gasLimit: attributes.gasLimit,
        deliverBefore: attributes.deliverBefore,
        payload: hex(args.payload),
      };
      // Lane and nonce are bound by the id alone; whatever does not fit is another lane's.
      if (messageId(message) === args.sendId) messages.push(message);
    }
    const { count } = await this.gateway.laneOf(lane.destinationChainId, lane.destinationGateway);
    if (count !== BigInt(messages.length)) throw new Error(`${String(messages.length)} of ${String(count)} rebuilt`);
    return messages;
  }

  /** A page of a lane from here, as an honest operator would state it now. */
  async page(lane: Lane, pageIndex = 0n): Promise<LanePage> {
    const all = await this.sent(lane);
    const first = Number(nonceAt(pageIndex, 0));
    const before = new PageTree(laneId(lane));
    let head = before.chainHead(0);
    for (let at = 0; at < first; at += PAGE_SIZE) {
      head = new PageTree(head, all.slice(at, at + PAGE_SIZE).map(messageId)).chainHead();
    }
    const messages = all.slice(first, first + PAGE_SIZE);
    const tree = new PageTree(head, messages.map(messageId));
    const block = await this.ethers.provider.getBlock("latest");
    if (block === null) throw new Error("no latest block");
    return {
      messages,
      tree,
      page: {
        ...lane,
        pageIndex,
        ...tree.stated(),
        blockNumber: BigInt(block.number),
        sourceTimestamp: BigInt(block.timestamp),
        finality: 3,
      },
    };
  }

  /** Time of the latest block. */
  async now(): Promise<bigint> {
    return BigInt(await this.helpers.time.latest());
  }

  /** Acts as any account here, also as a contract, which no real key could. */
  async actAs(account: string): Promise<HardhatEthersSigner> {
    await this.helpers.setBalance(account, 10n ** 18n);
    return this.ethers.getImpersonatedSigner(account);
  }

  /** Deploys a contract of `contracts/mocks` by name. */
  async deployMock(name: string, ...args: unknown[]): Promise<Address> {
    const contract = await this.ethers.deployContract(name, args, this.deployer);
    return address(await contract.getAddress());
  }
}

/** A page of a lane with its messages. */
export interface LanePage {
  readonly page: Page;
  readonly tree: PageTree;
  readonly messages: readonly Message[];
}

/** One simulated chain. */
export interface Chain {
  readonly chainId: ChainId;
  readonly ethers: HardhatEthers;
  readonly helpers: NetworkHelpers;
  readonly signers: readonly HardhatEthersSigner[];
}

/** Starts a simulated chain; its clock begins now, or at `startsAt` in seconds. */
export async function startChain(id: number, startsAt?: number): Promise<Chain> {
  const clock = startsAt === undefined ? {} : { initialDate: new Date(startsAt * 1_000) };
  const connection = await network.create({ network: "default", override: { chainId: id, ...clock } });
  return {
    chainId: toChainId(id),
    ethers: connection.ethers,
    helpers: connection.networkHelpers,
    signers: await connection.ethers.getSigners(),
  };
}
