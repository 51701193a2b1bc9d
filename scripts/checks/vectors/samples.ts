import { FIELD_PRIME } from "#protocol/field.ts";
import { MAX_GAS_LIMIT } from "#protocol/attributes.ts";
import type { Domain } from "#protocol/batches.ts";
import type { Lane, MessageBody } from "#protocol/messages.ts";
import type { Halt, Page, Rollup, Statement, Table } from "#protocol/statements.ts";
import { address, chainId } from "#protocol/types.ts";

import type { Random } from "./random.ts";

/** One hub for all vectors. */
export const DOMAIN: Domain = {
  hubChainId: chainId(11_155_111),
  serviceManager: address("0x5f9c1a7a30d2e8b6c4f1a3d5e7092b4c6d8e0f1a"),
};

/** The field's modulus: the smallest coordinate that is refused. */
export const P = FIELD_PRIME;

export function lane(random: Random): Lane {
  return {
    sourceChainId: random.chainId(),
    sourceGateway: random.address(),
    destinationChainId: random.chainId(),
    destinationGateway: random.address(),
  };
}

export function body(random: Random, payloadBytes: number): MessageBody {
  return {
    sender: random.address(),
    recipient: random.address(),
    gasLimit: random.small(MAX_GAS_LIMIT + 1),
    deliverBefore: random.uint(64),
    payload: random.bytes(payloadBytes),
  };
}

export function page(random: Random): Page {
  return {
    ...lane(random),
    pageIndex: random.uint(56),
    count: 1 + random.small(256),
    root: random.word(),
    chainHead: random.word(),
    blockNumber: random.uint(64),
    sourceTimestamp: random.uint(64),
    finality: 1 + random.small(3),
  };
}

export function table(random: Random): Table {
  return {
    operatorSetId: Number(random.uint(32)),
    epoch: Number(random.uint(32)),
    tableHash: random.word(),
    validFrom: random.uint(64),
    validUntil: random.uint(64),
  };
}

export function rollup(random: Random): Rollup {
  return {
    chainId: random.chainId(),
    gateway: random.address(),
    operatorSetId: Number(random.uint(32)),
    status: 1 + random.small(4),
    finality: 1 + random.small(3),
    refutable: random.small(2) === 1,
    version: random.uint(64),
  };
}

export function halt(random: Random): Halt {
  return {
    chainId: random.chainId(),
    gateway: random.address(),
    expiresAt: random.uint(64),
    reason: random.word(),
  };
}

/** Statements of all kinds in turn, so that a batch mixes them. */
export function statements(random: Random, count: number): Statement[] {
  return Array.from({ length: count }, (_, i): Statement => {
    if (i % 4 === 1) return { kind: "Table", content: table(random) };
    if (i % 4 === 2) return { kind: "Rollup", content: rollup(random) };
    if (i % 4 === 3) return { kind: "Halt", content: halt(random) };
    return { kind: "Page", content: page(random) };
  });
}
