import type { Interface, Log } from "ethers";

import { Directory__factory, Gateway__factory, OperatorTables__factory, Policy__factory } from "#chain/contracts.ts";
import { booksOf, type RollupSite } from "#chain/trace/site.ts";
import { address, type Address } from "#protocol/types.ts";

/** What is told of each contract, and the word for it. */
const KINDS: Readonly<Record<string, string>> = {
  MessageSent: "sent",
  MessageDelivered: "delivered",
  MessageFailed: "failed",
  BatchConfirmed: "confirmed",
  LaneOpened: "lane",
  TableInstalled: "table",
  EpochStatusChanged: "epoch",
  NewsBrought: "news",
  SetFrozen: "frozen",
  SetLifted: "lifted",
  EntryApplied: "entry",
  EntryAnnounced: "entry",
  GatewayDraining: "draining",
  SourceHalted: "halted",
  HaltEnded: "halt ended",
  SourcePolicyChanged: "policy",
  LooseningAnnounced: "policy",
  LooseningCancelled: "policy",
  GatewayRefused: "refused",
  LiftAnnounced: "policy",
};

/** The most blocks of a chain that one look reads, and the most bytes of one value that are told. */
const MOST_BLOCKS = 2_000;
const MOST_CHARACTERS = 140;

/** Something that happened on a rollup. */
export interface News {
  readonly rollup: string;
  readonly kind: string;
  readonly event: string;
  readonly blockNumber: number;
  readonly transactionHash: string;
  /** Its arguments by name, long ones cut. */
  readonly args: Readonly<Record<string, string>>;
}

/** Follows what a rollup's contracts tell. It remembers one block's number, and nothing else. */
export class NewsFollower {
  readonly #site: RollupSite;
  readonly #contracts: ReadonlyMap<Address, Interface>;
  #next: number;

  private constructor(site: RollupSite, contracts: ReadonlyMap<Address, Interface>, next: number) {
    this.#site = site;
    this.#contracts = contracts;
    this.#next = next;
  }

  /** Begins at the block after the newest one. */
  static async of(site: RollupSite): Promise<NewsFollower> {
    const { provider, gateway } = site;
    const books = await booksOf(provider, gateway);
    const contracts = new Map<Address, Interface>([
      [gateway, Gateway__factory.createInterface()],
      [books.operatorTables, OperatorTables__factory.createInterface()],
      [books.directory, Directory__factory.createInterface()],
      [books.policy, Policy__factory.createInterface()],
    ]);
    return new NewsFollower(site, contracts, (await provider.getBlockNumber()) + 1);
  }

  /** What happened since the last look, in the order of the chain; of a chain that is far ahead, the next 2 000 blocks. */
  async look(): Promise<News[]> {
    const { provider } = this.#site;
    const toBlock = Math.min(await provider.getBlockNumber(), this.#next + MOST_BLOCKS - 1);
    if (toBlock < this.#next) return [];
    const logs = await provider.getLogs({ address: [...this.#contracts.keys()], fromBlock: this.#next, toBlock });
    this.#next = toBlock + 1;
    return logs
      .sort((a, b) => a.blockNumber - b.blockNumber || a.index - b.index)
      .flatMap((log) => this.#read(log) ?? []);
  }

  #read(log: Log): News | undefined {
    const parsed = this.#contracts.get(address(log.address))?.parseLog(log) ?? null;
    const kind = parsed === null ? undefined : KINDS[parsed.name];
    if (parsed === null || kind === undefined) return undefined;
    const values: readonly unknown[] = [...parsed.args];
    const args = parsed.fragment.inputs.map(({ name }, at): [string, string] => [name, short(String(values[at]))]);
    const { blockNumber, transactionHash } = log;
    const { name: rollup } = this.#site;
    return { rollup, kind, event: parsed.name, blockNumber, transactionHash, args: Object.fromEntries(args) };
  }
}

function short(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
