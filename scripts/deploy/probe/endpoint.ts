import { z } from "zod";

import { parseProof, proofParameters, provenSlot } from "#chain/proofs.ts";
import { bytes32Schema } from "#protocol/schemas.ts";
import { ZERO_BYTES32, type Address } from "#protocol/types.ts";

/** One question to a chain's endpoint. */
export type Ask = (method: string, params: readonly unknown[]) => Promise<unknown>;

const quantity = z.string().regex(/^0x[0-9a-f]{1,16}$/i);
const blockSchema = z.object({
  number: quantity.transform(Number),
  stateRoot: bytes32Schema,
  timestamp: quantity.transform(Number),
  gasLimit: quantity.transform(BigInt),
});

/** How far a chain's clock may be from ours: what certificates, operators and destinations allow. */
const CLOCK_TOLERANCE_SECONDS = 900;
/** Block tags that nodes wait for. */
const TAGS: Readonly<Record<number, string>> = { 1: "latest", 2: "safe", 3: "finalized" };

/** What is known of one block. */
export type Block = z.output<typeof blockSchema>;

/**
 * @param ask - The endpoint.
 * @param tag - Which block.
 * @returns The block; throws where there is none.
 */
export async function blockAt(ask: Ask, tag: string): Promise<Block> {
  const parsed = blockSchema.safeParse(await ask("eth_getBlockByNumber", [tag, false]));
  if (!parsed.success) throw new Error(`there is no block "${tag}"`);
  return parsed.data;
}

/** What is wrong with the id that the endpoint says. */
export async function endpointIdFault(ask: Ask, chainId: number): Promise<string | undefined> {
  const found = Number(quantity.parse(await ask("eth_chainId", [])));
  return found === chainId ? undefined : `the endpoint is of chain ${found}`;
}

/** What is wrong with how much a block holds. */
export async function gasLimitFault(ask: Ask, required: bigint): Promise<string | undefined> {
  const { gasLimit } = await blockAt(ask, "latest");
  return gasLimit >= required ? undefined : `a block has ${gasLimit} gas`;
}

/** What is wrong with the time of the newest block, now being Unix time. */
export async function clockFault(ask: Ask, now: number): Promise<string | undefined> {
  const { timestamp } = await blockAt(ask, "latest");
  const ahead = timestamp - now;
  if (Math.abs(ahead) <= CLOCK_TOLERANCE_SECONDS) return undefined;
  return `the newest block is ${Math.abs(ahead)} seconds ${ahead > 0 ? "ahead of" : "behind"} this machine's clock`;
}

/** What is wrong with proofs of storage: a slot of any account is proven against the newest block. */
export async function proofFault(ask: Ask, account: Address): Promise<string | undefined> {
  const { number, stateRoot } = await blockAt(ask, "latest");
  const proof = parseProof(await ask("eth_getProof", proofParameters(account, ZERO_BYTES32, number)));
  await provenSlot(stateRoot, account, ZERO_BYTES32, proof);
  return undefined;
}

/** What is wrong with the block that operators wait for. */
export async function finalityFault(ask: Ask, finality: number): Promise<string | undefined> {
  await blockAt(ask, TAGS[finality] ?? "finalized");
  return undefined;
}
