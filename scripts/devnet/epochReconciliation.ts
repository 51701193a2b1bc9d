import type { Bytes32 } from "#protocol/types.ts";

import type { RollupName } from "./chains.ts";
import type { Epoch, EpochMember, Installation } from "./epochs.ts";

/** A table as a rollup has it: what its event says, and what the code of the table is. */
export interface InstalledRows extends Installation {
  readonly rowsHash: Bytes32;
  readonly rows: number;
}

/** What all chains say of epochs: nothing here comes from a node, or from what the devnet remembers. */
export interface EpochRecords {
  /** Oldest first. */
  readonly hub: readonly Epoch[];
  readonly rollups: readonly { readonly rollup: RollupName; readonly tables: readonly InstalledRows[] }[];
}

/** What must have changed from the first epoch to the newest. */
export interface ExpectedChange {
  readonly joined: string;
  readonly left: string;
  readonly raised: string;
}

/** Whether every rollup has the hub's epochs and these show what changed; and if not, what is wrong. */
export interface EpochVerdict {
  readonly ok: boolean;
  readonly contradictions: readonly string[];
}

/**
 * Holds the rollups' tables against the hub's.
 *
 * @param records - What the chains say.
 * @param change - What must show; nothing unless given.
 * @returns The verdict.
 */
export function reconcileEpochs({ hub, rollups }: EpochRecords, change?: ExpectedChange): EpochVerdict {
  const contradictions: string[] = [];
  const epochOf = (number: number) => hub.find(({ epoch }) => epoch === number);
  for (const { rollup, tables } of rollups) {
    let before = 0;
    for (const { epoch, tableHash, rowsHash, rows } of tables) {
      const name = `${rollup}, epoch ${epoch}`;
      if (epoch <= before) contradictions.push(`${name}: came after epoch ${before}`);
      before = epoch;
      const own = epochOf(epoch);
      if (own === undefined) {
        contradictions.push(`${name}: the hub has none of this number`);
        continue;
      }
      if (tableHash !== own.tableHash) contradictions.push(`${name}: another table than the hub's`);
      if (rowsHash !== tableHash) contradictions.push(`${name}: its rows are not what its event says`);
      if (rows !== own.members.length) {
        contradictions.push(`${name}: ${rows} rows for ${own.members.length} operators`);
      }
    }
    if (before === 0) contradictions.push(`${rollup}: no epoch`);
    if (change === undefined) continue;
    const [first, newest] = [tables[0], tables.at(-1)].map((table) => epochOf(table?.epoch ?? 0)?.members ?? []);
    contradictions.push(...missingChanges(first ?? [], newest ?? [], change).map((text) => `${rollup}: ${text}`));
  }
  if (rollups.length === 0) contradictions.push("there is no rollup");
  return { ok: contradictions.length === 0, contradictions };
}

function missingChanges(
  first: readonly EpochMember[],
  newest: readonly EpochMember[],
  { joined, left, raised }: ExpectedChange,
): string[] {
  const weight = (members: readonly EpochMember[], name: string) =>
    members.find((member) => member.name === name)?.weight ?? 0n;
  const found: string[] = [];
  const expect = (holds: boolean, text: string) => {
    if (!holds) found.push(text);
  };
  expect(weight(first, joined) === 0n, `${joined} was there from the beginning`);
  expect(weight(newest, joined) > 0n, `${joined} is not in the newest epoch`);
  expect(weight(first, left) > 0n, `${left} was not there in the beginning`);
  expect(weight(newest, left) === 0n, `${left} is still in the newest epoch`);
  expect(weight(newest, raised) > weight(first, raised), `the stake of ${raised} did not grow`);
  return found;
}
