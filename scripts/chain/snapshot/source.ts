import { keccak256, toQuantity } from "ethers";
import { z } from "zod";

import { bytes32Schema, hexSchema } from "#protocol/schemas.ts";
import { elementAt } from "#protocol/errors.ts";
import { bytes32, ZERO_BYTES32, type Address, type Bytes32, type Hex } from "#protocol/types.ts";

import type { Endpoints, Question } from "../endpoints.ts";
import { ChainError } from "../errors.ts";
import type { Header } from "../headers.ts";
import { provenAccount, provenStorage } from "../proofs.ts";
import { isUnsupported, patiently, type Pause } from "./patience.ts";

/** How accounts are read: proven against a header's state root, or told by all endpoints alike. */
export type Origin = "eth_getProof" | "eth_getStorageAt";

/** What is known of an account in one block. */
export interface AccountState {
  readonly nonce: bigint;
  readonly balance: bigint;
  readonly code: Hex;
  readonly codeHash: Bytes32;
  /** Slots that were asked for and are not zero. */
  readonly storage: ReadonlyMap<Bytes32, Bytes32>;
}

/** Slots of one question for proofs. */
const SLOTS_OF_A_PROOF = 64;
/** Slots that are asked for at a time, one by one. */
const SLOTS_AT_A_TIME = 16;
const NO_CODE = keccak256("0x");

const quantitySchema = z
  .string()
  .regex(/^0x[0-9a-f]{1,64}$/i)
  .transform(BigInt);
const proofSchema = z.object({
  accountProof: z.array(hexSchema).min(1).max(64),
  storageProof: z.array(z.object({ proof: z.array(hexSchema).max(64) })).max(SLOTS_OF_A_PROOF),
});

/** Reads accounts of one chain in one block. */
export class AccountSource {
  readonly origin: Origin;
  readonly header: Header;
  readonly #endpoints: Endpoints;
  readonly #pause: Pause;

  private constructor(endpoints: Endpoints, header: Header, pause: Pause, origin: Origin) {
    this.#endpoints = endpoints;
    this.header = header;
    this.#pause = pause;
    this.origin = origin;
  }

  /**
   * Finds out whether the endpoints give proofs. That is decided once: no account is taken on trust because its proof failed.
   *
   * @param endpoints - The chain's.
   * @param header - The block, agreed.
   * @param probe - Any account.
   * @param pause - Waits before a question is repeated.
   * @returns The source.
   */
  static async open(endpoints: Endpoints, header: Header, probe: Address, pause: Pause): Promise<AccountSource> {
    const proving = new AccountSource(endpoints, header, pause, "eth_getProof");
    try {
      await proving.#proof(probe, []);
      return proving;
    } catch (error) {
      if (!isUnsupported(error)) throw error;
      return new AccountSource(endpoints, header, pause, "eth_getStorageAt");
    }
  }

  /**
   * @param account - An address.
   * @param slots - What to read of its storage.
   * @returns The account, or null where there is no code; throws `InvalidProof` for a lie where there are proofs.
   */
  async account(account: Address, slots: readonly Bytes32[]): Promise<AccountState | null> {
    return this.origin === "eth_getProof" ? this.#proven(account, slots) : this.#told(account, slots);
  }

  /** What a function answers in the block, as all endpoints tell it. */
  async call(to: Address, data: string): Promise<Hex> {
    return this.#agreed((provider) => provider.send("eth_call", [{ to, data }, this.#tag]), hexSchema, String);
  }

  get #tag(): string {
    return toQuantity(this.header.number);
  }

  async #proven(account: Address, slots: readonly Bytes32[]): Promise<AccountState | null> {
    const storage = new Map<Bytes32, Bytes32>();
    let found = await this.#proof(account, slots.slice(0, SLOTS_OF_A_PROOF));
    if (found.account === null || found.account.codeHash === NO_CODE) return null;
    const { nonce, balance, codeHash } = found.account;
    for (let at = 0; at < slots.length; at += SLOTS_OF_A_PROOF) {
      if (at > 0) found = await this.#proof(account, slots.slice(at, at + SLOTS_OF_A_PROOF));
      for (const [slot, value] of found.values) if (value !== ZERO_BYTES32) storage.set(slot, value);
    }
    const code = await this.#first(async (provider) => {
      const answer = hexSchema.parse(await provider.send("eth_getCode", [account, this.#tag]));
      if (keccak256(answer) === codeHash) return answer;
      throw new ChainError("InvalidProof", `the code of ${account} is not what the state root commits to`);
    });
    return { nonce, balance, code, codeHash, storage };
  }

  async #proof(account: Address, slots: readonly Bytes32[]) {
    return this.#first(async (provider) => {
      const answer: unknown = await provider.send("eth_getProof", [account, slots, this.#tag]);
      const parsed = proofSchema.safeParse(answer);
      if (!parsed.success || parsed.data.storageProof.length !== slots.length) {
        throw new ChainError("InvalidProof", `not an EIP-1186 proof of ${String(slots.length)} slots`);
      }
      const { accountProof, storageProof } = parsed.data;
      const proven = await provenAccount(this.header.stateRoot, account, accountProof);
      const values = new Map<Bytes32, Bytes32>();
      for (const [at, slot] of slots.entries()) {
        if (proven === null) break;
        values.set(slot, await provenStorage(proven.storageRoot, slot, elementAt(storageProof, at).proof));
      }
      return { account: proven, values };
    });
  }

  async #told(account: Address, slots: readonly Bytes32[]): Promise<AccountState | null> {
    const of = [account, this.#tag];
    const code = await this.#agreed((provider) => provider.send("eth_getCode", of), hexSchema, String);
    if (code === "0x") return null;
    const nonce = await this.#agreed(
      (provider) => provider.send("eth_getTransactionCount", of),
      quantitySchema,
      String,
    );
    const balance = await this.#agreed((provider) => provider.send("eth_getBalance", of), quantitySchema, String);
    const storage = new Map<Bytes32, Bytes32>();
    for (let at = 0; at < slots.length; at += SLOTS_AT_A_TIME) {
      const some = slots.slice(at, at + SLOTS_AT_A_TIME);
      const values = await Promise.all(some.map((slot) => this.#slot(account, slot)));
      for (const [i, value] of values.entries()) if (value !== ZERO_BYTES32) storage.set(elementAt(some, i), value);
    }
    return { nonce, balance, code, codeHash: bytes32(keccak256(code)), storage };
  }

  async #slot(account: Address, slot: Bytes32): Promise<Bytes32> {
    return this.#agreed(
      (provider) => provider.send("eth_getStorageAt", [account, slot, this.#tag]),
      bytes32Schema,
      String,
    );
  }

  async #first<T>(ask: Question<T>): Promise<T> {
    return patiently(() => this.#endpoints.first(ask), this.#pause);
  }

  async #agreed<T>(ask: Question<unknown>, schema: z.ZodType<T>, keyOf: (answer: T) => string): Promise<T> {
    return patiently(
      () =>
        this.#endpoints.agree(async (provider) => {
          const parsed = schema.safeParse(await ask(provider));
          if (!parsed.success)
            throw new ChainError("InvalidAnswer", "an endpoint answered something else than it was asked");
          return parsed.data;
        }, keyOf),
      this.#pause,
    );
  }
}
