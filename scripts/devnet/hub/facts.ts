import type { JsonRpcProvider } from "ethers";

import { entriesOf } from "#chain/hub/entries.ts";
import { hubAt } from "#chain/hub/site.ts";
import { knownTable } from "#chain/hub/tables.ts";
import type { HubBook } from "#deploy/addressBook.ts";
import type { RollupParameters } from "#deploy/rollup.ts";

import { OPERATOR_SET_ID } from "./profile.ts";

/**
 * What a rollup is deployed with, as the hub says it.
 *
 * @param provider - The hub's chain.
 * @param hub - Its contracts.
 * @returns The set's newest table, the present entry of every chain, and the windows.
 */
export async function readFirstFacts(
  provider: JsonRpcProvider,
  hub: HubBook,
): Promise<Pick<RollupParameters, "firstEntries" | "firstTables" | "graceSeconds" | "maxValiditySeconds">> {
  const [windows, { statement, table }, firstEntries] = await Promise.all([
    hubAt(hub, provider).tableBuilder.windows(),
    knownTable(provider, hub, OPERATOR_SET_ID),
    entriesOf(provider, hub),
  ]);
  return {
    firstEntries,
    firstTables: [{ table: statement, rows: table.packed }],
    graceSeconds: Number(windows.grace),
    maxValiditySeconds: Number(windows.lead + windows.validity),
  };
}
