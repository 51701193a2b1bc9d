import type { InstalledTable } from "#chain/operatorTables.ts";
import type { RollupClient } from "#chain/rollup.ts";
import type { PublishedCertificate } from "#nodes/shared/api.ts";
import type { Rollups } from "#nodes/shared/rollups.ts";
import type { BlsVerifier } from "#protocol/bls.ts";
import { verifyCertificate, type Certificate } from "#protocol/certificates.ts";
import { ProtocolError } from "#protocol/errors.ts";
import type { HubFact, Page, Statement } from "#protocol/statements.ts";

/** No policy accepts pages with less. */
const LEAST_QUORUM_BPS = 6_667;

/** What a book of certificates asks before it takes one. */
export interface Checker {
  /** Forgets what may have changed since the last round. */
  refresh(): void;
  /**
   * @param published - A certificate whose statements have its root.
   * @returns What it speaks for; throws when that cannot be told yet.
   */
  standing(published: PublishedCertificate): Promise<Standing>;
}

/** What of a certificate stands: the pages whose sources its set speaks for, and its facts of the hub. */
export interface Standing {
  readonly pages: readonly Page[];
  readonly facts: readonly HubFact[];
}

const NOTHING: Standing = { pages: [], facts: [] };

/**
 * Tells certificates from what an aggregator made up, so that none of several can put a page that was never signed in the
 * place of one that was.
 */
export class CertificateChecker implements Checker {
  readonly #rollups: Rollups;
  readonly #verifier: BlsVerifier;
  readonly #sets = new Map<string, Promise<number | undefined>>();

  /**
   * @param rollups - Whose tables and directories count.
   * @param verifier - BLS.
   */
  constructor(rollups: Rollups, verifier: BlsVerifier) {
    this.#rollups = rollups;
    this.#verifier = verifier;
  }

  /** @inheritdoc */
  refresh(): void {
    this.#sets.clear();
  }

  /** @inheritdoc */
  async standing({ certificate, statements }: PublishedCertificate): Promise<Standing> {
    const { operatorSetId } = certificate.batch;
    const facts = statements.filter((statement) => isFactOf(statement, operatorSetId));
    const pages = statements.flatMap(({ kind, content }) => {
      const destination =
        kind === "Page" ? this.#rollups.get(content.destinationChainId, content.destinationGateway) : undefined;
      return kind === "Page" && destination !== undefined ? [{ page: content, destination }] : [];
    });
    if (pages.length + facts.length === 0 || !(await this.#holds(certificate))) return NOTHING;
    const spoken = await Promise.all(
      pages.map(async ({ page, destination }) => {
        const speaker = await this.#speaker(destination, page);
        return speaker === undefined || speaker === operatorSetId ? [page] : [];
      }),
    );
    return { pages: spoken.flat(), facts };
  }

  async #holds(certificate: Certificate): Promise<boolean> {
    const found = await this.#table(certificate.batch);
    if (found === undefined) return false;
    const { rollup, table } = found;
    const parts = { domain: await rollup.domain(), certificate, quorumBps: LEAST_QUORUM_BPS, verifier: this.#verifier };
    try {
      verifyCertificate({ ...parts, table: table.table });
      return true;
    } catch (error) {
      if (error instanceof ProtocolError) return false;
      throw error;
    }
  }

  // Any rollup that has installed the epoch will do: the hub certified the same table to all.
  async #table({
    operatorSetId,
    tableEpoch,
  }: Certificate["batch"]): Promise<{ rollup: RollupClient; table: InstalledTable } | undefined> {
    let failure: unknown;
    for (const rollup of this.#rollups) {
      try {
        const table = await rollup.installedTable(operatorSetId, tableEpoch);
        if (table !== undefined) return { rollup, table };
        const newest = await rollup.newestEpoch(operatorSetId);
        if (newest > 0 && newest < tableEpoch) {
          failure = new Error(`epoch ${String(tableEpoch)} of set ${String(operatorSetId)} is not installed yet`);
        }
      } catch (error) {
        failure = error;
      }
    }
    if (failure !== undefined) throw failure instanceof Error ? failure : new Error("no table");
    return undefined;
  }

  // The set that speaks for a page's source where it is delivered; undefined while that knows no such chain.
  #speaker(destination: RollupClient, { sourceChainId, destinationGateway }: Page): Promise<number | undefined> {
    const key = [sourceChainId, destination.chainId, destinationGateway].map(String).join(" ");
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const asked = destination.entry(sourceChainId).then((entry) => entry?.operatorSetId);
    this.#sets.set(key, asked);
    return asked;
  }
}

// Of tables a set certifies its own only; whether it speaks about entries each directory knows.
function isFactOf(statement: Statement, operatorSetId: number): statement is HubFact {
  return (
    statement.kind === "Rollup" || (statement.kind === "Table" && statement.content.operatorSetId === operatorSetId)
  );
}
