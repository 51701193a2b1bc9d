import { keccak256, TypedDataEncoder, type TypedDataField } from "ethers";

import { bytes32, statementLeafOf, type Address, type Bytes32, type ChainId, type StatementLeaf } from "./types.ts";

/** What a source sent: one page of one lane, after `count` messages. */
export interface Page {
  readonly sourceChainId: ChainId;
  readonly sourceGateway: Address;
  readonly destinationChainId: ChainId;
  readonly destinationGateway: Address;
  readonly pageIndex: bigint;
  /** Messages in this page, 1 to 256. */
  readonly count: number;
  readonly root: Bytes32;
  /** The lane's chain head after `count` messages of this page. */
  readonly chainHead: Bytes32;
  readonly blockNumber: bigint;
  /** Time of that block, by which the count was reached. */
  readonly sourceTimestamp: bigint;
  /** 1 latest, 2 safe, 3 final. */
  readonly finality: number;
}

/** The operator table of one set and epoch. */
export interface Table {
  readonly operatorSetId: number;
  readonly epoch: number;
  readonly tableHash: Bytes32;
  readonly validFrom: bigint;
  readonly validUntil: bigint;
}

/** One version of a rollup's entry in the hub's registry. */
export interface Rollup {
  readonly chainId: ChainId;
  readonly gateway: Address;
  readonly operatorSetId: number;
  /** 1 Proposed, 2 Active, 3 Draining, 4 Retired. */
  readonly status: number;
  readonly finality: number;
  readonly refutable: boolean;
  readonly version: bigint;
}

/** Statuses of an entry in which its gateway is heard: Active and Draining. */
export const HEARD_STATUSES: readonly number[] = [2, 3];

/** One source is stopped until it expires. */
export interface Halt {
  readonly chainId: ChainId;
  readonly gateway: Address;
  readonly expiresAt: bigint;
  readonly reason: Bytes32;
}

/** One typed sentence that operators are willing to be slashed for. */
export type Statement =
  | { readonly kind: "Page"; readonly content: Page }
  | { readonly kind: "Table"; readonly content: Table }
  | { readonly kind: "Rollup"; readonly content: Rollup }
  | { readonly kind: "Halt"; readonly content: Halt };

/** A sentence about the hub, which the hub itself can refute. */
export type HubFact = Extract<Statement, { readonly kind: "Table" | "Rollup" }>;

/** Which of the sentences a statement is. */
export type StatementKind = Statement["kind"];

// Each struct once more as EIP-712 has it: `name type name type …`, in the order that is hashed.
const STATEMENT_FIELDS: Readonly<Record<StatementKind, readonly TypedDataField[]>> = {
  Page: fields(
    "uint64 sourceChainId,address sourceGateway,uint64 destinationChainId,address destinationGateway,uint64 pageIndex," +
      "uint16 count,bytes32 root,bytes32 chainHead,uint64 blockNumber,uint64 sourceTimestamp,uint8 finality",
  ),
  Table: fields("uint32 operatorSetId,uint32 epoch,bytes32 tableHash,uint64 validFrom,uint64 validUntil"),
  Rollup: fields(
    "uint64 chainId,address gateway,uint32 operatorSetId,uint8 status,uint8 finality,bool refutable,uint64 version",
  ),
  Halt: fields("uint64 chainId,address gateway,uint64 expiresAt,bytes32 reason"),
};

/**
 * Splits the fields of a struct as its EIP-712 type string lists them.
 *
 * @param list - `type name,type name,…`.
 * @returns The fields.
 */
export function fields(list: string): TypedDataField[] {
  return list.split(",").map((field) => {
    const [type = "", name = ""] = field.split(" ");
    return { type, name };
  });
}

const encoders: Readonly<Record<StatementKind, TypedDataEncoder>> = {
  Page: encoderOf("Page"),
  Table: encoderOf("Table"),
  Rollup: encoderOf("Rollup"),
  Halt: encoderOf("Halt"),
};

function encoderOf(kind: StatementKind): TypedDataEncoder {
  return TypedDataEncoder.from({ [kind]: [...STATEMENT_FIELDS[kind]] });
}

/**
 * @param kind - Which of the sentences.
 * @returns Its EIP-712 type hash.
 */
export function statementTypeHash(kind: StatementKind): Bytes32 {
  return bytes32(keccak256(new TextEncoder().encode(encoders[kind].encodeType(kind))));
}

/**
 * @param statement - The sentence.
 * @returns Its EIP-712 `hashStruct`.
 */
export function statementHash(statement: Statement): Bytes32 {
  return bytes32(encoders[statement.kind].hashStruct(statement.kind, { ...statement.content }));
}

/**
 * `keccak256(abi.encodePacked(hashStruct))`: hashed twice, so that no node of a batch is ever a leaf.
 *
 * @param statement - The sentence.
 * @returns Its leaf in a batch.
 */
export function statementLeaf(statement: Statement): StatementLeaf {
  return statementLeafOf(keccak256(statementHash(statement)));
}

/**
 * @param statement - The sentence.
 * @returns Whether it is about the hub.
 */
export function isHubFact(statement: Statement): statement is HubFact {
  return statement.kind === "Table" || statement.kind === "Rollup";
}
