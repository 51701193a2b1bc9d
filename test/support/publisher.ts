import type { PublishedCertificate } from "#nodes/shared/api.ts";
import type { Page, Statement } from "#protocol/statements.ts";

import type { Certified } from "./committee.ts";
import { serveJson, type JsonServer } from "./jsonServer.ts";

/** An aggregator that publishes what a test gives it. */
export class Publisher {
  readonly url: string;
  readonly problems: string[] = [];
  readonly #published: PublishedCertificate[];
  readonly #server: JsonServer;

  private constructor(server: JsonServer, published: PublishedCertificate[], problems: string[]) {
    this.url = server.url;
    this.#server = server;
    this.#published = published;
    this.problems = problems;
  }

  /** Starts it with nothing to tell. */
  static async start(): Promise<Publisher> {
    const published: PublishedCertificate[] = [];
    const problems: string[] = [];
    const server = await serveJson((path) => {
      if (path === "/health") {
        const counters = { certificates: published.length };
        return { role: "aggregator", ok: problems.length === 0, problems, counters, blocks: {} };
      }
      const after = Number(/^\/certificates\?after=(\d+)$/.exec(path)?.[1] ?? Number.NaN);
      return { certificates: published.filter(({ seq }) => seq > after).slice(0, 32) };
    });
    return new Publisher(server, published, problems);
  }

  /** Publishes a certificate. */
  publish({ certificate, statements }: Pick<Certified, "certificate"> & { readonly statements: readonly Statement[] }) {
    this.#published.push({ seq: this.#published.length + 1, certificate, statements: [...statements] });
  }

  /** Forgets everything. */
  clear(): void {
    this.#published.length = 0;
    this.problems.length = 0;
  }

  /** Ends it. */
  close(): Promise<void> {
    return this.#server.close();
  }
}

/** A page as a statement. */
export function pageStatement(content: Page): Statement {
  return { kind: "Page", content };
}
