import { z } from "zod";

import type { Certificate } from "#protocol/certificates.ts";
import { bytes32Schema, chainIdSchema, parse, statementSchema } from "#protocol/schemas.ts";
import type { Statement } from "#protocol/statements.ts";
import type { Bytes32, ChainId } from "#protocol/types.ts";
import type { Glimpse } from "#chain/calldata.ts";

import type { StatementRow } from "./tables.ts";

/** Where something was seen: a block of a chain. */
export interface Place {
  readonly chainId: ChainId;
  readonly blockNumber: number;
}

const truthSchema = z.enum(["open", "true", "false", "beyond"]);
/** What recomputing a statement showed. `open`: it cannot be told yet; `beyond`: nobody here can tell. */
export type Truth = z.output<typeof truthSchema>;

const glimpseSchema = z.strictObject({
  firstIndex: z.int(),
  ids: bytes32Schema.array(),
  rangeProof: bytes32Schema.array(),
});

/** A statement as it was recorded. */
export interface Recorded {
  readonly leaf: Bytes32;
  readonly statement: Statement;
  readonly subject: string;
  readonly slot: number;
  readonly content: string;
  readonly isFinal: boolean;
  readonly truth: Truth;
  readonly place: Place;
  readonly glimpse: Glimpse | undefined;
}

/** Who said a statement. */
export interface Testimony {
  readonly certificate: Certificate;
  readonly batchProof: Bytes32[];
  readonly signedBps: number;
}

/**
 * @param row - A statement as it lies in the file.
 * @returns The statement.
 */
export function recordedFrom(row: StatementRow): Recorded {
  const { subject, slot, content, glimpse } = row;
  return {
    leaf: parse(bytes32Schema, row.leaf),
    statement: parse(statementSchema, JSON.parse(row.json)),
    ...{ subject, slot, content },
    isFinal: row.final === 1,
    truth: parse(truthSchema, row.truth),
    place: { chainId: parse(chainIdSchema, row.chain_id), blockNumber: row.block_number },
    glimpse: glimpse === null ? undefined : parse(glimpseSchema, JSON.parse(glimpse)),
  };
}
