import type { Interface } from "ethers";
import { z } from "zod";

import { IHubEnd__factory } from "#types/factories/contracts/interfaces/ICanonicalBridge.sol/IHubEnd__factory.ts";
import { IRollupEnd__factory } from "#types/factories/contracts/interfaces/ICanonicalBridge.sol/IRollupEnd__factory.ts";

const ENDS: readonly Interface[] = [IRollupEnd__factory.createInterface(), IHubEnd__factory.createInterface()];

const epochNews = z.object({
  news: z.object({ isRevoked: z.boolean(), table: z.object({ operatorSetId: z.bigint(), epoch: z.bigint() }) }),
});
const entryNews = z.object({ news: z.object({ entry: z.object({ chainId: z.bigint(), version: z.bigint() }) }) });
const said = z.object({ refutation: z.object({ pageIndex: z.bigint(), count: z.bigint(), isNotYet: z.boolean() }) });

/**
 * @param data - A call that crosses the slow road; anyone sends over a messenger, so it may be anything.
 * @returns What it says, for people.
 */
export function tellLetter(data: string): string {
  for (const end of ENDS) {
    const parsed = parse(end, data);
    const epoch = epochNews.safeParse(parsed).data?.news;
    if (epoch !== undefined) {
      const { operatorSetId, epoch: number } = epoch.table;
      return `news of epoch ${number} of set ${operatorSetId}${epoch.isRevoked ? ", which is revoked" : ""}`;
    }
    const entry = entryNews.safeParse(parsed).data?.news.entry;
    if (entry !== undefined) return `news of entry ${entry.version} of chain ${entry.chainId}`;
    const refutation = said.safeParse(parsed).data?.refutation;
    if (refutation !== undefined) {
      const { pageIndex, count, isNotYet } = refutation;
      return isNotYet
        ? `the gateway's word that page ${pageIndex} had no more than ${count} messages`
        : `the gateway's word on page ${pageIndex} at ${count} messages`;
    }
  }
  return "a letter to nobody that we know";
}

function parse(end: Interface, data: string): unknown {
  try {
    return end.parseTransaction({ data })?.args.toObject(true);
  } catch {
    return undefined;
  }
}
