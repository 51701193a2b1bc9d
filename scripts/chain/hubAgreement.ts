import { toJson } from "#protocol/schemas.ts";
import type { Rollup as Entry, Table } from "#protocol/statements.ts";
import type { ChainId } from "#protocol/types.ts";

import type { HubClient } from "./hub.ts";
import { HubCopy, MOST_CHAINS } from "./hubCopy.ts";
import type { HubView } from "./hubView.ts";
import type { RollupClient } from "./rollup.ts";

/** How many chains of the registry are asked for at once. */
const CHAINS_A_PAGE = 128;
/** How many chains are compared at once. */
const AT_ONCE = 16;
/** What stands where there is nothing. */
const NOTHING = "nothing";

/** One thing that a rollup's copy has otherwise than the hub. */
export interface HubDifference {
  /** What it is about: `domain`, `windows`, `table SET EPOCH` or `entry CHAIN`. */
  readonly subject: string;
  readonly field: string;
  /** As the rollup has it. */
  readonly found: string;
  /** As the hub has it. */
  readonly required: string;
}

/**
 * Compares a rollup's copy of the hub with the hub itself, at a final block there: whom it listens to, the tables that it was
 * deployed with and the newest ones of the same sets, and every entry of its directory.
 *
 * @param hub - The hub.
 * @param rollup - The rollup.
 * @returns What differs; nothing where the copy is the hub's. Throws when one of them cannot be read.
 */
export async function hubDifferences(hub: HubClient, rollup: RollupClient): Promise<HubDifference[]> {
  const view = await hub.final();
  const copy = new HubCopy(rollup);
  const found = [
    fieldsThatDiffer(
      "domain",
      { ...(await rollup.domain()) },
      { hubChainId: hub.chainId, serviceManager: hub.contracts.serviceManager },
    ),
    await windows(hub, copy),
    await tables(view, copy),
    await entries(view, copy),
  ];
  return found.flat();
}

// What an epoch said must be judged as long as it can be delivered, so grace is the hub's; and no table may be too long.
async function windows(hub: HubClient, copy: HubCopy): Promise<HubDifference[]> {
  const { graceSeconds, maxValiditySeconds } = await copy.rules();
  const { lead, validity, grace } = await hub.endpoints.agree(async (provider) => {
    const found = await hub.tableBuilder(provider).windows();
    return { lead: Number(found.lead), validity: Number(found.validity), grace: Number(found.grace) };
  }, toJson);
  const least = lead + validity;
  return fieldsThatDiffer(
    "windows",
    { graceSeconds, maxValiditySeconds: Math.min(maxValiditySeconds, least) },
    { graceSeconds: grace, maxValiditySeconds: least },
  );
}

async function tables(view: HubView, copy: HubCopy): Promise<HubDifference[]> {
  const { rollup } = copy;
  const first = await copy.firstEpochs();
  const sets = new Set(first.map(([set]) => set));
  const newest = await Promise.all(
    [...sets].map(async (set): Promise<readonly [number, number]> => [set, await rollup.newestEpoch(set)]),
  );
  const wanted = new Map(
    [...first, ...newest].map(([set, epoch]) => [`table ${String(set)} ${String(epoch)}`, [set, epoch] as const]),
  );
  const differences: HubDifference[] = [];
  for (const [subject, [set, epoch]] of wanted) {
    const [installed, told] = await Promise.all([rollup.installedTable(set, epoch), view.table(set, epoch)]);
    const found: Table | undefined = installed && {
      operatorSetId: set,
      epoch,
      tableHash: installed.table.tableHash,
      validFrom: installed.validFrom,
      validUntil: installed.validUntil,
    };
    differences.push(...differencesOf(subject, found, told));
  }
  return differences;
}

async function entries(view: HubView, copy: HubCopy): Promise<HubDifference[]> {
  const chains = [...new Set([...(await copy.chainIds()), ...(await registered(view))])];
  const differences: HubDifference[] = [];
  for (let at = 0; at < chains.length; at += AT_ONCE) {
    const found = await Promise.all(
      chains.slice(at, at + AT_ONCE).map(async (chain) => {
        const [known, told] = await Promise.all([copy.rollup.entry(chain), view.presentEntry(chain)]);
        return differencesOf(`entry ${String(chain)}`, known, told);
      }),
    );
    differences.push(...found.flat());
  }
  return differences;
}

async function registered(view: HubView): Promise<readonly ChainId[]> {
  const count = Math.min(await view.chainCount(), MOST_CHAINS);
  const chains: ChainId[] = [];
  for (let first = 0; first < count; first += CHAINS_A_PAGE) {
    chains.push(...(await view.chainIds(first, Math.min(CHAINS_A_PAGE, count - first))));
  }
  return chains;
}

function differencesOf(subject: string, found: Table | Entry | undefined, required: typeof found): HubDifference[] {
  if (found !== undefined && required !== undefined) return fieldsThatDiffer(subject, { ...found }, { ...required });
  if (found === required) return [];
  const there = (fact: typeof found) => (fact === undefined ? NOTHING : toJson(fact));
  return [{ subject, field: "all", found: there(found), required: there(required) }];
}

function fieldsThatDiffer(
  subject: string,
  found: Readonly<Record<string, unknown>>,
  required: Readonly<Record<string, unknown>>,
): HubDifference[] {
  return Object.keys(required)
    .map((field) => ({ subject, field, found: String(found[field]), required: String(required[field]) }))
    .filter((one) => one.found !== one.required);
}
