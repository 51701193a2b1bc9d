import type { BaseContract, Log, Provider, Signer } from "ethers";

import { address, type Address } from "#protocol/types.ts";

import { HubError } from "./errors.ts";
import { ask, eventsIn } from "./submit.ts";

/** Blocks asked for logs at once. */
const BLOCK_RANGE = 10_000;

/** An event with where it is. */
export interface Told {
  readonly args: Arguments;
  readonly blockNumber: number;
  readonly transactionHash: string;
}

/**
 * Reads all events of a name that a contract ever emitted.
 *
 * @param runner - The hub.
 * @param contract - Whose events.
 * @param name - The event's name.
 * @param options - Where to begin, and indexed arguments that must match.
 * @returns The events, oldest first.
 */
export async function eventsOf(
  runner: Provider | Signer,
  contract: BaseContract,
  name: string,
  { fromBlock, indexed = [] }: { readonly fromBlock: number; readonly indexed?: readonly unknown[] },
): Promise<Told[]> {
  const provider = providerOf(runner);
  const emitter = await contract.getAddress();
  const topics = contract.interface.encodeFilterTopics(name, [...indexed]);
  const last = await provider.getBlockNumber();
  const logs: Log[] = [];
  for (let from = fromBlock; from <= last; from += BLOCK_RANGE) {
    const toBlock = Math.min(from + BLOCK_RANGE - 1, last);
    logs.push(...(await ask(provider.getLogs({ address: emitter, topics, fromBlock: from, toBlock }))));
  }
  return logs.flatMap((log) =>
    eventsIn([log], emitter, contract.interface, name).map((args) => {
      const { blockNumber, transactionHash } = log;
      return { args: new Arguments(args), blockNumber, transactionHash };
    }),
  );
}

/** An event's arguments, read as what they must be. */
export class Arguments {
  readonly #args: Readonly<Record<string, unknown>>;

  /** @param args - By name. */
  constructor(args: Readonly<Record<string, unknown>>) {
    this.#args = args;
  }

  /** A number. */
  bigint(name: string): bigint {
    const value = this.#args[name];
    if (typeof value !== "bigint") throw new HubError("InvalidAnswer", `${name} is no number`);
    return value;
  }

  /** An address, or bytes. */
  text(name: string): string {
    const value = this.#args[name];
    if (typeof value !== "string") throw new HubError("InvalidAnswer", `${name} is no text`);
    return value;
  }

  /** An address. */
  address(name: string): Address {
    return address(this.text(name));
  }

  /** A list. */
  list(name: string): unknown[] {
    const value = this.#args[name];
    if (!Array.isArray(value)) throw new HubError("InvalidAnswer", `${name} is no list`);
    return Array.from<unknown>(value);
  }
}

/** The provider behind whoever reads or sends. */
export function providerOf(runner: Provider | Signer): Provider {
  const { provider } = runner;
  if (provider === null) throw new HubError("InvalidAnswer", "the signer has no provider");
  return provider;
}
