import type { Interface, JsonRpcProvider } from "ethers";

import type { Address } from "#protocol/types.ts";

import type { ChainName } from "../chains.ts";

/** Something that a contract said, with where it stands. */
export interface Fact {
  readonly chain: ChainName;
  readonly blockNumber: number;
  readonly transactionHash: string;
  readonly event: string;
  readonly contract: Address;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Which events of which contract are followed. */
export interface FollowedContract {
  readonly address: Address;
  readonly abi: Interface;
  readonly events: readonly string[];
}

/** A chain and whom to listen to there. */
export interface FollowedChain {
  readonly name: ChainName;
  readonly provider: JsonRpcProvider;
  readonly contracts: readonly FollowedContract[];
}

/** Follows what contracts say on one chain, from the block on at which it is made. */
export class FactFollower {
  readonly #chain: FollowedChain;
  readonly #contracts: ReadonlyMap<string, FollowedContract>;
  readonly #topics: string[];
  #next: number | undefined;

  /** @param chain - What is followed. */
  constructor(chain: FollowedChain) {
    this.#chain = chain;
    this.#contracts = new Map(chain.contracts.map((contract) => [contract.address, contract]));
    this.#topics = [...new Set(chain.contracts.flatMap(({ abi, events }) => events.map((name) => topicOf(abi, name))))];
  }

  /** What was said since the last look; the first one only remembers where it begins. */
  async look(): Promise<Fact[]> {
    const { name, provider, contracts } = this.#chain;
    const latest = await provider.getBlockNumber();
    const from = this.#next ?? latest + 1;
    if (latest >= from) {
      const address = contracts.map((contract) => contract.address);
      const logs = await provider.getLogs({ address, topics: [this.#topics], fromBlock: from, toBlock: latest });
      this.#next = latest + 1;
      return logs.flatMap((log): Fact[] => {
        const contract = this.#contracts.get(log.address);
        const parsed = contract?.abi.parseLog(log) ?? null;
        if (contract === undefined || parsed === null || !contract.events.includes(parsed.name)) return [];
        const { blockNumber, transactionHash } = log;
        const args = parsed.args.toObject();
        return [{ chain: name, blockNumber, transactionHash, event: parsed.name, contract: contract.address, args }];
      });
    }
    this.#next = from;
    return [];
  }
}

function topicOf(abi: Interface, name: string): string {
  const event = abi.getEvent(name);
  if (event === null) throw new Error(`no event ${name}`);
  return event.topicHash;
}
