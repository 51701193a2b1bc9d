import type { HubTable } from "#chain/hub/tables.ts";
import type { HubBook } from "#deploy/addressBook.ts";
import type { Domain } from "#protocol/batches.ts";
import type { RowSignature } from "#protocol/certificates.ts";
import type { HaltProposal } from "#protocol/halts/proposal.ts";
import type { Share, SoundHalt } from "#protocol/halts/soundHalt.ts";

import type { OpenHub } from "../shared/hub.ts";

/** A proposal that may be signed now, and the table of its epoch, as the hub has it. */
export interface Checked {
  readonly sound: SoundHalt;
  readonly hubTable: HubTable;
  readonly now: bigint;
}

/** Who signed, told apart. */
export interface Weighed {
  /** Those that hold, rising by row. */
  readonly good: readonly RowSignature[];
  /** Rows whose signature does not hold. */
  readonly dropped: readonly number[];
  readonly share: Share;
}

/**
 * @param site - The hub of the address book.
 * @returns Where signatures of its operators hold.
 */
export async function domainOf({ chainId, contracts }: HubBook): Promise<Domain> {
  const types = await import("#protocol/types.ts");
  return { hubChainId: types.chainId(chainId), serviceManager: contracts.serviceManager };
}

/**
 * @param hub - The hub.
 * @param proposal - From anybody.
 * @returns The halt as it may be signed; throws the broken rule.
 */
export async function checked(
  { provider, site }: Pick<OpenHub, "provider" | "site">,
  proposal: HaltProposal,
): Promise<Checked> {
  const [{ knownTable }, { timeOf }, { SoundHalt }] = await Promise.all([
    import("#chain/hub/tables.ts"),
    import("#chain/hub/proposals.ts"),
    import("#protocol/halts/soundHalt.ts"),
  ]);
  const { operatorSetId, tableEpoch } = proposal.batch;
  const hubTable = await knownTable(provider, site, operatorSetId, tableEpoch);
  const now = await timeOf(provider);
  return { sound: SoundHalt.of(proposal, await domainOf(site), hubTable.statement, now), hubTable, now };
}

/**
 * @param halt - The halt.
 * @param signatures - From anybody.
 * @returns Which hold, and what they weigh.
 */
export async function weigh(
  { sound, hubTable: { table } }: Checked,
  signatures: readonly RowSignature[],
): Promise<Weighed> {
  const [{ shareOf }, { mclVerifier }] = await Promise.all([
    import("#protocol/halts/soundHalt.ts"),
    import("#protocol/blsMcl.ts"),
  ]);
  const { good, bad } = sound.sort(table, signatures, await mclVerifier());
  return {
    good: [...good].sort((a, b) => a.row - b.row),
    dropped: bad.map(({ row }) => row).sort((a, b) => a - b),
    share: shareOf(table, good),
  };
}
