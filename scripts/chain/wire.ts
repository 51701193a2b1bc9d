import { z } from "zod";

import type { Batch } from "#protocol/batches.ts";
import { MAX_BATCH_DEPTH } from "#protocol/batches.ts";
import type { Certificate } from "#protocol/certificates.ts";
import type { Refutation } from "#protocol/evidence/refutation.ts";
import { MAX_REJECTED_CANDIDATES } from "#protocol/hashing.ts";
import { PAGE_DEPTH } from "#protocol/pages.ts";
import type { Run } from "#protocol/runs.ts";
import { addressSchema, bytes32Schema, hexSchema } from "#protocol/schemas.ts";
import type { Halt, Page, Rollup, Table } from "#protocol/statements.ts";
import { chainId } from "#protocol/types.ts";

// Structs as they lie in calldata: fields by place, whole numbers as bigints. The order is that of the Solidity structs.

const big = z.bigint();
const small = big.transform(Number);
const chain = big.transform(chainId);
const proof = z.array(bytes32Schema).max(MAX_BATCH_DEPTH);

/** A Page statement. */
export const pageWire: z.ZodType<Page> = z
  .tuple([
    ...[chain, addressSchema, chain, addressSchema, big, small, bytes32Schema, bytes32Schema, big, big, small],
  ] as const)
  .transform(([sourceChainId, sourceGateway, destinationChainId, destinationGateway, pageIndex, count, ...rest]) => {
    const [root, chainHead, blockNumber, sourceTimestamp, finality] = rest;
    const lane = { sourceChainId, sourceGateway, destinationChainId, destinationGateway };
    return { ...lane, pageIndex, count, root, chainHead, blockNumber, sourceTimestamp, finality };
  });

/** A Table statement. */
export const tableWire: z.ZodType<Table> = z
  .tuple([small, small, bytes32Schema, big, big])
  .transform(([operatorSetId, epoch, tableHash, validFrom, validUntil]) => ({
    operatorSetId,
    epoch,
    tableHash,
    validFrom,
    validUntil,
  }));

/** A Rollup statement. */
export const rollupWire: z.ZodType<Rollup> = z
  .tuple([chain, addressSchema, small, small, small, z.boolean(), big])
  .transform(([id, gateway, operatorSetId, status, finality, refutable, version]) => ({
    chainId: id,
    gateway,
    operatorSetId,
    status,
    finality,
    refutable,
    version,
  }));

/** A Halt statement. */
export const haltWire: z.ZodType<Halt> = z
  .tuple([chain, addressSchema, big, bytes32Schema])
  .transform(([id, gateway, expiresAt, reason]) => ({ chainId: id, gateway, expiresAt, reason }));

const batchWire: z.ZodType<Batch> = z
  .tuple([small, small, big, bytes32Schema])
  .transform(([operatorSetId, tableEpoch, issuedAt, statementsRoot]) => ({
    operatorSetId,
    tableEpoch,
    issuedAt,
    statementsRoot,
  }));

const limbs = z.tuple([big, big]);

/** A certificate. */
export const certificateWire: z.ZodType<Certificate> = z
  .tuple([
    batchWire,
    big,
    z.tuple([big, big]).transform(([x, y]) => ({ x, y })),
    z.tuple([limbs, limbs]).transform(([x, y]) => ({ x, y })),
    z
      .tuple([big, z.array(big).max(MAX_REJECTED_CANDIDATES)])
      .transform(([fourthRoot, nonResidueRoots]) => ({ fourthRoot, nonResidueRoots })),
  ])
  .transform(([batch, nonSigners, signature, aggregateKey, hint]) => ({
    batch,
    nonSigners,
    signature,
    aggregateKey,
    hint,
  }));

/** A run. */
export const runWire: z.ZodType<Run> = z
  .tuple([pageWire, proof, small, small, z.array(bytes32Schema).max(2 * PAGE_DEPTH), hexSchema])
  .transform(([page, batchProof, firstIndex, gasPerMessage, rangeProof, messages]) => ({
    page,
    batchProof,
    firstIndex,
    gasPerMessage,
    rangeProof,
    messages,
  }));

/** A speech of two that contradict each other. */
export const speechWire = z
  .tuple([certificateWire, proof])
  .transform(([certificate, batchProof]) => ({ certificate, batchProof }));

/** A statement's proof. */
export const proofWire = proof;

/** What a gateway says of a page of its own. */
export const refutationWire: z.ZodType<Refutation> = z
  .tuple([
    ...[chain, addressSchema, chain, addressSchema, big, z.boolean(), small, bytes32Schema, bytes32Schema, big],
  ] as const)
  .transform(([sourceChainId, sourceGateway, destinationChainId, destinationGateway, pageIndex, isNotYet, ...rest]) => {
    const [count, root, chainHead, timestamp] = rest;
    const lane = { sourceChainId, sourceGateway, destinationChainId, destinationGateway };
    return { ...lane, pageIndex, isNotYet, count, root, chainHead, timestamp };
  });
