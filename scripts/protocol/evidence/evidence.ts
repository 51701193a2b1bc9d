import { z } from "zod";

import { MAX_BATCH_DEPTH, type Domain } from "../batches.ts";
import type { Certificate } from "../certificates.ts";
import { PAGE_DEPTH } from "../pages.ts";
import { bytes32Schema, certificateSchema, domainSchema, hexSchema, statementSchema } from "../schemas.ts";
import type { Statement } from "../statements.ts";
import { MAX_TABLE_ROWS, TABLE_ROW_BYTES } from "../tables.ts";
import { byteLength, type Bytes32, type Hex } from "../types.ts";
import type { Divergence } from "./divergence.ts";
import { refutationSchema, type Refutation } from "./refutation.ts";

/** A statement's batch, and who signed it. Field names are those of the Solidity struct. */
export interface Speech {
  readonly certificate: Certificate;
  readonly batchProof: Bytes32[];
}

/** A speech with what was said. */
export interface Utterance extends Speech {
  readonly statement: Statement;
}

/** The packed rows of an epoch that spoke. */
export interface SpeakersTable {
  readonly operatorSetId: number;
  readonly epoch: number;
  readonly rows: Hex;
}

/**
 * All that a charge rests on: two speeches that contradict each other, or one that the hub or its own source refutes. A certificate in which
 * everybody but one is absent is the signature of one.
 */
export interface Evidence {
  readonly domain: Domain;
  /** Tables of the epochs that spoke; the hub's own count. */
  readonly tables: readonly SpeakersTable[];
  readonly speeches: readonly [Utterance] | readonly [Utterance, Utterance];
  /** For pages of different counts. */
  readonly divergence?: Divergence | undefined;
  /** For a page: what its source's gateway says of it. */
  readonly refutation?: Refutation | undefined;
}

const proofSchema = (levels: number) => z.array(bytes32Schema).max(levels);

/** One speech with what was said, in a file. */
export const utteranceSchema: z.ZodType<Utterance> = z.strictObject({
  certificate: certificateSchema,
  statement: statementSchema,
  batchProof: proofSchema(MAX_BATCH_DEPTH),
});

const tableSchema = z.strictObject({
  operatorSetId: z.int().min(1).max(0xffff_ffff),
  epoch: z.int().min(1).max(0xffff_ffff),
  rows: hexSchema.refine((rows) => byteLength(rows) <= MAX_TABLE_ROWS * TABLE_ROW_BYTES, "more than 256 rows"),
});

/** An evidence file. */
export const evidenceSchema: z.ZodType<Evidence> = z
  .strictObject({
    domain: domainSchema,
    tables: z
      .array(tableSchema)
      .min(1)
      .max(2)
      .refine(
        (tables) =>
          new Set(tables.map(({ operatorSetId, epoch }) => `${String(operatorSetId)}/${String(epoch)}`)).size ===
          tables.length,
        "an epoch repeats",
      ),
    speeches: z.union([z.tuple([utteranceSchema]), z.tuple([utteranceSchema, utteranceSchema])]),
    divergence: z
      .strictObject({
        index: z.int().min(0).max(0xffff),
        messageIdA: bytes32Schema,
        messageIdB: bytes32Schema,
        rangeProofA: proofSchema(2 * PAGE_DEPTH),
        rangeProofB: proofSchema(2 * PAGE_DEPTH),
      })
      .optional(),
    refutation: refutationSchema.optional(),
  })
  .refine(
    ({ speeches, divergence, refutation }) =>
      speeches.length === 1 ? divergence === undefined : refutation === undefined,
    "a divergence is between two speeches, a refutation of one",
  );
