import type { Rollup as Entry, Statement } from "#protocol/statements.ts";

import type { Committee } from "./committee.ts";
import type { Rollup } from "./rollup.ts";

/** Brings a directory entry to a rollup under a certificate of everybody. */
export async function updateEntry(committee: Committee, rollup: Rollup, content: Entry): Promise<void> {
  const statement: Statement = { kind: "Rollup", content };
  const { certificate, statements } = await committee.certify([statement], { issuedAt: await rollup.now() });
  await rollup.directory.update(certificate, content, statements.proof(statement));
}

/** Brings the table of `next` to a rollup under a certificate of the present committee. */
export async function installTable(
  committee: Committee,
  rollup: Rollup,
  next: Committee,
  validFrom: bigint,
  validUntil: bigint,
): Promise<void> {
  const content = next.tableStatement(validFrom, validUntil);
  const statement: Statement = { kind: "Table", content };
  const { certificate, statements } = await committee.certify([statement], { issuedAt: await rollup.now() });
  await rollup.operatorTables.install(certificate, content, statements.proof(statement), next.table.packed);
}
