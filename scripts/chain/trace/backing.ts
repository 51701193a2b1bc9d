import type { Provider } from "ethers";

import { CertificateVerifier__factory, OperatorTables__factory, Policy__factory } from "#chain/contracts.ts";
import { readInstalled } from "#chain/facts.ts";
import { readTable } from "#chain/hub/tables.ts";
import type { HubSite } from "#chain/hub/site.ts";
import type { Certificate } from "#protocol/certificates.ts";
import type { Address, ChainId } from "#protocol/types.ts";

import type { Books } from "./site.ts";

const WHOLE_BPS = 10_000n;

/** The hub, where it can be asked. */
export interface OpenHubSite {
  readonly site: HubSite;
  readonly provider: Provider;
}

/** One row of the table that spoke. */
export interface TracedSigner {
  readonly row: number;
  /** Who has the row, where the hub told. */
  readonly operator: Address | undefined;
  readonly weight: bigint;
  readonly hasSigned: boolean;
}

/** Who stands behind a certificate, by the table that its destination has. */
export interface Backing {
  readonly operatorSetId: number;
  readonly epoch: number;
  readonly signers: readonly TracedSigner[];
  readonly signedWeight: bigint;
  readonly totalWeight: bigint;
  /** Rounded down, as contracts do. */
  readonly signedBps: number;
  /** What the destination demands of the source now. */
  readonly requiredBps: number;
  /** Whether the destination's verifier says that the signature holds. */
  readonly isValid: boolean;
}

/**
 * @param provider - The destination.
 * @param books - Of the gateway that takes it.
 * @param source - Whose page it is.
 * @param certificate - The certificate.
 * @param hub - Tells who has the rows.
 * @returns Who signed, and what that weighs; undefined where the destination does not have the epoch's table.
 */
export async function backingOf(
  provider: Provider,
  books: Books,
  source: ChainId,
  certificate: Certificate,
  hub: OpenHubSite | undefined,
): Promise<Backing | undefined> {
  const { operatorSetId, tableEpoch } = certificate.batch;
  // Zero would mean the newest one.
  const installed =
    tableEpoch === 0 ? undefined : await readInstalled(provider, books.operatorTables, operatorSetId, tableEpoch);
  if (installed === undefined) return undefined;
  const { table } = installed;
  const told = hub && (await readTable(hub.provider, hub.site, operatorSetId, tableEpoch).catch(() => undefined));
  const operators = told?.statement.tableHash === table.tableHash ? told.operators : [];
  const signers = table.rows.map(({ weight }, row) => {
    return { row, operator: operators[row], weight, hasSigned: ((certificate.nonSigners >> BigInt(row)) & 1n) === 0n };
  });
  const signedWeight = signers.reduce((sum, { weight, hasSigned }) => sum + (hasSigned ? weight : 0n), 0n);
  const tables = OperatorTables__factory.connect(books.operatorTables, provider);
  const stored = await tables.epoch(operatorSetId, tableEpoch);
  const verifier = CertificateVerifier__factory.connect(books.certificateVerifier, provider);
  const isValid = await verifier.verify(stored.table, certificate).then(
    () => true,
    () => false,
  );
  const { quorumBps } = await Policy__factory.connect(books.policy, provider).sourcePolicy(source);
  return {
    operatorSetId,
    epoch: tableEpoch,
    signers,
    signedWeight,
    totalWeight: table.totalWeight,
    signedBps: Number((signedWeight * WHOLE_BPS) / table.totalWeight),
    requiredBps: Number(quorumBps),
    isValid,
  };
}
