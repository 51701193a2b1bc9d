import { Directory__factory } from "#chain/contracts.ts";
import { entryFrom } from "#chain/entry.ts";
import { entriesOf, type Entry } from "#chain/hub/entries.ts";
import { readTable } from "#chain/hub/tables.ts";
import { setThere } from "#chain/trace/epochs.ts";
import { timeOf, type RollupSite } from "#chain/trace/site.ts";
import type { ChainId, Hex } from "#protocol/types.ts";

import type { NetworkConfig } from "../config/schema.ts";
import { plannedRollup } from "../steps/addresses.ts";
import { siteOf } from "../steps/read.ts";
import { readerOf, rollupNamed, sitesOf, type JoinWait, type JoinYard } from "./site.ts";

/** Statuses of entries: lanes of these are heard. */
const HEARD: readonly number[] = [2, 3];
const ACTIVE = 2;

/** Something that the hub says and a rollup has not heard. */
export type Lack =
  | { readonly kind: "entry"; readonly rollup: string; readonly chainId: ChainId; readonly version: bigint }
  | {
      readonly kind: "table";
      readonly rollup: string;
      readonly operatorSetId: number;
      readonly epoch: number;
      /** The hub's packed rows. */
      readonly rows: Hex;
    };

/** Everything that keeps a rollup from being heard, and from hearing. */
export interface Lacks {
  readonly lacks: readonly Lack[];
  /** What has to be there on the hub first. */
  readonly waits: readonly JoinWait[];
  /** Names of other rollups that are active, in the configuration's order. */
  readonly others: readonly string[];
  /** Of the entry of the rollup that joins; undefined where there is none. */
  readonly status: number | undefined;
}

/**
 * Compares what the hub says with what rollups have: of every active rollup, the entry of the one that joins; of that one, all entries
 * that are heard, and a table that is not over of each of their sets.
 *
 * @param config - The network.
 * @param name - The rollup that joins; the registry has it already.
 * @param yard - Chains.
 * @returns What is lacking.
 */
export async function lacksOf(config: NetworkConfig, name: string, yard: JoinYard): Promise<Lacks> {
  const site = siteOf(config);
  const hub = readerOf(yard.readers, "hub");
  const all = await entriesOf(hub, site);
  const entries = all.filter(({ status }) => HEARD.includes(status));
  const rollups = await sitesOf(config, yard);
  const isOwn = ({ chainId }: Entry) => chainId === BigInt(rollupNamed(config, name).chainId);
  const own = entries.filter(isOwn);
  const lacks: Lack[] = [];
  const waits: JoinWait[] = [];
  const others: string[] = [];
  for (const rollup of rollups) {
    const present = entries.find(({ chainId, gateway }) => chainId === rollup.chainId && gateway === rollup.gateway);
    if (present === undefined) continue;
    if (rollup.name !== name && present.status === ACTIVE) others.push(rollup.name);
    lacks.push(...(await entriesLacking(config, rollup, rollup.name === name ? entries : own)));
    if (rollup.name !== name) continue;
    const sets = new Set([config.hub.directorySetId, ...entries.map(({ operatorSetId }) => operatorSetId)]);
    for (const set of sets) {
      const lack = await tableLacking(config, yard, rollup, set);
      if (lack === undefined) continue;
      if ("kind" in lack) lacks.push(lack);
      else waits.push(lack);
    }
  }
  return { lacks, waits, others, status: all.find(isOwn)?.status };
}

async function entriesLacking(config: NetworkConfig, rollup: RollupSite, wanted: readonly Entry[]): Promise<Lack[]> {
  const { directory } = plannedRollup(config, rollupNamed(config, rollup.name)).contracts;
  const there = Directory__factory.connect(directory, rollup.provider);
  const lacks: Lack[] = [];
  for (const { chainId, version } of wanted) {
    const found = entryFrom(await there.entry(chainId));
    if ((found?.version ?? 0n) < version) lacks.push({ kind: "entry", rollup: rollup.name, chainId, version });
  }
  return lacks;
}

async function tableLacking(
  config: NetworkConfig,
  { readers }: JoinYard,
  rollup: RollupSite,
  operatorSetId: number,
): Promise<Lack | JoinWait | undefined> {
  const { operatorTables } = plannedRollup(config, rollupNamed(config, rollup.name)).contracts;
  const now = await timeOf(rollup.provider);
  const { newest } = await setThere(rollup.provider, operatorTables, operatorSetId, now);
  if (newest?.status === "Speaking" && newest.validUntil >= now) return undefined;
  const told = await readTable(readerOf(readers, "hub"), siteOf(config), operatorSetId);
  const subject = `${rollup.name}: a table of set ${operatorSetId}`;
  if (told === undefined || told.statement.validUntil < now || told.statement.epoch <= (newest?.epoch ?? 0)) {
    const what = `a new table of operator set ${operatorSetId} on the hub`;
    return { for: subject, what, who: `anybody: \`npx hardhat table build --set ${operatorSetId}\`` };
  }
  const { statement, table } = told;
  return { kind: "table", rollup: rollup.name, operatorSetId, epoch: statement.epoch, rows: table.packed };
}

/** A lack, for people. */
export function lackText(lack: Lack): string {
  if (lack.kind === "table") return `${lack.rollup}: the table of set ${lack.operatorSetId}, epoch ${lack.epoch}`;
  return `${lack.rollup}: the entry of chain ${lack.chainId}, version ${lack.version}`;
}
