import type { Log } from "ethers";
import { z } from "zod";

import { broughtOf, entryBroughtAt, installBrought, isAbsent, sendEntry, sendEpoch } from "#chain/bridge/news.ts";
import { IHubEnd__factory } from "#chain/contracts.ts";
import { HubError } from "#chain/hub/errors.ts";
import { searchLogs } from "#chain/trace/search.ts";

import type { NetworkConfig } from "../config/schema.ts";
import { plannedRollup } from "../steps/addresses.ts";
import { lackText, type Lack } from "./lacks.ts";
import { deployerOn, readerOf, rollupNamed, type JoinWait, type JoinYard, type Sent } from "./site.ts";

/** Blocks of the hub in which news are looked for that are still on their way: a day and more of mainnet's. */
const BLOCKS_BACK = 10_000;
const newsSchema = z.object({ news: z.object({ hubTime: z.bigint(), entry: z.object({ version: z.bigint() }) }) });
const abi = IHubEnd__factory.createInterface();

/**
 * Has a rollup hear what it lacks, over its canonical bridge: sends word of it unless that is on its way, and takes what was brought.
 *
 * @param config - The network.
 * @param yard - Who sends, and where.
 * @param lack - What is lacking.
 * @param sent - What this process has sent already; grows.
 * @returns What is waited for; undefined where nothing is lacking any more.
 */
export async function makeUp(
  config: NetworkConfig,
  yard: JoinYard,
  lack: Lack,
  sent: Sent,
): Promise<JoinWait | undefined> {
  const rollup = rollupNamed(config, lack.rollup);
  const subject = lackText(lack);
  if (rollup.bridge === undefined) {
    const who = `aggregators and relayers; or anybody: \`npx hardhat table carry ${lack.rollup} --aggregator URL\``;
    return { for: subject, what: "a certificate, because there is no canonical bridge", who };
  }
  if (lack.kind === "table" && (await installed(config, yard, lack))) return undefined;
  const { bridge } = plannedRollup(config, rollup);
  const way = (hash: string, verb: string): JoinWait => ({
    for: subject,
    what: `the canonical bridge, which carries what transaction ${hash} ${verb}`,
    who: rollup.bridge?.stack === "orbit" ? "whoever redeems the ticket, if its own attempt failed" : "",
  });
  const before = sent.get(subject) ?? (await onTheirWay(config, yard, lack));
  if (before !== undefined) return way(before, "sent");
  try {
    const deployer = await deployerOn(config, yard, "hub");
    const fee = { value: yard.newsValue };
    const { transactionHash } =
      lack.kind === "entry"
        ? await sendEntry(deployer, bridge, lack.chainId, fee)
        : await sendEpoch(deployer, bridge, lack.operatorSetId, lack.epoch, fee);
    sent.set(subject, transactionHash);
    yard.tell(`sent over the canonical bridge: ${subject}, ${transactionHash}`);
    return way(transactionHash, "has sent");
  } catch (error) {
    if (!(error instanceof HubError) || error.revert?.name !== "FeeMismatch") throw error;
    return { for: subject, what: `what the stack takes: ${error.message}`, who: "you: `--value WEI`" };
  }
}

async function installed(
  config: NetworkConfig,
  yard: JoinYard,
  { rollup, operatorSetId, epoch, rows }: Extract<Lack, { kind: "table" }>,
): Promise<boolean> {
  const { operatorTables } = plannedRollup(config, rollupNamed(config, rollup)).contracts;
  const news = await broughtOf(readerOf(yard.readers, rollup), operatorTables, operatorSetId, epoch);
  if (news === undefined || isAbsent(news) || news.isRevoked) return false;
  const deployer = await deployerOn(config, yard, rollup);
  const hash = await installBrought(deployer, operatorTables, operatorSetId, epoch, rows);
  yard.tell(`${rollup} has the table of set ${operatorSetId}, epoch ${epoch}: ${hash}`);
  return true;
}

/** The transaction that sent word of it lately, unless that has arrived. */
async function onTheirWay(config: NetworkConfig, yard: JoinYard, lack: Lack): Promise<string | undefined> {
  const { bridge, contracts } = plannedRollup(config, rollupNamed(config, lack.rollup));
  const [hub, reader] = [readerOf(yard.readers, "hub"), readerOf(yard.readers, lack.rollup)];
  const head = await hub.getBlockNumber();
  const topics =
    lack.kind === "entry"
      ? abi.encodeFilterTopics("EntrySent", [lack.chainId])
      : abi.encodeFilterTopics("EpochSent", [lack.operatorSetId, lack.epoch]);
  const range = { fromBlock: Math.max(0, head - BLOCKS_BACK), toBlock: head, isBackwards: true };
  for await (const log of searchLogs(hub, { emitter: bridge.hubEnd, topics, ...range })) {
    if (lack.kind === "table") return log.transactionHash;
    const { version, hubTime } = entryNewsIn(log);
    const arrivedAt = await entryBroughtAt(reader, contracts.directory, lack.chainId);
    return version >= lack.version && hubTime > arrivedAt ? log.transactionHash : undefined;
  }
  return undefined;
}

function entryNewsIn({ data, topics }: Log): { readonly version: bigint; readonly hubTime: bigint } {
  const parsed = abi.parseLog({ data, topics: [...topics] });
  const news = newsSchema.parse(parsed?.args.toObject(true));
  return { version: news.news.entry.version, hubTime: news.news.hubTime };
}
