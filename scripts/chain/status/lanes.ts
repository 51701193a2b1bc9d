import { Gateway__factory } from "#chain/contracts.ts";
import type { RollupSite } from "#chain/trace/site.ts";
import { laneId, PAGE_SIZE, placeOf, type Lane } from "#protocol/messages.ts";
import { address, type LaneId } from "#protocol/types.ts";

/** The most pages of a lane that are looked at, from its end. */
const MOST_PAGES = 16n;

/** How far a lane has come. Heads are counts of messages: the next nonce. */
export interface LaneStatus {
  readonly source: string;
  readonly destination: string;
  readonly laneId: LaneId;
  /** Messages sent. */
  readonly local: bigint;
  /** Messages of which an aggregator has a certificate; undefined where none was asked, or none has it. */
  readonly certified: bigint | undefined;
  /** One more than the highest nonce that was delivered; undefined where it lies before the pages looked at. */
  readonly delivered: bigint | undefined;
  /** Messages that are not delivered, expired ones among them, in the last 4 096. */
  readonly waiting: bigint;
}

/**
 * @param source - Where it starts.
 * @param destination - Where it leads.
 * @param certified - Certified heads, by lane.
 * @returns How far the present lane between them has come; undefined where the source knows no such lane.
 */
export async function laneStatus(
  source: RollupSite,
  destination: RollupSite,
  certified: ReadonlyMap<LaneId, bigint>,
): Promise<LaneStatus | undefined> {
  const outbox = Gateway__factory.connect(source.gateway, source.provider);
  const { destinationGateway, count } = await outbox.lane(destination.chainId);
  const gateway = address(destinationGateway);
  if (BigInt(gateway) === 0n) return undefined;
  const lane: Lane = {
    ...{ sourceChainId: source.chainId, sourceGateway: source.gateway },
    ...{ destinationChainId: destination.chainId, destinationGateway: gateway },
  };
  const id = laneId(lane);
  const { head, waiting } = await deliveredOf(destination, lane, count);
  return {
    ...{ source: source.name, destination: destination.name, laneId: id },
    ...{ local: count, certified: certified.get(id), delivered: head, waiting },
  };
}

async function deliveredOf({ provider }: RollupSite, lane: Lane, count: bigint) {
  const inbox = Gateway__factory.connect(lane.destinationGateway, provider);
  if (count === 0n) return { head: 0n, waiting: 0n };
  const last = placeOf(count - 1n).pageIndex;
  const first = last >= MOST_PAGES ? last - MOST_PAGES + 1n : 0n;
  let head = first === 0n ? 0n : undefined;
  let waiting = 0n;
  for (let page = first; page <= last; page++) {
    const word = await inbox.deliveredWord(lane.sourceChainId, lane.sourceGateway, page);
    const start = page * BigInt(PAGE_SIZE);
    for (let index = 0n; index < BigInt(PAGE_SIZE) && start + index < count; index++) {
      if (((word >> index) & 1n) === 1n) head = start + index + 1n;
      else waiting++;
    }
  }
  return { head, waiting };
}
