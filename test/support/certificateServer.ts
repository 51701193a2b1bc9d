import {
  pageRequestSchema,
  type CertificateList,
  type PageRequest,
  type PublishedCertificate,
} from "#nodes/shared/api.ts";
import { json, openRoutes, serveHttp } from "#nodes/shared/http.ts";
import { silentLog } from "#nodes/shared/log.ts";
import { parse } from "#protocol/schemas.ts";

/** An aggregator as relayers see it, that publishes what a test gives it, true or not. */
export class CertificateServer {
  readonly url: string;
  /** What it has published. */
  readonly published: PublishedCertificate[] = [];
  /** Which pages it was asked to certify again. */
  readonly asked: PageRequest[] = [];
  /** What it does when it is asked. */
  onAsked: () => void = () => undefined;
  readonly #close: () => Promise<void>;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.#close = close;
  }

  /** Starts one that has nothing yet. */
  static async start(): Promise<CertificateServer> {
    const routes = openRoutes(silentLog);
    const server = await serveHttp(routes, { host: "127.0.0.1", port: 0 });
    const found = new CertificateServer(server.url, () => server.close());
    routes.get("/certificates", (context) => {
      const after = Number(context.req.query("after") ?? 0);
      const list: CertificateList = { certificates: found.published.filter(({ seq }) => seq > after) };
      return json(200, list);
    });
    routes.post("/pages", async (context) => {
      found.asked.push(parse(pageRequestSchema, await context.req.json()));
      found.onAsked();
      return json(202, { accepted: true });
    });
    return found;
  }

  /** Publishes a certificate. */
  publish({ certificate, statements }: Pick<PublishedCertificate, "certificate" | "statements">): void {
    this.published.push({ seq: this.published.length + 1, certificate, statements: [...statements] });
  }

  /** Stops it. */
  close(): Promise<void> {
    return this.#close();
  }
}
