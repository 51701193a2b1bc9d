import { Interface, type TransactionReceipt } from "ethers";

import type { RollupClient } from "#chain/rollup.ts";
import type { TransactionSender } from "#chain/sender.ts";
import type { Clock } from "#nodes/shared/clock.ts";
import type { Log } from "#nodes/shared/log.ts";
import { encodeEvmAddress } from "#protocol/erc7930.ts";
import { elementAt } from "#protocol/errors.ts";
import { placeOf } from "#protocol/messages.ts";
import { byteLength, hex, type Hex } from "#protocol/types.ts";
import { Gateway__factory } from "#chain/contracts.ts";
import { decodeReason, revertOf, type Failure } from "#chain/reasons.ts";

import { blameOf } from "./blame.ts";
import type { CertificateBook } from "./certificates.ts";
import type { RelayerConfig } from "./config.ts";
import { groupBy, runsOf, type Parcel } from "./parcels.ts";
import type { Attempt, RelayerStore } from "./store.ts";

/** EIP-7825: no chain takes a transaction with more. */
const MOST_GAS = 16_777_216n;
/** What a message's first call costs besides its recipient's gas, payload included. */
const CALL_MARGIN = 1_000_000n;
/** What a delivery costs besides its messages: the certificate with many absentees, and the transaction. */
const BASE_GAS = 500_000n;
/** What a run costs besides its messages: its proofs, its source, a fresh replay word. */
const RUN_GAS = 60_000n;
/** What a message costs besides its recipient and its bytes. */
const MESSAGE_GAS = 50_000n;
/** The most that a byte of calldata costs (EIP-7623). */
const BYTE_GAS = 40n;
/** The longest pause is this many times the first. */
const MOST_DOUBLINGS = 10;

const gateway = Gateway__factory.createInterface();
const recipient = new Interface(["function receiveMessage(bytes32,bytes,bytes) payable returns (bytes4)"]);

/** What a courier works with. */
export interface CourierParts {
  readonly destination: RollupClient;
  readonly sender: TransactionSender;
  readonly book: CertificateBook;
  readonly store: RelayerStore;
  readonly config: Pick<RelayerConfig, "gasBudget" | "maxMessages" | "maxAttempts" | "retryMs">;
  readonly clock: Clock;
  readonly log: Log;
}

/** Step 4 of 5, at one destination: carries certificates and runs, several runs in a transaction. */
export class Courier {
  readonly #parts: CourierParts;
  #transactions = 0;
  #delivered = 0;
  #refused = 0;

  /** @param parts - What it works with. */
  constructor(parts: CourierParts) {
    this.#parts = parts;
  }

  /** What it did since the start. */
  get counters(): { readonly transactions: number; readonly delivered: number; readonly refused: number } {
    return { transactions: this.#transactions, delivered: this.#delivered, refused: this.#refused };
  }

  /**
   * Delivers what it can, and remembers why not of the rest. Throws only when the chain cannot be reached.
   *
   * @param parcels - Messages that are due.
   */
  async deliver(parcels: readonly Parcel[]): Promise<void> {
    const { maxMessages } = this.#parts.config;
    const willing = await this.#withoutRefusals(parcels);
    for (const group of groupBy(willing, ({ certified }) => certified.certificate)) {
      for (let at = 0; at < group.length; at += maxMessages) await this.#carry(group.slice(at, at + maxMessages));
    }
  }

  // All under one certificate.
  async #carry(parcels: readonly Parcel[]): Promise<void> {
    if (parcels.length === 0) return;
    const { destination, sender, config, log } = this.#parts;
    const { certificate } = elementAt(parcels, 0).certified;
    const runs = runsOf(parcels);
    const data = hex(gateway.encodeFunctionData("deliver", [certificate, runs]));
    const gasLimit = gasLimitOf(parcels, runs.length, data, BigInt(config.gasBudget));
    try {
      const call = { from: sender.address, to: destination.gateway, data, gasLimit };
      await destination.endpoints.first((provider) => provider.call(call));
    } catch (error) {
      const failure = revertOf(error);
      if (failure === undefined) throw error;
      await this.#carryLess(parcels, failure);
      return;
    }
    const receipt = await sender.send({ to: destination.gateway, data, gasLimit });
    this.#transactions++;
    log.info({ hash: receipt.hash, messages: parcels.length, gas: receipt.gasUsed.toString() }, "carried");
    await this.#settle(receipt, parcels);
  }

