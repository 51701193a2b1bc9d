import { AbiCoder, keccak256 } from "ethers";
import { z } from "zod";

import type { Lane } from "../messages.ts";
import { bytes32Schema, laneShape, uintSchema } from "../schemas.ts";
import type { Page } from "../statements.ts";
import { bytes32, ZERO_BYTES32, type Bytes32 } from "../types.ts";

/**
 * What a source's gateway says of one page of a lane of its own: what the page truly was at `count` (`isNotYet` false,
 * `timestamp` zero); or that by `timestamp` it held no more than `count` messages (`isNotYet`, root and head zero). Field
 * names are those of the Solidity struct.
 */
export interface Refutation extends Lane {
  readonly pageIndex: bigint;
  readonly isNotYet: boolean;
  /** 0 to 256. */
  readonly count: number;
  readonly root: Bytes32;
  readonly chainHead: Bytes32;
  readonly timestamp: bigint;
}

/** A refutation in a file. One that no gateway can say is none. */
export const refutationSchema: z.ZodType<Refutation> = z
  .strictObject({
    ...laneShape,
    pageIndex: uintSchema(56),
    isNotYet: z.boolean(),
    count: z.int().min(0).max(256),
    root: bytes32Schema,
    chainHead: bytes32Schema,
    timestamp: uintSchema(64),
  })
  .refine(
    ({ isNotYet, root, chainHead, timestamp }) =>
      isNotYet ? root === ZERO_BYTES32 && chainHead === ZERO_BYTES32 : timestamp === 0n,
    "no sentence of a gateway",
  );

const TYPES = "uint64,address,uint64,address,uint64,bool,uint16,bytes32,bytes32,uint64".split(",");

/**
 * @param refutation - What a gateway said.
 * @returns What the hub's end of its bridge remembers.
 */
export function refutationHash(refutation: Refutation): Bytes32 {
  const { sourceChainId, sourceGateway, destinationChainId, destinationGateway, ...rest } = refutation;
  const { pageIndex, isNotYet, count, root, chainHead, timestamp } = rest;
  const lane = [sourceChainId, sourceGateway, destinationChainId, destinationGateway];
  const said = [pageIndex, isNotYet, count, root, chainHead, timestamp];
  return bytes32(keccak256(AbiCoder.defaultAbiCoder().encode(TYPES, [...lane, ...said])));
}

/**
 * @param refutation - What the source's gateway said.
 * @param page - What was certified.
 * @returns Whether the page cannot be true if the refutation is.
 */
export function convicts(refutation: Refutation, page: Page): boolean {
  const isOfPage =
    refutation.sourceChainId === page.sourceChainId &&
    refutation.sourceGateway === page.sourceGateway &&
    refutation.destinationChainId === page.destinationChainId &&
    refutation.destinationGateway === page.destinationGateway &&
    refutation.pageIndex === page.pageIndex;
  if (!isOfPage) return false;
  if (refutation.isNotYet) return page.count > refutation.count && refutation.timestamp > page.sourceTimestamp;
  const isOther = refutation.root !== page.root || refutation.chainHead !== page.chainHead;
  return refutation.count === page.count && isOther;
}
