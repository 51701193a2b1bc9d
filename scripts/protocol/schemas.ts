import { z } from "zod";

import type { Batch, Domain } from "./batches.ts";
import type { G1Point, G2Point } from "./bn254.ts";
import type { Certificate } from "./certificates.ts";
import { ProtocolError } from "./errors.ts";
import { MAX_REJECTED_CANDIDATES, type HashHint } from "./hashing.ts";
import { MAX_PAYLOAD_BYTES, type Message } from "./messages.ts";
import type { Run } from "./runs.ts";
import type { Halt, Page, Rollup, Statement, Table } from "./statements.ts";
import { address, byteLength, bytes32, chainId, hex } from "./types.ts";

// Everything that arrives from outside passes one of these schemas once; past them types are the proof. Unknown keys are
// refused, so that two nodes never read two things into one document.

// A checked constructor of ours as the last step of a schema: its error becomes the schema's.
function checked<In, Out>(construct: (value: In) => Out) {
  return (value: In, context: z.RefinementCtx<In>): Out => {
    try {
      return construct(value);
    } catch (error) {
      context.addIssue({ code: "custom", message: error instanceof Error ? error.message : "refused" });
      return z.NEVER;
    }
  };
}

const decimal = z.string().regex(/^(0|[1-9][0-9]{0,77})$/, "not a decimal number without leading zeros");
/** A number of at most so many bits, as a decimal string. */
export const uintSchema = (bits: number) =>
  decimal.transform(BigInt).refine((value) => value >> BigInt(bits) === 0n, `more than ${String(bits)} bits`);
const smallUintSchema = (bits: 8 | 16 | 32) =>
  z
    .int()
    .min(0)
    .max(2 ** bits - 1);

/** Bytes as hex. */
export const hexSchema = z.string().transform(checked(hex));
/** 32 bytes as hex. */
export const bytes32Schema = z.string().transform(checked(bytes32));
/** An address, with the right checksum or in one case. */
export const addressSchema = z.string().transform(checked(address));
/** A chain id as a decimal string. */
export const chainIdSchema = uintSchema(64).transform(checked(chainId));

/** The fields of a lane. */
export const laneShape = {
  sourceChainId: chainIdSchema,
  sourceGateway: addressSchema,
  destinationChainId: chainIdSchema,
  destinationGateway: addressSchema,
};

/** A message with its lane and nonce. */
export const messageSchema: z.ZodType<Message> = z.strictObject({
  ...laneShape,
  nonce: uintSchema(64),
  sender: addressSchema,
  recipient: addressSchema,
  gasLimit: smallUintSchema(32),
  deliverBefore: uintSchema(64),
  payload: hexSchema.refine((payload) => byteLength(payload) <= MAX_PAYLOAD_BYTES, "payload too large"),
});

/** A Page statement. */
export const pageSchema: z.ZodType<Page> = z.strictObject({
  ...laneShape,
  pageIndex: uintSchema(56),
  count: z.int().min(1).max(256),
  root: bytes32Schema,
  chainHead: bytes32Schema,
  blockNumber: uintSchema(64),
  sourceTimestamp: uintSchema(64),
  finality: z.int().min(1).max(3),
});

/** A Table statement. */
export const tableSchema: z.ZodType<Table> = z.strictObject({
  operatorSetId: smallUintSchema(32),
  epoch: smallUintSchema(32),
  tableHash: bytes32Schema,
  validFrom: uintSchema(64),
  validUntil: uintSchema(64),
});

/** A Rollup statement. */
export const rollupSchema: z.ZodType<Rollup> = z.strictObject({
  chainId: chainIdSchema,
  gateway: addressSchema,
  operatorSetId: smallUintSchema(32),
  status: z.int().min(1).max(4),
  finality: z.int().min(1).max(3),
  refutable: z.boolean(),
  version: uintSchema(64),
});

/** A Halt statement. */
export const haltSchema: z.ZodType<Halt> = z.strictObject({
  chainId: chainIdSchema,
  gateway: addressSchema,
  expiresAt: uintSchema(64),
  reason: bytes32Schema,
});

/** Any statement, tagged with its kind. */
export const statementSchema: z.ZodType<Statement> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("Page"), content: pageSchema }),
  z.strictObject({ kind: z.literal("Table"), content: tableSchema }),
  z.strictObject({ kind: z.literal("Rollup"), content: rollupSchema }),
  z.strictObject({ kind: z.literal("Halt"), content: haltSchema }),
]);

/** Where signatures are valid. */
export const domainSchema: z.ZodType<Domain> = z.strictObject({
  hubChainId: chainIdSchema,
  serviceManager: addressSchema,
});

/** A batch. */
export const batchSchema: z.ZodType<Batch> = z.strictObject({
  operatorSetId: smallUintSchema(32),
  tableEpoch: smallUintSchema(32),
  issuedAt: uintSchema(64),
  statementsRoot: bytes32Schema,
});

/** A point of G1; its curve is checked where it is used. */
export const g1PointSchema: z.ZodType<G1Point> = z.strictObject({ x: uintSchema(256), y: uintSchema(256) });

const limbs = z.tuple([uintSchema(256), uintSchema(256)]);

/** A point of G2, imaginary limbs first; its curve and subgroup are checked where it is used. */
export const g2PointSchema: z.ZodType<G2Point> = z.strictObject({ x: limbs, y: limbs });

/** The witness of a digest's point. */
export const hashHintSchema: z.ZodType<HashHint> = z.strictObject({
  fourthRoot: uintSchema(256),
  nonResidueRoots: z.array(uintSchema(256)).max(MAX_REJECTED_CANDIDATES),
});

/** A certificate. */
export const certificateSchema: z.ZodType<Certificate> = z.strictObject({
  batch: batchSchema,
  nonSigners: uintSchema(256),
  signature: g1PointSchema,
  aggregateKey: g2PointSchema,
  hint: hashHintSchema,
});

/** A run. */
export const runSchema: z.ZodType<Run> = z.strictObject({
  page: pageSchema,
  batchProof: z.array(bytes32Schema).max(32),
  firstIndex: z.int().min(0).max(255),
  gasPerMessage: smallUintSchema(32),
  rangeProof: z.array(bytes32Schema).max(16),
  messages: hexSchema,
});

/**
 * Parses a value from outside.
 *
 * @param schema - What it must be.
 * @param value - Parsed JSON.
 * @returns The value, typed; throws `InvalidInput` naming the first thing that is wrong and where.
 */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new ProtocolError("InvalidInput", `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "refused"}`);
}

/**
 * Writes a value as the JSON that the schemas read: bigints as decimal strings.
 *
 * @param value - Any value of the protocol.
 * @returns Its JSON.
 */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) => (typeof field === "bigint" ? String(field) : field));
}
