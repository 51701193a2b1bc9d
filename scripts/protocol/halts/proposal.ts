import { keccak256, toUtf8Bytes, zeroPadBytes } from "ethers";
import { z } from "zod";

import { StatementTree, type Batch, type Domain } from "../batches.ts";
import type { RowSignature } from "../certificates.ts";
import { elementAt, ensure } from "../errors.ts";
import { batchSchema, domainSchema, g1PointSchema, g2PointSchema, haltSchema, toJson } from "../schemas.ts";
import type { Halt, Statement } from "../statements.ts";
import { MAX_TABLE_ROWS } from "../tables.ts";
import { bytes32, type Address, type Bytes32, type ChainId } from "../types.ts";

// Halts that people make: somebody proposes one, operators sign it, each on a machine of theirs, anybody sends it.

const MOST_REASON_LENGTH = 280;
/** A word holds a text of so many bytes and the zero that ends it. */
const MOST_SHOWN_BYTES = 31;

/** A halt that is proposed, and who has signed it so far. */
export interface HaltProposal {
  /** Where it shall hold; whoever signs takes theirs from their own address book. */
  readonly domain: Domain;
  readonly statement: Extract<Statement, { readonly kind: "Halt" }>;
  /** What the statement's `reason` stands for. */
  readonly reason: string;
  /** The batch of this statement alone. */
  readonly batch: Batch;
  readonly signatures: readonly RowSignature[];
}

/** Why a source is halted. It is shown on terminals, so nothing in it moves a cursor or turns what stands beside it around. */
export const reasonSchema = z
  .string()
  .max(MOST_REASON_LENGTH)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]+$/u, "not a line of plain text")
  .refine((text) => text.trim() !== "", "everybody is told why");

/** A proposal in a file. */
export const haltProposalSchema: z.ZodType<HaltProposal> = z.strictObject({
  domain: domainSchema,
  statement: z.strictObject({ kind: z.literal("Halt"), content: haltSchema }),
  reason: reasonSchema,
  batch: batchSchema,
  signatures: z
    .array(
      z.strictObject({
        row: z
          .int()
          .min(0)
          .max(MAX_TABLE_ROWS - 1),
        signature: g1PointSchema,
        key: g2PointSchema,
      }),
    )
    .max(MAX_TABLE_ROWS),
});

/** What is proposed. */
export interface HaltParts {
  readonly domain: Domain;
  /** The source. */
  readonly chainId: ChainId;
  readonly gateway: Address;
  /** Who speaks for it. */
  readonly operatorSetId: number;
  readonly tableEpoch: number;
  readonly issuedAt: bigint;
  /** How long it shall last from then on. */
  readonly seconds: bigint;
  readonly reason: string;
}

/**
 * @param text - Why.
 * @returns It as a statement has it: the text itself, ended by zeros, where it has at most 31 bytes, else its keccak256.
 */
export function reasonWord(text: string): Bytes32 {
  const bytes = toUtf8Bytes(text);
  return bytes32(bytes.length <= MOST_SHOWN_BYTES ? zeroPadBytes(bytes, 32) : keccak256(bytes));
}

/**
 * @param parts - What is proposed.
 * @returns The proposal, which nobody has signed.
 */
export function proposeHalt({ domain, chainId, gateway, seconds, reason, ...speaker }: HaltParts): HaltProposal {
  const expiresAt = speaker.issuedAt + seconds;
  const content: Halt = { chainId, gateway, expiresAt, reason: reasonWord(reason) };
  const statement = { kind: "Halt", content } as const;
  return { domain, statement, reason, batch: batchOfHalt(content, speaker), signatures: [] };
}

/**
 * @param content - A halt.
 * @param speaker - Who says it, and when.
 * @returns The batch of this statement alone: its root is the statement's leaf.
 */
export function batchOfHalt(
  content: Halt,
  { operatorSetId, tableEpoch, issuedAt }: Omit<Batch, "statementsRoot">,
): Batch {
  const { root } = new StatementTree([{ kind: "Halt", content }]);
  return { operatorSetId, tableEpoch, issuedAt, statementsRoot: root };
}

/**
 * Puts together what several people signed apart.
 *
 * @param proposals - At least one; all of the very same halt, else throws `DifferentProposals`.
 * @returns The proposal with everybody's signatures, each once; they may be too many for a file, and wrong.
 */
export function mergeProposals(proposals: readonly HaltProposal[]): HaltProposal {
  const first = elementAt(proposals, 0);
  const head = toJson({ ...first, signatures: [] });
  for (const other of proposals) {
    ensure(
      toJson({ ...other, signatures: [] }) === head,
      "DifferentProposals",
      () => `${toJson(other.batch)} is signed, and ${toJson(first.batch)}: they are not of one halt`,
    );
  }
  const signatures = new Map(proposals.flatMap((one) => one.signatures.map((each) => [toJson(each), each])));
  return { ...first, signatures: [...signatures.values()] };
}
