import { createServer } from "node:http";

import { toJson } from "#protocol/schemas.ts";

/** A server of documents. */
export interface JsonServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves documents at a free port of this machine.
 *
 * @param answer - The document at a path, query included.
 * @returns Where, and how it ends.
 */
export async function serveJson(answer: (path: string) => object): Promise<JsonServer> {
  const server = createServer(({ url = "" }, response) => {
    response.setHeader("content-type", "application/json").end(toJson(answer(url)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const found = server.address();
  if (found === null || typeof found === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${found.port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}
