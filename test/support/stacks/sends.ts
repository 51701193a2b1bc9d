import { concat, keccak256, type ContractTransactionResponse } from "ethers";
import { z } from "zod";

import { elementAt } from "#protocol/errors.ts";
import { addressSchema, hexSchema } from "#protocol/schemas.ts";
import { bytes32, ZERO_BYTES32, type Address, type Bytes32, type Hex } from "#protocol/types.ts";

import type { Rollup } from "../rollup.ts";
import { ARB_SYS, type OrbitHub } from "./orbit.ts";

/** A message that left an Arbitrum chain: what the outbox is given, and the item of the tree. */
export interface Send {
  readonly position: bigint;
  readonly item: Bytes32;
  /** Sender, destination, block, hub's block, timestamp, value, data. */
  readonly call: readonly [Address, Address, bigint, bigint, bigint, bigint, Hex];
}

const sendSchema = z.tuple([
  addressSchema,
  addressSchema,
  z.bigint(),
  z.bigint(),
  z.bigint(),
  z.bigint(),
  z.bigint(),
  z.bigint(),
  hexSchema,
]);

/** All messages that left the chain, in order. */
export async function sendsOf({ ethers }: Rollup): Promise<Send[]> {
  const arbSys = await ethers.getContractAt("ArbSysDouble", ARB_SYS);
  const events = await arbSys.queryFilter(arbSys.filters.L2ToL1Tx());
  return events.map(({ args }) => {
    const [caller, destination, hash, position, block, hubBlock, timestamp, value, data] = sendSchema.parse([...args]);
    const item = bytes32(`0x${hash.toString(16).padStart(64, "0")}`);
    return { position, item, call: [caller, destination, block, hubBlock, timestamp, value, data] };
  });
}

/** The tree of messages as Arbitrum builds it: leaves are hashed once more, and what is missing at any height is zero. */
export class SendTree {
  readonly #levels: Bytes32[][];

  constructor(sends: readonly Send[]) {
    let level = sends.map(({ item }) => bytes32(keccak256(item)));
    this.#levels = [level];
    while (level.length > 1) {
      const below = level;
      level = below.flatMap((left, at) =>
        at % 2 === 0 ? [bytes32(keccak256(concat([left, below[at + 1] ?? ZERO_BYTES32])))] : [],
      );
      this.#levels.push(level);
    }
  }

  /** What is confirmed on the hub. */
  root(): Bytes32 {
    return elementAt(elementAt(this.#levels, this.#levels.length - 1), 0);
  }

  /** The siblings on the way from a message to the root. */
  proof({ position }: Send): Bytes32[] {
    return this.#levels.slice(0, -1).map((level, height) => level[(Number(position) >> height) ^ 1] ?? ZERO_BYTES32);
  }
}

/** Executes a message on the hub. */
export async function execute(
  { outbox }: OrbitHub,
  proof: readonly Bytes32[],
  { position, call }: Send,
  gasLimit = 1_000_000n,
): Promise<ContractTransactionResponse> {
  return outbox.send("executeTransaction", [proof, position, ...call], { gasLimit });
}
