import type { MessageId } from "#protocol/types.ts";

import type { RollupName } from "./chains.ts";

/** One lane as its two chains have it: nothing here comes from a node, or from what the devnet remembers. */
export interface LaneRecord {
  readonly source: RollupName;
  readonly destination: RollupName;
  /** The outbox's count. */
  readonly count: bigint;
  /** `MessageSent` at the source, in the order of the chain, as far as lane and nonce make the ids. */
  readonly sent: readonly { readonly messageId: MessageId; readonly nonce: bigint }[];
  /** Replay words at the destination, from page 0 on. */
  readonly words: readonly bigint[];
}

/** What all chains say of what was sent and what arrived. */
export interface ChainRecords {
  readonly lanes: readonly LaneRecord[];
  /** `MessageDelivered`, by destination, repetitions included. */
  readonly delivered: Readonly<Record<RollupName, readonly MessageId[]>>;
}

/** Whether what arrived is what was sent, each once; and if not, what is wrong. */
export interface Verdict {
  readonly ok: boolean;
  readonly sent: number;
  readonly delivered: number;
  /** Sent, and not delivered. */
  readonly missing: readonly MessageId[];
  /** Delivered, and never sent to there. */
  readonly unexpected: readonly MessageId[];
  /** Delivered more than once. */
  readonly repeated: readonly MessageId[];
  /** Where the two ends of one chain contradict each other: events, counts and replay words. */
  readonly contradictions: readonly string[];
}

const PAGE_SIZE = 256n;

/**
 * The final reconciliation.
 *
 * @param records - What the chains say.
 * @param expected - Messages that must be among the sent ones, because somebody sent them.
 * @returns The verdict; nothing sent at all is not good either.
 */
export function reconcile(records: ChainRecords, expected: readonly MessageId[] = []): Verdict {
  const contradictions: string[] = [];
  const missing: MessageId[] = [];
  const unexpected: MessageId[] = [];
  const repeated: MessageId[] = [];
  const sent = new Set(records.lanes.flatMap((lane) => lane.sent.map(({ messageId }) => messageId)));

  for (const [destination, ids] of Object.entries(records.delivered)) {
    const due = records.lanes.filter((lane) => lane.destination === destination);
    const dueIds = new Set(due.flatMap((lane) => lane.sent.map(({ messageId }) => messageId)));
    const times = new Map<MessageId, number>();
    for (const id of ids) times.set(id, (times.get(id) ?? 0) + 1);
    for (const [id, count] of times) {
      if (!dueIds.has(id)) unexpected.push(id);
      if (count > 1) repeated.push(id);
    }
    missing.push(...[...dueIds].filter((id) => !times.has(id)));
    for (const lane of due) contradictions.push(...contradictionsOf(lane, times));
  }
  for (const id of expected) if (!sent.has(id)) contradictions.push(`${id} was sent, and no outbox has it`);
  if (sent.size === 0) contradictions.push("nothing was sent");

  const delivered = Object.values(records.delivered).reduce((sum, ids) => sum + ids.length, 0);
  const ok = [missing, unexpected, repeated, contradictions].every(({ length }) => length === 0);
  return { ok, sent: sent.size, delivered, missing, unexpected, repeated, contradictions };
}

function contradictionsOf(lane: LaneRecord, delivered: ReadonlyMap<MessageId, number>): string[] {
  const name = `${lane.source} → ${lane.destination}`;
  const found: string[] = [];
  if (BigInt(lane.sent.length) !== lane.count) {
    found.push(`${name}: ${lane.sent.length} events, the outbox counts ${lane.count}`);
  }
  lane.sent.forEach(({ messageId, nonce }, at) => {
    if (nonce !== BigInt(at)) found.push(`${name}: nonce ${nonce} stands at place ${at}`);
    const word = lane.words[Number(nonce / PAGE_SIZE)] ?? 0n;
    const isMarked = ((word >> (nonce % PAGE_SIZE)) & 1n) === 1n;
    if (isMarked !== delivered.has(messageId)) {
      const [mark, event] = [isMarked ? "marked" : "not marked", isMarked ? "no event" : "an event"];
      found.push(`${name}: message ${nonce} is ${mark} in its replay word, with ${event}`);
    }
  });
  const marked = lane.words.reduce((sum, word) => sum + popCount(word), 0);
  const known = lane.sent.filter(({ messageId }) => delivered.has(messageId)).length;
  if (marked > known) found.push(`${name}: ${marked} bits are set for ${known} delivered messages`);
  return found;
}

/**
 * @param word - A replay word.
 * @returns How many bits are set.
 */
export function popCount(word: bigint): number {
  return word.toString(2).replaceAll("0", "").length;
}
