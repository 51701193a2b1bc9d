import type { ContractTransaction, Provider, Signer } from "ethers";

import { HubError } from "#chain/hub/errors.ts";
import { eventsIn, submit, ask } from "#chain/hub/submit.ts";
import { Arguments } from "#chain/hub/history.ts";
import { refutationHash, type Refutation } from "#protocol/evidence/refutation.ts";
import type { Lane } from "#protocol/messages.ts";
import { address, bytes32, chainId, type Bytes32 } from "#protocol/types.ts";

import { hubEndAt, rollupEndAt, type BridgeSite, type Fee } from "./ends.ts";

/** Which page of which lane. */
export type LaneEnd = Pick<Lane, "destinationChainId" | "destinationGateway">;

/** A gateway's word that is on its way to the hub. */
export interface SentRefutation {
  readonly transactionHash: string;
  readonly refutation: Refutation;
  readonly refutationHash: Bytes32;
}

/** A lane's count and head as somebody had them remembered. */
export interface Pin {
  readonly count: number;
  readonly chainHead: Bytes32;
  readonly blockNumber: number;
  readonly transactionHash: string;
}

/**
 * Has the rollup's end remember a lane's present count and head, so that new messages do not come between.
 *
 * @param anybody - Who pays for it, on the rollup.
 * @param site - The rollup's bridge.
 * @param lane - Where the lane ends.
 * @returns What is remembered; throws `Refused` with the contract's reason.
 */
export async function pin(
  anybody: Signer,
  site: Pick<BridgeSite, "rollupEnd">,
  { destinationChainId, destinationGateway }: LaneEnd,
): Promise<Pin> {
  const end = rollupEndAt(site, anybody);
  const receipt = await submit(anybody, end.pin.populateTransaction(destinationChainId, destinationGateway));
  const [pinned] = eventsIn(receipt.logs, site.rollupEnd, end.interface, "LanePinned");
  if (pinned === undefined) throw new HubError("NotConfirmed", "the bridge remembered nothing");
  const args = new Arguments(pinned);
  const { blockNumber, hash } = receipt;
  return {
    count: Number(args.bigint("count")),
    chainHead: bytes32(args.text("chainHead")),
    ...{ blockNumber, transactionHash: hash },
  };
}

/**
 * Has the gateway tell the hub what a page truly was at a count.
 *
 * @param anybody - Who pays for it, on the rollup.
 * @param site - The rollup's bridge.
 * @param lane - Where the lane ends.
 * @param pageIndex - One of its pages.
 * @param count - The count, of the page's messages.
 * @param leaves - All message ids of the page, up to an end that is known: the page's own, a pinned one, or the present one.
 * @param fee - What the stack takes.
 * @returns What is on its way; throws `Refused` with the contract's reason.
 */
export async function refuteDiffers(
  anybody: Signer,
  site: Pick<BridgeSite, "rollupEnd">,
  { destinationChainId, destinationGateway }: LaneEnd,
  pageIndex: bigint,
  count: number,
  leaves: readonly Bytes32[],
  { value = 0n }: Fee = {},
): Promise<SentRefutation> {
  const end = rollupEndAt(site, anybody);
  return refute(
    anybody,
    site,
    end.refuteDiffers.populateTransaction(destinationChainId, destinationGateway, pageIndex, count, [...leaves], {
      value,
    }),
  );
}

/**
 * Has the gateway tell the hub how many messages a page holds in this second.
 *
 * @param anybody - Who pays for it, on the rollup.
 * @param site - The rollup's bridge.
 * @param lane - Where the lane ends.
 * @param pageIndex - One of its pages.
 * @param fee - What the stack takes.
 * @returns What is on its way; throws `Refused` with the contract's reason.
 */
export async function refuteNotYet(
  anybody: Signer,
  site: Pick<BridgeSite, "rollupEnd">,
  { destinationChainId, destinationGateway }: LaneEnd,
  pageIndex: bigint,
  { value = 0n }: Fee = {},
): Promise<SentRefutation> {
  const end = rollupEndAt(site, anybody);
  return refute(
    anybody,
    site,
    end.refuteNotYet.populateTransaction(destinationChainId, destinationGateway, pageIndex, { value }),
  );
}

/**
 * @param runner - The hub.
 * @param site - The rollup's bridge.
 * @param refutation - What its gateway may have said.
 * @returns Whether the hub has heard it.
 */
export async function isRefuted(
  runner: Provider | Signer,
  site: Pick<BridgeSite, "hubEnd">,
  refutation: Refutation,
): Promise<boolean> {
  return ask(hubEndAt(site, runner).isRefuted(refutationHash(refutation)));
}

async function refute(
  anybody: Signer,
  site: Pick<BridgeSite, "rollupEnd">,
  call: Promise<ContractTransaction>,
): Promise<SentRefutation> {
  const end = rollupEndAt(site, anybody);
  const { hash, blockNumber } = await submit(anybody, call);
  const told = await ask(end.queryFilter(end.filters.RefutationSent(), blockNumber, blockNumber));
  const own = told.find(({ transactionHash }) => transactionHash === hash);
  if (own === undefined) throw new HubError("NotConfirmed", "the gateway said nothing");
  const refutation = refutationFrom(own.args.refutation);
  return { transactionHash: hash, refutation, refutationHash: refutationHash(refutation) };
}

/** A refutation as a contract answers it. */
export interface AnsweredRefutation {
  readonly sourceChainId: bigint;
  readonly sourceGateway: string;
  readonly destinationChainId: bigint;
  readonly destinationGateway: string;
  readonly pageIndex: bigint;
  readonly isNotYet: boolean;
  readonly count: bigint;
  readonly root: string;
  readonly chainHead: string;
  readonly timestamp: bigint;
}

/**
 * @param found - What a contract answered.
 * @returns The refutation.
 */
export function refutationFrom(found: AnsweredRefutation): Refutation {
  const { pageIndex, isNotYet, timestamp } = found;
  return {
    sourceChainId: chainId(found.sourceChainId),
    sourceGateway: address(found.sourceGateway),
    destinationChainId: chainId(found.destinationChainId),
    destinationGateway: address(found.destinationGateway),
    ...{ pageIndex, isNotYet },
    count: Number(found.count),
    root: bytes32(found.root),
    chainHead: bytes32(found.chainHead),
    timestamp,
  };
}
