import type { HubTable } from "#chain/hub/tables.ts";

/** A table for people. */
export function tableLines({
  statement,
  table,
  operators,
}: Pick<HubTable, "statement" | "table"> & Partial<HubTable>): string[] {
  const { operatorSetId, epoch, tableHash, validUntil } = statement;
  return [
    `set ${operatorSetId}, epoch ${epoch}: ${table.rows.length} rows, weight ${table.totalWeight}, ${tableHash}`,
    `  valid until ${new Date(Number(validUntil) * 1_000).toISOString()}`,
    ...table.rows.map(
      ({ weight }, row) => `  row ${row}: ${weight}${operators === undefined ? "" : `, ${operators[row] ?? ""}`}`,
    ),
  ];
}
