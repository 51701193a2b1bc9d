import type { Certificate } from "#protocol/certificates.ts";
import { PAGE_SIZE, placeOf, type Lane, type Message } from "#protocol/messages.ts";
import type { Run } from "#protocol/runs.ts";

import type { Committee } from "./committee.ts";
import { certifyPages, deliver, type Outcome } from "./relayer.ts";
import type { LanePage, Rollup } from "./rollup.ts";
import { runOf } from "./world.ts";

/** What was carried to a rollup in one transaction, so that it can be carried again. */
export interface Delivery extends Outcome {
  readonly destination: Rollup;
  readonly certificate: Certificate;
  readonly runs: readonly Run[];
  readonly messages: readonly Message[];
}

/** Who speaks for all rollups of a world. */
interface Speakers {
  readonly committee: Committee;
}

/** Certifies and delivers everything sent from `source` that `destination` has not delivered yet. */
export async function relay({ committee }: Speakers, source: Rollup, destination: Rollup): Promise<Delivery> {
  const lane = source.laneTo(destination);
  const pages = await pagesOf(source, lane);
  const undelivered = await Promise.all(pages.map((page) => undeliveredOf(destination, page)));
  const certified = await certifyPages(committee, destination, pages);
  const runs = pages.flatMap((page, at) =>
    contiguous(undelivered[at] ?? []).map((messages) =>
      runOf(page, certified, { first: placeOf(firstNonce(messages)).index, count: messages.length }),
    ),
  );
  if (runs.length === 0) throw new Error("everything is delivered already");
  const { certificate } = certified;
  const outcome = await deliver(destination, certificate, runs);
  return { ...outcome, destination, certificate, runs, messages: undelivered.flat() };
}

/** Carries the very same certificate and runs again. */
export async function relayAgain({ destination, certificate, runs }: Delivery): Promise<Outcome> {
  return deliver(destination, certificate, runs);
}

/** Certifies anew everything sent from `source`, and carries what was delivered already. */
export async function relayAllAgain({ committee }: Speakers, source: Rollup, destination: Rollup): Promise<Outcome> {
  const pages = await pagesOf(source, source.laneTo(destination));
  const certified = await certifyPages(committee, destination, pages);
  return deliver(
    destination,
    certified.certificate,
    pages.map((page) => runOf(page, certified)),
  );
}

async function pagesOf(source: Rollup, lane: Lane): Promise<LanePage[]> {
  const { count } = await source.gateway.laneOf(lane.destinationChainId, lane.destinationGateway);
  const pages: LanePage[] = [];
  for (let first = 0n; first < count; first += BigInt(PAGE_SIZE)) {
    pages.push(await source.page(lane, placeOf(first).pageIndex));
  }
  return pages;
}

async function undeliveredOf({ gateway }: Rollup, { page, messages }: LanePage): Promise<Message[]> {
  const word = await gateway.deliveredWord(page.sourceChainId, page.sourceGateway, page.pageIndex);
  return messages.filter(({ nonce }) => ((word >> BigInt(placeOf(nonce).index)) & 1n) === 0n);
}

/** Splits messages of one page where nonces leave a gap. */
function contiguous(messages: readonly Message[]): Message[][] {
  const groups: Message[][] = [];
  for (const message of messages) {
    const group = groups.at(-1);
    if (group?.at(-1)?.nonce === message.nonce - 1n) group.push(message);
    else groups.push([message]);
  }
  return groups;
}

function firstNonce(messages: readonly Message[]): bigint {
  const [first] = messages;
  if (first === undefined) throw new Error("a run has at least one message");
  return first.nonce;
}
