import type { HubTable } from "#chain/hub/tables.ts";
import type { Batch, Domain } from "#protocol/batches.ts";
import { STRONG_HALT_BPS, type Share } from "#protocol/halts/soundHalt.ts";
import type { Halt } from "#protocol/statements.ts";
import type { Bytes32 } from "#protocol/types.ts";

import type { Stand } from "./rollups.ts";

/** All that a signature of a halt says. */
export interface ShownHalt {
  readonly domain: Domain;
  readonly halt: Halt;
  readonly batch: Batch;
  readonly digest: Bytes32;
}

/** A time for people, in seconds. */
export function timeLine(seconds: bigint): string {
  return new Date(Number(seconds) * 1_000).toISOString();
}

/** A halt for people: exactly what is signed. */
export function haltLines({ domain, halt, batch, digest }: ShownHalt, reason: string, now: bigint): string[] {
  return [
    `halt of chain ${halt.chainId}: nothing that comes from there is delivered until ${timeLine(halt.expiresAt)}`,
    `  ${durationOf(halt.expiresAt - now)} from now; messages wait, and none is lost`,
    `  reason: ${reason}`,
    `  as a word: ${halt.reason}`,
    `  gateway: ${halt.gateway}`,
    `  said by: set ${batch.operatorSetId}, epoch ${batch.tableEpoch}, at ${timeLine(batch.issuedAt)}`,
    `  for: hub ${domain.hubChainId}, service manager ${domain.serviceManager}`,
    `  root: ${batch.statementsRoot}`,
    `  digest: ${digest}`,
  ];
}

/** Who signed, and what it weighs. */
export function shareLines({ operators }: HubTable, rows: readonly number[], bad: readonly number[], share: Share) {
  return [
    ...rows.map((row) => `  signed: row ${row}, ${operators[row] ?? "nobody"}`),
    ...bad.map((row) => `  dropped: row ${row}, ${operators[row] ?? "nobody"}: the signature does not hold`),
    `  ${share.signedBps} of 10000 basis points, weight ${share.signedWeight} of ${share.totalWeight}`,
  ];
}

/** What a halt finds on rollups. */
export function standLines(stands: readonly Stand[], { signedBps }: Pick<Share, "signedBps">): string[] {
  return stands.map((stand) => {
    const { name } = stand.rollup;
    if (stand.kind === "Deaf") return `  ${name}: does not hear it`;
    if (stand.kind === "Closed") return `  ${name}: ${stand.reason}`;
    const { missingWeight, hearing } = stand;
    if (missingWeight > 0n) return `  ${name}: ${missingLine(missingWeight, hearing.haltQuorumBps)}`;
    const rest = signedBps < STRONG_HALT_BPS ? `; by less than ${STRONG_HALT_BPS} only every other day` : "";
    return `  ${name}: enough, ${hearing.haltQuorumBps} basis points halt it${rest}`;
  });
}

/** What is missing. */
export function missingLine(missingWeight: bigint, haltQuorumBps: number): string {
  return `weight ${missingWeight} is missing, ${haltQuorumBps} basis points halt it`;
}

function durationOf(seconds: bigint): string {
  return `${seconds / 3_600n} h ${(seconds % 3_600n) / 60n} min`;
}