  // The simulation failed: find out whose fault it is.
  async #carryLess(parcels: readonly Parcel[], failure: Failure): Promise<void> {
    const pages = groupBy(parcels, ({ certified }) => certified.page);
    const blame = blameOf(failure.name);
    if (pages.length > 1) {
      for (const page of pages) await this.#carry(page);
    } else if (blame !== "messages") {
      // Nobody's recipient is to blame, so nobody's attempts are used up.
      await this.#postpone(parcels, failure.text, 0);
      if (blame === "certificate") await this.#parts.book.askAgain(elementAt(parcels, 0).certified.page);
    } else if (parcels.length > 1) {
      await this.#halve(parcels);
    } else {
      await this.#postpone(parcels, failure.text, 1);
    }
  }

  async #halve(parcels: readonly Parcel[]): Promise<void> {
    const middle = parcels.length >> 1;
    await this.#carry(parcels.slice(0, middle));
    await this.#carry(parcels.slice(middle));
  }

  async #settle(receipt: TransactionReceipt, parcels: readonly Parcel[]): Promise<void> {
    const delivered = new Set<string>();
    const failed = new Map<string, Hex>();
    for (const log of receipt.logs) {
      const event = gateway.parseLog(log);
      if (event?.name === "MessageDelivered") delivered.add(String(event.args[0]));
      if (event?.name === "MessageFailed") failed.set(String(event.args[0]), hex(String(event.args[1])));
    }
    const attempts: Attempt[] = [];
    for (const parcel of parcels) {
      const reason = failed.get(parcel.id);
      if (delivered.has(parcel.id)) {
        this.#delivered++;
        attempts.push(this.#attempt(parcel, parcel.attempts + 1, undefined, receipt.hash));
      } else if (reason !== undefined) {
        this.#refused++;
        attempts.push(this.#failed(parcel, decodeReason(reason).text, parcel.attempts + 1, receipt.hash));
      } else if (receipt.status !== 1) {
        attempts.push(this.#failed(parcel, "the transaction reverted", parcel.attempts + 1, receipt.hash));
      } else if (await this.#wasDelivered(parcel)) {
        // A rival was faster: what was wanted has happened.
        attempts.push(this.#attempt(parcel, parcel.attempts, undefined, undefined));
      } else {
        const reason = "skipped: its time is over, or the destination's limit is reached";
        attempts.push(this.#failed(parcel, reason, parcel.attempts));
      }
    }
    await this.#parts.store.setAttempts(attempts);
  }

  async #wasDelivered({ message, certified }: Parcel): Promise<boolean> {
    const { pageIndex, index } = placeOf(message.nonce);
    const word = await this.#parts.destination.deliveredWord(certified.page, pageIndex);
    return ((word >> BigInt(index)) & 1n) === 1n;
  }

  // A recipient that refused once is asked before anything is paid for it again.
  async #withoutRefusals(parcels: readonly Parcel[]): Promise<Parcel[]> {
    const willing: Parcel[] = [];
    for (const parcel of parcels) {
      const failure = parcel.attempts === 0 ? undefined : await this.#refusalOf(parcel);
      if (failure === undefined) willing.push(parcel);
      else await this.#postpone([parcel], failure.text, 1);
    }
    return willing;
  }

  async #refusalOf({ id, message }: Parcel): Promise<Failure | undefined> {
    const { destination } = this.#parts;
    const from = encodeEvmAddress(message.sourceChainId, message.sender);
    const call = {
      from: destination.gateway,
      to: message.recipient,
      data: recipient.encodeFunctionData("receiveMessage", [id, from, message.payload]),
      gasLimit: BigInt(message.gasLimit) + CALL_MARGIN,
    };
    try {
      await destination.endpoints.first((provider) => provider.call(call));
      return undefined;
    } catch (error) {
      return revertOf(error);
    }
  }

  async #postpone(parcels: readonly Parcel[], reason: string, tried: 0 | 1): Promise<void> {
    await this.#parts.store.setAttempts(parcels.map((parcel) => this.#failed(parcel, reason, parcel.attempts + tried)));
  }

  #failed(parcel: Parcel, reason: string, attempts: number, transactionHash?: string): Attempt {
    this.#parts.log.warn({ messageId: parcel.id, attempts, reason }, "not delivered");
    return this.#attempt(parcel, attempts, reason, transactionHash);
  }

  #attempt({ id }: Parcel, attempts: number, reason: string | undefined, transactionHash: string | undefined): Attempt {
    const { config, clock } = this.#parts;
    const nextAtMs = clock.nowMs() + config.retryMs * 2 ** Math.min(Math.max(attempts - 1, 0), MOST_DOUBLINGS);
    return { messageId: id, attempts, nextAtMs, reason, transactionHash };
  }
}

// Enough for every recipient to use up its whole limit, but within the budget, which more than one message never
// exceeds: recipients seldom use what they asked for, and the simulation tells whether it is enough.
function gasLimitOf(parcels: readonly Parcel[], runs: number, data: Hex, budget: bigint): bigint {
  const bytes = BigInt(byteLength(data));
  const most = parcels.reduce(
    (sum, { message }) => {
      const limit = BigInt(message.gasLimit);
      return sum + limit + limit / 63n + MESSAGE_GAS;
    },
    BASE_GAS + RUN_GAS * BigInt(runs) + bytes * BYTE_GAS,
  );
  const bound = parcels.length > 1 ? budget : MOST_GAS;
  return most < bound ? most : bound;
}
