import type { FoundMessage } from "#chain/trace/find.ts";
import type { MessageId } from "#protocol/types.ts";

import { CommandError } from "../shared/errors.ts";
import type { OpenRollup } from "../shared/network.ts";

/** The most messages of one transaction that are followed. */
const MOST_MESSAGES = 16;

/** Messages that were found, and those of the same transaction that are too many. */
export interface Found {
  readonly found: readonly FoundMessage[];
  readonly left: readonly MessageId[];
}

/**
 * @param sites - Rollups of the address book.
 * @param typed - The id of a message, or the hash of a transaction.
 * @returns The message, or all of the transaction's; throws `NotFound`.
 */
export async function findAll(sites: readonly OpenRollup[], typed: string): Promise<Found> {
  const [{ findMessage, messagesOfTransaction }, { messageIdOf }] = await Promise.all([
    import("#chain/trace/find.ts"),
    import("#protocol/types.ts"),
  ]);
  const id = messageIdOf(typed);
  const transaction = await messagesOfTransaction(sites, id);
  const ids = transaction === undefined ? [id] : transaction.ids;
  if (transaction !== undefined && ids.length === 0) {
    const { name } = transaction.site;
    throw new CommandError("NotFound", `the transaction on ${name} sent, delivered or tried no message`);
  }
  const found: FoundMessage[] = [];
  for (const one of ids.slice(0, MOST_MESSAGES)) {
    const message = await findMessage(sites, one);
    if (message !== undefined) found.push(message);
    else throw new CommandError("NotFound", notSent(sites, one));
  }
  return { found, left: ids.slice(MOST_MESSAGES) };
}

/**
 * @param sites - Rollups of the address book.
 * @param typed - The id of a message.
 * @returns The message; throws `NotFound`.
 */
export async function findOne(sites: readonly OpenRollup[], typed: string): Promise<FoundMessage> {
  const [{ findMessage }, { messageIdOf }] = await Promise.all([
    import("#chain/trace/find.ts"),
    import("#protocol/types.ts"),
  ]);
  const id = messageIdOf(typed);
  const found = await findMessage(sites, id);
  if (found === undefined) throw new CommandError("NotFound", notSent(sites, id));
  return found;
}

function notSent(sites: readonly OpenRollup[], id: string): string {
  return `no gateway of the address book sent ${id}; asked were ${sites.map(({ name }) => name).join(", ")}`;
}
