import type { Provider, Signer } from "ethers";

import { Gateway__factory } from "#chain/contracts.ts";
import { HubError } from "#chain/hub/errors.ts";
import { providerOf } from "#chain/hub/history.ts";
import { ask } from "#chain/hub/submit.ts";
import { LaneBooks } from "#chain/laneBooks.ts";
import { readMessages } from "#chain/messageLogs.ts";
import { PAGE_SIZE, type Lane } from "#protocol/messages.ts";
import type { PageTree } from "#protocol/pages.ts";
import type { Page } from "#protocol/statements.ts";
import { chainId, type Bytes32 } from "#protocol/types.ts";

import type { BridgeSite, Fee } from "./ends.ts";
import { pin, refuteDiffers, refuteNotYet, type SentRefutation } from "./refute.ts";

/** Where a source's messages are read: its gateway has no event before `fromBlock`. */
export interface Logs {
  readonly fromBlock: number;
  /** The most blocks asked for at once; 10 000 unless given. */
  readonly blockRange?: number;
}

/** What the source's gateway can say against a certified page now. */
export type Plan =
  /** It holds other messages at that count, or leads to another head. */
  | { readonly kind: "Differs"; readonly leaves: readonly Bytes32[]; readonly isClosed: boolean }
  /** It has not that many. */
  | { readonly kind: "NotYet"; readonly reachedCount: number }
  /** It has not that many, but the page is of a second that has not come: refutable after it. */
  | { readonly kind: "TooEarly"; readonly reachedCount: number; readonly earliest: bigint }
  /** It says the same. */
  | { readonly kind: "True" };

/**
 * Compares a certified page with the gateway that it is of.
 *
 * @param runner - The source.
 * @param page - What was certified.
 * @param logs - Where its messages are read.
 * @returns What the gateway can say against it; throws `InvalidAnswer` where the page is of another chain, or the events are not
 * those of the lane's head.
 */
export async function planRefutation(runner: Provider | Signer, page: Page, logs: Logs): Promise<Plan> {
  const provider = providerOf(runner);
  const here = chainId((await provider.getNetwork()).chainId);
  if (page.sourceChainId !== here) {
    throw new HubError("InvalidAnswer", `the page is of chain ${String(page.sourceChainId)}, this is ${String(here)}`);
  }
  const { toBlock, now, reachedCount } = await reachedBy(provider, page);
  if (page.count > reachedCount) {
    const earliest = page.sourceTimestamp + 1n;
    return now >= earliest ? { kind: "NotYet", reachedCount } : { kind: "TooEarly", reachedCount, earliest };
  }
  const tree = await readPage(provider, page, page.pageIndex, { ...logs, toBlock });
  if (tree === undefined || tree.count < reachedCount) {
    throw new HubError("InvalidAnswer", `${String(tree?.count ?? 0)} of ${String(reachedCount)} events of the page`);
  }
  if (tree.isStatedBy(page)) return { kind: "True" };
  return { kind: "Differs", leaves: tree.leaves.slice(0, reachedCount), isClosed: reachedCount === PAGE_SIZE };
}

/**
 * Has the source's gateway say against a certified page what it can: which sentence, is found out. The page's end is remembered
 * first where the page is open, so that nobody's new messages come between.
 *
 * @param anybody - Who pays for it, on the source.
 * @param site - The source's bridge.
 * @param page - What was certified.
 * @param logs - Where its messages are read.
 * @param fee - What the stack takes.
 * @returns What is on its way; throws `Unfounded` where the gateway has nothing to say against it.
 */
export async function refutePage(
  anybody: Signer,
  site: Pick<BridgeSite, "rollupEnd">,
  page: Page,
  logs: Logs,
  fee: Fee = {},
): Promise<SentRefutation> {
  return carryOut(anybody, site, page, await planRefutation(anybody, page, logs), logs, fee);
}

/**
 * As {@link refutePage}, where the gateway was compared before.
 *
 * @param anybody - Who pays for it, on the source.
 * @param site - The source's bridge.
 * @param page - What was certified.
 * @param plan - What the gateway can say against it.
 * @param logs - Where its messages are read.
 * @param fee - What the stack takes.
 * @returns What is on its way; throws `Unfounded`.
 */
export async function carryOut(
  anybody: Signer,
  site: Pick<BridgeSite, "rollupEnd">,
  page: Page,
  plan: Plan,
  logs: Logs,
  fee: Fee = {},
): Promise<SentRefutation> {
  switch (plan.kind) {
    case "NotYet":
      return refuteNotYet(anybody, site, page, page.pageIndex, fee);
    case "TooEarly":
      throw new HubError("Unfounded", `the page is of second ${String(page.sourceTimestamp)}: refute it after that`);
    case "True":
      throw new HubError("Unfounded", "the gateway says the same: the page is true");
    case "Differs": {
      const leaves = plan.isClosed ? plan.leaves : await pinnedLeaves(anybody, site, page, logs);
      return refuteDiffers(anybody, site, page, page.pageIndex, page.count, leaves, fee);
    }
  }
}

/**
 * Rebuilds a page of a lane from its gateway's events. Whether they are all, and in order, heads tell.
 *
 * @param provider - The source.
 * @param lane - The lane.
 * @param pageIndex - One of its pages.
 * @param logs - Where its messages are read, up to which block.
 * @returns The page; undefined where it has no event.
 */
export async function readPage(
  provider: Pick<Provider, "getLogs">,
  lane: Lane,
  pageIndex: bigint,
  { fromBlock, toBlock, blockRange = 10_000 }: Logs & { readonly toBlock: number },
): Promise<PageTree | undefined> {
  const { sourceChainId, sourceGateway } = lane;
  const books = new LaneBooks({ chainId: sourceChainId, gateway: sourceGateway });
  const book = books.of(lane);
  for (const event of await readMessages(provider, sourceGateway, { fromBlock, toBlock, blockRange })) {
    books.take(event);
  }
  return book.page(pageIndex);
}

// Up to the end that is remembered now; all of it if the page was closed meanwhile.
async function pinnedLeaves(
  anybody: Signer,
  site: Pick<BridgeSite, "rollupEnd">,
  page: Page,
  logs: Logs,
): Promise<readonly Bytes32[]> {
  const { count, blockNumber } = await pin(anybody, site, page);
  const provider = providerOf(anybody);
  const tree = await readPage(provider, page, page.pageIndex, { ...logs, toBlock: blockNumber });
  return tree?.leaves.slice(0, heldBy(page, BigInt(count))) ?? [];
}

async function reachedBy(provider: Provider, page: Page) {
  const gateway = Gateway__factory.connect(page.sourceGateway, provider);
  const block = await provider.getBlock("latest");
  if (block === null) throw new HubError("InvalidAnswer", "the source has no latest block");
  const blockTag = block.number;
  const { count } = await ask(gateway.laneOf(page.destinationChainId, page.destinationGateway, { blockTag }));
  return { toBlock: block.number, now: BigInt(block.timestamp), reachedCount: heldBy(page, count) };
}

// Messages that a page holds when its lane has so many.
function heldBy({ pageIndex }: Page, count: bigint): number {
  const held = count - pageIndex * BigInt(PAGE_SIZE);
  if (held <= 0n) return 0;
  return held > BigInt(PAGE_SIZE) ? PAGE_SIZE : Number(held);
}
