import type { Certificate } from "#protocol/certificates.ts";
import { laneId, placeOf, type Message } from "#protocol/messages.ts";
import type { Page, Statement } from "#protocol/statements.ts";

/** A certificate with all that it certifies, as an aggregator publishes it. */
export interface Published {
  readonly certificate: Certificate;
  readonly statements: readonly Statement[];
}

/**
 * @param statements - What a certificate certifies.
 * @param message - A message.
 * @returns The page among them that has the message; undefined where none has.
 */
export function pageWith(statements: readonly Statement[], message: Message): Page | undefined {
  const { pageIndex, index } = placeOf(message.nonce);
  const lane = laneId(message);
  for (const { kind, content } of statements) {
    const isIt =
      kind === "Page" && laneId(content) === lane && content.pageIndex === pageIndex && content.count > index;
    if (isIt) return content;
  }
  return undefined;
}
