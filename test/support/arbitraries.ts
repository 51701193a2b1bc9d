import fc from "fast-check";

import type { MessageBody, Message, Lane } from "#protocol/messages.ts";
import type { Halt, Page, Rollup, Statement, Table } from "#protocol/statements.ts";
import { address, bytes32, chainId, hex } from "#protocol/types.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

export const anyUint = (bits: number) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });
export const anySmallUint = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 });
export const anyWord = bytes(32).map(bytes32);
export const anyAddress = bytes(20).map(address);
export const anyChainId = fc.bigInt({ min: 1n, max: (1n << 64n) - 1n }).map(chainId);
export const anyHex = (maxLength: number) => fc.uint8Array({ maxLength }).map(hex);

const laneShape = {
  sourceChainId: anyChainId,
  sourceGateway: anyAddress,
  destinationChainId: anyChainId,
  destinationGateway: anyAddress,
};

export const anyLane: fc.Arbitrary<Lane> = fc.record(laneShape);

const bodyShape = {
  sender: anyAddress,
  recipient: anyAddress,
  gasLimit: anySmallUint(32),
  deliverBefore: anyUint(64),
  payload: anyHex(300),
};

export const anyBody: fc.Arbitrary<MessageBody> = fc.record(bodyShape);
export const anyMessage: fc.Arbitrary<Message> = fc.record({ ...laneShape, ...bodyShape, nonce: anyUint(64) });

export const anyPage: fc.Arbitrary<Page> = fc.record({
  ...laneShape,
  pageIndex: anyUint(56),
  count: fc.integer({ min: 1, max: 256 }),
  root: anyWord,
  chainHead: anyWord,
  blockNumber: anyUint(64),
  sourceTimestamp: anyUint(64),
  finality: fc.integer({ min: 1, max: 3 }),
});

export const anyTable: fc.Arbitrary<Table> = fc.record({
  operatorSetId: anySmallUint(32),
  epoch: anySmallUint(32),
  tableHash: anyWord,
  validFrom: anyUint(64),
  validUntil: anyUint(64),
});

export const anyRollup: fc.Arbitrary<Rollup> = fc.record({
  chainId: anyChainId,
  gateway: anyAddress,
  operatorSetId: anySmallUint(32),
  status: fc.integer({ min: 1, max: 4 }),
  finality: fc.integer({ min: 1, max: 3 }),
  refutable: fc.boolean(),
  version: anyUint(64),
});

export const anyHalt: fc.Arbitrary<Halt> = fc.record({
  chainId: anyChainId,
  gateway: anyAddress,
  expiresAt: anyUint(64),
  reason: anyWord,
});

export const anyStatement: fc.Arbitrary<Statement> = fc.oneof(
  fc.record({ kind: fc.constant("Page" as const), content: anyPage }),
  fc.record({ kind: fc.constant("Table" as const), content: anyTable }),
  fc.record({ kind: fc.constant("Rollup" as const), content: anyRollup }),
  fc.record({ kind: fc.constant("Halt" as const), content: anyHalt }),
);
