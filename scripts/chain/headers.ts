import { z } from "zod";

import { bytes32Schema } from "#protocol/schemas.ts";
import { elementAt } from "#protocol/errors.ts";
import type { Bytes32 } from "#protocol/types.ts";

import type { Endpoints } from "./endpoints.ts";
import { ChainError } from "./errors.ts";

/** What a proof needs of a block. */
export interface Header {
  readonly number: number;
  readonly hash: Bytes32;
  readonly stateRoot: Bytes32;
  readonly timestamp: bigint;
}

/** Block tag of a finality: 1 latest, 2 safe, 3 final. */
const TAGS: Readonly<Record<number, string>> = { 1: "latest", 2: "safe", 3: "finalized" };

const quantity = z.string().regex(/^0x[0-9a-f]{1,16}$/i);
const headerSchema = z.object({
  number: quantity.transform(Number),
  hash: bytes32Schema,
  stateRoot: bytes32Schema,
  timestamp: quantity.transform(BigInt),
});

/**
 * Reads a header that enough endpoints agree on. The hash is compared, not recomputed: stacks add fields of their own to
 * a header, and a node that hashed only those it knows would stop at every upgrade. So the state root is as good as the
 * endpoints are independent of each other.
 *
 * @param endpoints - The chain's endpoints.
 * @param number - Which block.
 * @returns The header; throws `EndpointUnavailable` or `EndpointsDisagree`.
 */
export function agreedHeader(endpoints: Endpoints, number: number): Promise<Header> {
  return endpoints.agree(
    (provider) => readHeader(provider, `0x${number.toString(16)}`),
    ({ hash, stateRoot, timestamp }) => [hash, stateRoot, String(timestamp)].join(),
  );
}

/**
 * @param endpoints - The chain's endpoints.
 * @param finality - 1 latest, 2 safe, 3 final.
 * @returns The highest block that as many endpoints as must agree have reached with that finality.
 */
export async function headNumber(endpoints: Endpoints, finality: number): Promise<number> {
  const headers = await endpoints.answers((provider) => readHeader(provider, TAGS[finality] ?? "finalized"));
  const numbers = headers.map((header) => header.number).sort((a, b) => b - a);
  return elementAt(numbers, endpoints.minAgreeing - 1);
}

async function readHeader(
  provider: { send(method: string, parameters: unknown[]): Promise<unknown> },
  tag: string,
): Promise<Header> {
  const answer: unknown = await provider.send("eth_getBlockByNumber", [tag, false]);
  const parsed = headerSchema.safeParse(answer);
  if (!parsed.success) throw new ChainError("InvalidAnswer", `no block ${tag}`);
  return parsed.data;
}
