import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";

import { id } from "ethers";
import { z } from "zod";

import { CodedError } from "#protocol/errors.ts";
import { addressSchema, parse } from "#protocol/schemas.ts";
import { hex, type Address, type Hex } from "#protocol/types.ts";

/** A call for others to sign. */
export interface ExportedCall {
  readonly chainId: number;
  readonly to: Address;
  readonly data: Hex;
  /** In wei. */
  readonly value: bigint;
  /** What it is, for whoever signs: the contract's name, the function, and its arguments. */
  readonly contract?: string;
  readonly call?: string;
  readonly args?: unknown;
}

/** What stands on top of a file. */
export interface BatchTitle {
  readonly name: string;
  /** Who is to send it, where that is known: the app warns everybody else. */
  readonly safe?: Address;
  /** When, in milliseconds. */
  readonly createdAt: number;
}

const hexSchema = z
  .string()
  .regex(/^0x([0-9a-fA-F]{2})*$/)
  .transform(hex);

/** The most calls that one file has. */
const MOST_CALLS = 256;
/** The most bytes of a file that is read. */
const MOST_BYTES = 8_000_000;

/** The Safe Transaction Builder's file, version 1.0, as far as we write it: with the data of each call as it is sent. */
export const safeBatchSchema = z.strictObject({
  version: z.literal("1.0"),
  chainId: z.string().regex(/^[1-9][0-9]{0,15}$/),
  createdAt: z.int().min(0),
  meta: z.strictObject({
    name: z.string(),
    description: z.string(),
    createdFromSafeAddress: z.union([addressSchema, z.literal("")]),
    createdFromOwnerAddress: z.literal(""),
    checksum: z.string().regex(/^0x[0-9a-f]{64}$/),
  }),
  transactions: z
    .array(
      z.strictObject({
        to: addressSchema,
        value: z.string().regex(/^[0-9]{1,78}$/),
        data: hexSchema,
        contractMethod: z.null(),
        contractInputsValues: z.null(),
      }),
    )
    .min(1)
    .max(MOST_CALLS),
});
/** What {@link safeBatchSchema} parses to. */
export type SafeBatch = z.output<typeof safeBatchSchema>;

/** Why a file cannot be written or read, by name. */
export type SafeBatchErrorCode =
  "NothingToExport" | "SeveralChains" | "WrongChecksum" | "Malformed" | "NotFound" | "Exists";

/** A file that cannot be written or read; its message is for the person at the terminal. */
export class SafeBatchError extends CodedError<SafeBatchErrorCode> {}

/**
 * @param calls - Calls of one chain, in order.
 * @param title - What stands on top.
 * @returns The file's content, with its checksum; throws `NothingToExport` or `SeveralChains`.
 */
export function safeBatch(calls: readonly ExportedCall[], { name, safe, createdAt }: BatchTitle): SafeBatch {
  const [first] = calls;
  if (first === undefined) throw new SafeBatchError("NothingToExport", "there is no call to export");
  const other = calls.find(({ chainId }) => chainId !== first.chainId);
  if (other !== undefined) {
    throw new SafeBatchError(
      "SeveralChains",
      `a batch is for one chain, not for ${first.chainId} and ${other.chainId}`,
    );
  }
  const meta = {
    name,
    description: calls.map(describe).join("\n"),
    createdFromSafeAddress: safe ?? ("" as const),
    createdFromOwnerAddress: "" as const,
  };
  const batch = {
    version: "1.0" as const,
    chainId: String(first.chainId),
    createdAt,
    meta,
    transactions: calls.map(({ to, value, data }) => ({
      ...{ to, value: String(value), data },
      ...{ contractMethod: null, contractInputsValues: null },
    })),
  };
  return { ...batch, meta: { ...meta, checksum: checksumOf(batch) } };
}

