import type { StatementTree } from "#protocol/batches.ts";
import type { Certificate } from "#protocol/certificates.ts";
import { statementLeaf, type HubFact } from "#protocol/statements.ts";

/** A fact of the hub with a certificate that it is in. */
export interface CertifiedFact {
  readonly fact: HubFact;
  readonly certificate: Certificate;
  readonly statements: StatementTree;
}

/** No rollup takes a fact of the hub from a certificate that is older. */
const FACT_SECONDS = 6n * 3_600n;

/** Certified facts of the hub, as long as a rollup may take them: of each fact and epoch the certificate issued last. */
export class FactBook {
  readonly #facts = new Map<string, CertifiedFact>();
  #changes = 0;

  /** Rises whenever something is new. */
  get changes(): number {
    return this.#changes;
  }

  /** All of them, the later issued first. */
  get facts(): readonly CertifiedFact[] {
    return [...this.#facts.values()].sort((a, b) =>
      Number(b.certificate.batch.issuedAt - a.certificate.batch.issuedAt),
    );
  }

  /** Takes a certificate's facts. */
  take(certificate: Certificate, statements: StatementTree, facts: readonly HubFact[]): void {
    for (const fact of facts) {
      const { tableEpoch, issuedAt } = certificate.batch;
      const key = `${statementLeaf(fact)} ${String(tableEpoch)}`;
      const known = this.#facts.get(key);
      if (known !== undefined && known.certificate.batch.issuedAt >= issuedAt) continue;
      this.#facts.set(key, { fact, certificate, statements });
      this.#changes++;
    }
  }

  /** Forgets what no rollup takes any more. */
  forget(nowSeconds: bigint): void {
    for (const [key, { certificate }] of this.#facts) {
      if (certificate.batch.issuedAt + FACT_SECONDS < nowSeconds) this.#facts.delete(key);
    }
  }
}
