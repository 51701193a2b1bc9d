import { AbiCoder, concat, keccak256, type ContractTransactionResponse } from "ethers";
import { z } from "zod";

import { elementAt } from "#protocol/errors.ts";
import { addressSchema, bytes32Schema, hexSchema } from "#protocol/schemas.ts";
import { bytes32, ZERO_BYTES32, type Address, type Bytes32, type Hex } from "#protocol/types.ts";

import type { Chain } from "../rollup.ts";
import { at, OP_STACK, type Foreign } from "./published.ts";
import { GAME_BOND, GAME_TYPE, OP_PASSER, type OpHub, type OpRollup } from "./opStack.ts";

/** What the portal is asked to execute: nonce, sender, target, value, gas limit, data. */
export type Withdrawal = readonly [bigint, Address, Address, bigint, bigint, Hex];

/** An output of the rollup that somebody claims on the hub, and the game about it. */
export interface Output {
  readonly index: bigint;
  readonly game: Foreign;
  /** Version, state root, root of the message passer's storage, block hash. */
  readonly parts: readonly [Bytes32, Bytes32, Bytes32, Bytes32];
  readonly block: string;
}

const withdrawalSchema = z.tuple([
  z.bigint(),
  addressSchema,
  addressSchema,
  z.bigint(),
  z.bigint(),
  hexSchema,
  bytes32Schema,
]);
const blockSchema = z.object({ number: z.string(), hash: bytes32Schema, stateRoot: bytes32Schema });
const proofSchema = z.object({
  storageHash: bytes32Schema,
  storageProof: z.array(z.object({ proof: z.array(hexSchema) })),
});

/** A withdrawal that a transaction on the rollup began. */
export interface Begun {
  readonly withdrawal: Withdrawal;
  readonly hash: Bytes32;
}

/** The one withdrawal of a transaction on the rollup. */
export async function withdrawalOf({ passer }: OpRollup, sent: Promise<ContractTransactionResponse>): Promise<Begun> {
  const receipt = await (await sent).wait();
  for (const log of receipt?.logs ?? []) {
    if (log.address !== passer.address) continue;
    const event = passer.contract.interface.parseLog(log);
    if (event?.name !== "MessagePassed") continue;
    const [nonce, sender, target, value, gasLimit, data, hash] = withdrawalSchema.parse([...event.args]);
    return { withdrawal: [nonce, sender, target, value, gasLimit, data], hash };
  }
  throw new Error("nothing was withdrawn");
}

/** Claims the rollup's latest block on the hub. */
export async function propose({ factory }: OpHub, hubChain: Chain, { ethers }: Chain): Promise<Output> {
  const block = blockSchema.parse(await ethers.provider.send("eth_getBlockByNumber", ["latest", false]));
  const { storageHash } = await passerProof(ethers, [], block.number);
  const parts = [ZERO_BYTES32, block.stateRoot, storageHash, block.hash] as const;
  const number = AbiCoder.defaultAbiCoder().encode(["uint256"], [BigInt(block.number)]);
  await factory.send("create", [GAME_TYPE, keccak256(concat(parts)), number], { value: GAME_BOND });
  const index = z.bigint().parse(await factory.ask("gameCount")) - 1n;
  const found = z.tuple([z.bigint(), z.bigint(), addressSchema]).parse(await factory.ask("gameAtIndex", [index]));
  const game = at(elementAt(hubChain.signers, 8), OP_STACK, "FaultDisputeGame", found[2]);
  return { index, game, parts, block: block.number };
}

/** What shows that the rollup's message passer holds a withdrawal. */
export async function inclusionProof({ ethers }: Chain, { hash }: Begun, { block }: Output): Promise<Hex[]> {
  const { storageProof } = await passerProof(ethers, [keccak256(concat([hash, ZERO_BYTES32]))], block);
  return elementAt(storageProof, 0).proof;
}

/** Proves a withdrawal. */
export async function prove(
  { portal }: OpHub,
  { withdrawal }: Begun,
  { index, parts }: Output,
  proof: readonly Hex[],
): Promise<ContractTransactionResponse> {
  return portal.send("proveWithdrawalTransaction", [withdrawal, index, parts, proof]);
}

/** Executes a withdrawal that was proven long enough ago. */
export async function finalize(
  { portal }: OpHub,
  { withdrawal }: Begun,
  gasLimit = 1_000_000n,
): Promise<ContractTransactionResponse> {
  return portal.send("finalizeWithdrawalTransaction", [withdrawal], { gasLimit });
}

/** When a game began. */
export async function createdAt({ game }: Output): Promise<number> {
  return Number(z.bigint().parse(await game.ask("createdAt")));
}

/** Ends a game, the latest claims first. */
export async function resolve({ game }: Output, claims = 1): Promise<void> {
  for (let claim = claims - 1; claim >= 0; claim--) await game.send("resolveClaim", [claim, 0]);
  await game.send("resolve");
}

/** Attacks a claim of a game, the latest one, with whatever is not it. */
export async function attack({ game }: Output, claim: number): Promise<void> {
  const claimed = z
    .unknown()
    .array()
    .parse(await game.ask("claimData", [claim]));
  const position = 2n ** BigInt(claim + 1);
  const value = z.bigint().parse(await game.ask("getRequiredBond", [position]));
  const other = bytes32(`0x${(claim + 1).toString(16).padStart(64, "0")}`);
  await game.send("attack", [claimed[4], claim, other], { value });
}

async function passerProof({ provider }: Chain["ethers"], slots: readonly string[], block: string) {
  return proofSchema.parse(await provider.send("eth_getProof", [OP_PASSER, slots, block]));
}