/** A call for people, in one line. */
export function describe({ contract, call, args, to, value }: ExportedCall): string {
  const inner = JSON.stringify(args ?? {}, (_, part: unknown) => (typeof part === "bigint" ? String(part) : part));
  const paid = value === 0n ? "" : ` with ${String(value)} wei`;
  return `${contract ?? to}.${call ?? "call"}(${inner.replace(/^\{|\}$/g, "")}) at ${to}${paid}`;
}

/**
 * The checksum as the Safe Transaction Builder computes it: over the sorted keys and values of everything, the batch's name taken
 * out because it is changed there, and the checksum itself not being there yet.
 *
 * @param batch - A file's content.
 * @returns Its checksum.
 */
export function checksumOf(batch: { readonly meta: object }): string {
  const { checksum: _, ...meta } = { checksum: undefined, ...batch.meta };
  return id(serialized({ ...batch, meta: { ...meta, name: null } }));
}

function serialized(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(serialized).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  const keys = JSON.stringify(entries.map(([key]) => key));
  return `{${keys}${entries.map(([, part]) => `${serialized(part)},`).join("")}}`;
}

/**
 * @param path - A file of ours, or of the app's own with the data of each call.
 * @returns Its calls; throws {@link SafeBatchError}, also where the checksum says that somebody changed it.
 */
export async function readSafeBatch(path: string): Promise<ExportedCall[]> {
  if (!existsSync(path)) throw new SafeBatchError("NotFound", `${path} does not exist`);
  const content = await readFile(path, "utf8");
  if (content.length > MOST_BYTES) throw new SafeBatchError("Malformed", `${path} is larger than ${MOST_BYTES} bytes`);
  try {
    const whole: unknown = JSON.parse(content);
    const { meta, chainId, transactions } = parse(foreignSchema, whole);
    const checksum = meta.checksum ?? "";
    // Over the file as it is: also what we do not read must be as it was.
    const found = checksumOf(parse(z.looseObject({ meta: z.looseObject({}) }), whole));
    if (checksum !== "" && checksum !== found) {
      throw new SafeBatchError("WrongChecksum", `${path} was changed: its checksum is ${found}, not ${checksum}`);
    }
    return transactions.map(({ to, value, data }) => ({ chainId: Number(chainId), to, data, value: BigInt(value) }));
  } catch (error) {
    if (error instanceof SafeBatchError) throw error;
    throw new SafeBatchError("Malformed", `${path} is no Safe batch with data: ${String(error)}`, { cause: error });
  }
}

const foreignSchema = z.object({
  version: z.literal("1.0"),
  chainId: safeBatchSchema.shape.chainId,
  meta: z.object({ checksum: z.string().optional() }),
  transactions: z
    .array(z.object({ to: addressSchema, value: z.string().regex(/^[0-9]{1,78}$/), data: hexSchema }))
    .min(1)
    .max(MOST_CALLS),
});

/** A batch with what distinguishes its file from others that are written with it. */
export interface NamedBatch {
  /** Such as `1` or `1-execute`; only used where there are several. */
  readonly suffix: string;
  readonly batch: SafeBatch;
}

/**
 * Writes batches: one into the file, several into files beside it. None is written over another.
 *
 * @param path - Where, ending in `.json`.
 * @param batches - At least one.
 * @returns The files that were written; throws `Exists`, before anything is written, `NothingToExport`.
 */
export async function writeSafeBatches(path: string, batches: readonly NamedBatch[]): Promise<string[]> {
  if (batches.length === 0) throw new SafeBatchError("NothingToExport", "there is no call to export");
  const stem = path.replace(/\.json$/, "");
  const files = batches.map(({ suffix }) => (batches.length === 1 ? path : `${stem}-${suffix}.json`));
  const taken = files.find((file) => existsSync(file));
  if (taken !== undefined) throw new SafeBatchError("Exists", `${taken} exists; it is not overwritten`);
  for (const [at, file] of files.entries()) {
    await writeFile(file, `${JSON.stringify(batches[at]?.batch, undefined, 2)}\n`, { flag: "wx" });
  }
  return files;
}
