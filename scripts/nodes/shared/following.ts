import { certificateListSchema } from "./api.ts";
import { healthOf } from "./asking.ts";
import { fetchJson } from "./client.ts";

const ASK_MS = 5_000;

/** A certificate, for people. */
export interface CertificateNews {
  /** The aggregator's URL. */
  readonly rollup: string;
  readonly kind: "certified";
  readonly event: "Certificate";
  readonly args: Readonly<Record<string, string>>;
}

/** Follows what an aggregator publishes. It remembers one number, and nothing else. */
export class CertificateFollower {
  readonly #url: string;
  #after: number;

  private constructor(url: string, after: number) {
    this.#url = url;
    this.#after = after;
  }

  /** Begins behind the newest certificate. */
  static async of(url: string): Promise<CertificateFollower> {
    return new CertificateFollower(url, (await healthOf(url))?.counters.certificates ?? 0);
  }

  /** What was published since the last look, one answer of it; nothing while nobody answers. */
  async look(): Promise<CertificateNews[]> {
    const request = { url: `${this.#url}/certificates?after=${String(this.#after)}`, timeoutMs: ASK_MS };
    const { certificates } = await fetchJson(request, certificateListSchema).catch(() => ({ certificates: [] }));
    this.#after = certificates.at(-1)?.seq ?? this.#after;
    return certificates.map(({ certificate, statements }) => ({
      ...{ rollup: this.#url, kind: "certified", event: "Certificate" },
      args: {
        statementsRoot: certificate.batch.statementsRoot,
        operatorSetId: String(certificate.batch.operatorSetId),
        epoch: String(certificate.batch.tableEpoch),
        statements: String(statements.length),
        nonSigners: `0x${certificate.nonSigners.toString(16)}`,
      },
    }));
  }
}
