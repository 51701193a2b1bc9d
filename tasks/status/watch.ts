import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { News } from "#chain/status/news.ts";

import { EXIT } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import { runOnNetwork } from "../shared/network.ts";
import { nodesOf } from "../shared/nodes.ts";
import { stopSignal } from "../shared/stopSignal.ts";

interface Arguments {
  readonly aggregator: string;
  readonly every: number;
  readonly json: boolean;
  readonly deployment: string;
}

const MOST_SECONDS = 3_600;

/** `hardhat watch`: exit code 0 when it is stopped, 1 when no rollup answers at its beginning. */
export default async function watch(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnNetwork(hre, args, async ({ sites, missing }) => {
    const [{ NewsFollower }, { CertificateFollower }, { setTimeout: sleep }] = await Promise.all([
      import("#chain/status/news.ts"),
      import("#nodes/shared/following.ts"),
      import("node:timers/promises"),
    ]);
    if (args.every < 1 || args.every > MOST_SECONDS) {
      throw new CommandError("InvalidOption", `--every is 1 to ${MOST_SECONDS} seconds`);
    }
    if (sites.length === 0) throw new CommandError("Unreachable", "no rollup of the address book answers");
    const { aggregators } = await nodesOf(args);
    for (const { name, reason } of missing) console.error(`not followed: ${name} (${reason})`);
    const stop = stopSignal();
    try {
      const chains = await Promise.all(
        sites.map(async (site) => ({ name: site.name, news: await NewsFollower.of(site), isSilent: false })),
      );
      const certificates = await Promise.all(aggregators.map((url) => CertificateFollower.of(url)));
      console.error(`following ${chains.map(({ name }) => name).join(", ")}; Ctrl-C ends it`);
      while (!stop.signal.aborted) {
        for (const follower of certificates) for (const one of await follower.look()) tell(args.json, one);
        for (const chain of chains) {
          try {
            for (const one of await chain.news.look()) tell(args.json, one);
            chain.isSilent = false;
          } catch {
            // Once, and it is asked again: what it did meanwhile is told then.
            if (!chain.isSilent) console.error(`${chain.name} does not answer`);
            chain.isSilent = true;
          }
        }
        await sleep(args.every * 1_000, undefined, { signal: stop.signal }).catch(() => undefined);
      }
      return EXIT.ok;
    } finally {
      stop.release();
    }
  });
}

function tell(json: boolean, news: Omit<News, "blockNumber" | "transactionHash"> & Partial<News>): void {
  const at = new Date().toISOString();
  if (json) {
    process.stdout.write(`${JSON.stringify({ at, ...news })}\n`);
    return;
  }
  const args = Object.entries(news.args).map(([name, value]) => `${name} ${value}`);
  const where = news.blockNumber === undefined ? "" : ` block ${news.blockNumber}`;
  process.stdout.write(`${at.slice(11, 19)}  ${news.kind.padEnd(10)} ${news.rollup}${where}  ${args.join(", ")}\n`);
}
