import { pageWith } from "#chain/trace/published.ts";
import { laneId, messageId, nonceAt, type Message } from "#protocol/messages.ts";
import type { LaneId } from "#protocol/types.ts";

import {
  certificateListSchema,
  findingEvidenceSchema,
  findingListSchema,
  healthSchema,
  MAX_CERTIFICATES,
  MAX_FINDINGS,
  messageReportSchema,
  type Finding,
  type FindingEvidence,
  type Health,
  type MessageReport,
  type PublishedCertificate,
} from "./api.ts";
import { fetchJson } from "./client.ts";

const ASK_MS = 5_000;
/** The most answers of one aggregator that are read: its last 16 384 certificates. */
const MOST_ANSWERS = 512;

/**
 * @param url - A node.
 * @returns How it is; undefined where nobody answers.
 */
export async function healthOf(url: string): Promise<Health | undefined> {
  const request = { url: `${url}/health`, timeoutMs: ASK_MS, statuses: [200, 503] };
  return fetchJson(request, healthSchema).catch(() => undefined);
}

/**
 * Reads what an aggregator published, the newest first.
 *
 * @param url - The aggregator.
 * @returns Certificate by certificate; nothing where nobody answers.
 */
export async function* newestCertificates(url: string): AsyncGenerator<PublishedCertificate> {
  const health = await healthOf(url);
  let before = (health?.counters.certificates ?? 0) + 1;
  for (let answer = 0; answer < MOST_ANSWERS && before > 1; answer++) {
    const after = Math.max(0, before - 1 - MAX_CERTIFICATES);
    const request = { url: `${url}/certificates?after=${String(after)}`, timeoutMs: ASK_MS };
    const { certificates } = await fetchJson(request, certificateListSchema);
    yield* certificates.filter(({ seq }) => seq > after && seq < before).reverse();
    before = after + 1;
  }
}

/**
 * @param url - A watcher.
 * @returns Every step of everything that it found, oldest first.
 */
export async function findingsOf(url: string): Promise<Finding[]> {
  const found: Finding[] = [];
  for (let answer = 0; answer < MOST_ANSWERS; answer++) {
    const request = { url: `${url}/?after=${String(found.at(-1)?.seq ?? 0)}`, timeoutMs: ASK_MS };
    const { findings } = await fetchJson(request, findingListSchema);
    found.push(...findings);
    if (findings.length < MAX_FINDINGS) break;
  }
  return found;
}

/**
 * @param url - A watcher.
 * @param finding - Number of something that it found.
 * @returns What anybody can show of it.
 */
export async function evidenceOf(url: string, finding: number): Promise<FindingEvidence["evidence"]> {
  const request = { url: `${url}/evidence/${String(finding)}`, timeoutMs: ASK_MS };
  return (await fetchJson(request, findingEvidenceSchema)).evidence;
}

/**
 * @param url - An aggregator.
 * @param message - A message.
 * @returns The newest certificate that has it; undefined for none, or where nobody answers.
 */
export async function certificateOf(url: string, message: Message): Promise<PublishedCertificate | undefined> {
  try {
    for await (const published of newestCertificates(url)) {
      if (pageWith(published.statements, message) !== undefined) return published;
    }
  } catch {
    // A node may be down, or not be one: what it would have said is left out.
  }
  return undefined;
}

/**
 * @param url - A relayer.
 * @param message - A message.
 * @returns What it knows of it; undefined where it knows nothing, or does not answer.
 */
export async function reportOf(url: string, message: Message): Promise<MessageReport | undefined> {
  const request = { url: `${url}/messages/${messageId(message)}`, timeoutMs: ASK_MS };
  return fetchJson(request, messageReportSchema).catch(() => undefined);
}

/** The most certificates that are looked at for heads. */
const MOST_FOR_HEADS = 1_024;

/**
 * @param urls - Aggregators.
 * @returns How many messages of each lane one of them has certified, by its last 1 024 certificates.
 */
export async function certifiedHeads(urls: readonly string[]): Promise<Map<LaneId, bigint>> {
  const heads = new Map<LaneId, bigint>();
  for (const url of urls) {
    try {
      let looked = 0;
      for await (const { statements } of newestCertificates(url)) {
        for (const { kind, content } of statements) {
          if (kind !== "Page") continue;
          const lane = laneId(content);
          const head = nonceAt(content.pageIndex, 0) + BigInt(content.count);
          if (head > (heads.get(lane) ?? 0n)) heads.set(lane, head);
        }
        if (++looked >= MOST_FOR_HEADS) break;
      }
    } catch {
      // A node may be down: what it would have said is left out.
    }
  }
  return heads;
}
