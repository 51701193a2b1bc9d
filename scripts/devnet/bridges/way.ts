import { isError, type Interface, type JsonRpcProvider } from "ethers";

import type { TransactionSender } from "#chain/sender.ts";
import { address, hex, type Address, type Hex } from "#protocol/types.ts";
import { DelayedMessenger__factory } from "#types/factories/contracts/mocks/bridges/DelayedMessenger__factory.ts";

/** What somebody sent over a messenger. */
export interface Letter {
  readonly nonce: bigint;
  readonly sender: Address;
  readonly target: Address;
  readonly gasLimit: bigint;
  readonly message: Hex;
  readonly sentMs: number;
}

/** A letter that was relayed. */
export interface Relayed {
  readonly letter: Letter;
  /** Whether it had its effect. Anyone may relay again what had none. */
  readonly ok: boolean;
  readonly atMs: number;
}

/** One direction: letters of the first messenger are proven, and after the delay relayed, at the second. */
export interface WayEnds {
  readonly from: { readonly provider: JsonRpcProvider; readonly messenger: Address };
  readonly to: { readonly provider: JsonRpcProvider; readonly messenger: Address; readonly sender: TransactionSender };
}

interface Waiting {
  readonly letter: Letter;
  readonly dueMs: number;
  attempts: number;
}

const messengerAbi: Interface = DelayedMessenger__factory.createInterface();
/** What a messenger keeps for itself, and what the transaction costs besides its calldata. */
const OWN_GAS = 150_000n;
/** The dearest byte of calldata. */
const BYTE_GAS = 40n;
/** EIP-7825: no chain takes a transaction with more. */
const MOST_GAS = 16_777_216n;
const PROVING_GAS = 100_000n;
/** Blocks tell the time in whole seconds. */
const LAG_MS = 1_000;
/** After so many failures a letter is left to whoever wants it. */
const MOST_ATTEMPTS = 5;

/** Carries letters one way: proves what was sent, and relays what is due. */
export class Way {
  readonly #ends: WayEnds;
  #nextBlock = 0;
  readonly #unproven: Letter[] = [];
  #waiting: Waiting[] = [];

  /** @param ends - Both messengers. */
  constructor(ends: WayEnds) {
    this.#ends = ends;
  }

  /** One look: proves what is new, relays what is due, and returns what was relayed. */
  async look(): Promise<Relayed[]> {
    this.#unproven.push(...(await this.#read()));
    // Kept until it is proven: an endpoint that is gone for a while loses no letter.
    for (let letter = this.#unproven.at(0); letter !== undefined; letter = this.#unproven.at(0)) {
      await this.#prove(letter);
      this.#unproven.shift();
    }
    const due = this.#waiting.filter(({ dueMs }) => Date.now() >= dueMs);
    const relayed: Relayed[] = [];
    for (const waiting of due) {
      const ok = await this.#relay(waiting);
      if (ok === undefined && ++waiting.attempts < MOST_ATTEMPTS) continue;
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
      relayed.push({ letter: waiting.letter, ok: ok ?? false, atMs: Date.now() });
    }
    return relayed;
  }

  async #read(): Promise<Letter[]> {
    const { provider, messenger } = this.#ends.from;
    const latest = await provider.getBlockNumber();
    if (latest < this.#nextBlock) return [];
    const contract = DelayedMessenger__factory.connect(messenger, provider);
    const logs = await contract.queryFilter(contract.filters.SentMessage, this.#nextBlock, latest);
    this.#nextBlock = latest + 1;
    return logs.map(({ args }) => ({
      nonce: args.messageNonce,
      sender: address(args.sender),
      target: address(args.target),
      gasLimit: args.gasLimit,
      message: hex(args.message),
      sentMs: Date.now(),
    }));
  }

  async #prove(letter: Letter): Promise<void> {
    const { messenger, provider, sender } = this.#ends.to;
    const contract = DelayedMessenger__factory.connect(messenger, provider);
    const messageHash = await contract.hashOf(
      letter.nonce,
      letter.sender,
      letter.target,
      letter.gasLimit,
      letter.message,
    );
    const data = hex(messengerAbi.encodeFunctionData("prove", [messageHash]));
    await sender.send({ to: messenger, data, gasLimit: PROVING_GAS });
    // From now on, and not by the time that blocks tell: after a devnet stood still, some chain's clock may be behind.
    const dueMs = Date.now() + Number(await contract.delaySeconds()) * 1_000 + LAG_MS;
    this.#waiting.push({ letter, dueMs, attempts: 0 });
  }

  // Whether it had its effect; undefined when it could not be relayed.
  async #relay({ letter }: Waiting): Promise<boolean | undefined> {
    const { messenger, sender } = this.#ends.to;
    const { nonce, sender: from, target, gasLimit: asked, message } = letter;
    const data = hex(messengerAbi.encodeFunctionData("relayMessage", [nonce, from, target, asked, message]));
    const wanted = (asked * 64n) / 63n + OWN_GAS + BYTE_GAS * BigInt(data.length / 2);
    if (wanted > MOST_GAS) return undefined;
    try {
      const { status, logs } = await sender.send({ to: messenger, data, gasLimit: wanted });
      if (status !== 1) return undefined;
      return logs.some((log) => messengerAbi.parseLog(log)?.name === "RelayedMessage");
    } catch (error) {
      if (isError(error, "INSUFFICIENT_FUNDS")) return undefined;
      throw error;
    }
  }
}
