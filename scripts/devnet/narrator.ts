import { formatEther } from "ethers";

import { nonceAt } from "#protocol/messages.ts";
import type { Page } from "#protocol/statements.ts";
import type { Bytes32, MessageId } from "#protocol/types.ts";

import type { Carried } from "./bridges/carrier.ts";
import { CHAINS, ROLLUP_NAMES } from "./chains.ts";
import type { Arrived, Certified, Look, Sent } from "./chronicle.ts";
import type { EpochArrived } from "./epochFollower.ts";
import type { EpochMember } from "./epochs.ts";
import type { Refused } from "./journal.ts";
import { brief, seconds, type Screen } from "./screen.ts";

const PAGES_NAMED = 3;

/** Tells on the screen what happens, one line for each transaction or certificate, not for each message. */
export class Narrator {
  readonly #screen: Screen;
  /** While it is, only epochs and troubles are told. */
  isQuiet = false;
  readonly #sent = new Map<MessageId, Sent>();
  readonly #told = new Set<string>();

  /** @param screen - Where it is told. */
  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** What was seen in one look at the chains. */
  look({ sent, certified, arrived, epochs }: Look): void {
    for (const epoch of epochs) this.#screen.line("epoch", described(epoch));
    for (const fact of sent) this.#sent.set(fact.messageId, fact);
    if (this.isQuiet) return;
    for (const group of groups(sent, (fact) => `${fact.transactionHash}${fact.source}${fact.destination}`)) {
      this.#screen.line("sent", `${span(group)}  ${named(group)}`);
    }
    for (const certificate of certified) this.#certified(certificate);
    for (const group of groups(arrived, (fact) => `${fact.transactionHash}${String(fact.ok)}${this.#lane(fact)}`)) {
      this.#arrived(group);
    }
  }

  /** Something crossed the slow road. */
  carried({ rollup, direction, what, ok, sentMs, atMs }: Carried): void {
    const way = direction === "down" ? `hub → ${rollup}` : `${rollup} → hub`;
    const after = `${seconds(atMs - sentMs)} after it was sent`;
    this.#screen.line("bridge", `${way}  ${what}  ${ok ? after : "had no effect; anyone may relay it again"}`);
  }

  /** An operator did not sign; told once for each reason. */
  refused({ operator, reasons }: Refused): void {
    const text = `${operator} abstains: ${reasons.join(", ")}`;
    if (this.#told.has(text)) return;
    this.#told.add(text);
    this.#screen.line("failed", text);
  }

  // What was certified of the hub shows when it has arrived.
  #certified(certified: Certified): void {
    const { statementsRoot } = certified.certificate.batch;
    const pages = certified.statements.flatMap(({ kind, content }) => (kind === "Page" ? [content] : []));
    if (pages.length === 0) return;
    const told = pages.length > PAGES_NAMED ? `${pages.length} pages` : pages.map((page) => pageName(page)).join(", ");
    this.#screen.line("certified", `${told}  by ${signers(certified)}  batch ${brief(statementsRoot)}`);
  }

  #arrived(group: readonly Arrived[]): void {
    const [first] = group;
    if (first === undefined) return;
    const sent = group.flatMap(({ messageId }) => this.#sent.get(messageId) ?? []);
    const oldest = Math.min(...sent.map(({ atMs }) => atMs));
    const after = sent.length > 0 ? `  ${seconds(first.atMs - oldest)} after sending` : "";
    const subject = first.ok ? "delivered" : "failed";
    const what = first.ok ? "" : "  its recipient refused; anyone may deliver it again";
    this.#screen.line(subject, `${sent.length > 0 ? span(sent) : first.destination}  ${named(group)}${after}${what}`);
  }

  #lane({ messageId }: Arrived): string {
    const sent = this.#sent.get(messageId);
    return sent === undefined ? "" : `${sent.source}${sent.destination}`;
  }
}

/** Who of the epoch did not sign. */
export function absentees({ certificate, members }: Pick<Certified, "certificate" | "members">): EpochMember[] {
  return members.filter(({ row }) => ((certificate.nonSigners >> BigInt(row)) & 1n) === 1n);
}

/** Whether an operator is of the epoch, and did not sign. */
export function isAbsent(certified: Pick<Certified, "certificate" | "members">, name: string): boolean {
  return absentees(certified).some((member) => member.name === name);
}

/** A weight in tokens, as stakes are told. */
export function tokens(weight: bigint): string {
  return formatEther(weight).replace(/\.0$/, "");
}

/** The weight of all members together. */
export function weightOf(members: readonly EpochMember[]): bigint {
  return members.reduce((sum, { weight }) => sum + weight, 0n);
}

// Who signed, by weight, and the bits of those who did not.
function signers(certified: Certified): string {
  const total = weightOf(certified.members);
  if (total === 0n) return "operators of an epoch that the hub does not tell";
  const absent = absentees(certified);
  const percent = `${((total - weightOf(absent)) * 100n) / total} % of the weight`;
  if (absent.length === 0) return `${percent}, nobody absent`;
  return `${percent}, absent: ${absent.map(({ name, row }) => `${name} (bit ${row})`).join(", ")}`;
}

function described({ epoch, members, validFrom, atMs }: EpochArrived): string {
  const byName = [...members].sort((a, b) => (a.name < b.name ? -1 : 1));
  const parts = byName.map(({ name, weight }) => `${name.replace("operator ", "")}: ${tokens(weight)}`);
  const after = seconds(atMs - Number(validFrom) * 1_000);
  return `${epoch} is on every rollup, ${after} after it began; weight ${tokens(weightOf(members))} (${parts.join(", ")})`;
}

function groups<T>(facts: readonly T[], keyOf: (fact: T) => string): T[][] {
  const found = new Map<string, T[]>();
  for (const fact of facts) {
    const key = keyOf(fact);
    found.set(key, [...(found.get(key) ?? []), fact]);
  }
  return [...found.values()];
}

function span(group: readonly Sent[]): string {
  const [first, last] = [group[0], group.at(-1)];
  if (first === undefined || last === undefined) return "";
  const nonces = first === last ? `#${first.nonce}` : `#${first.nonce}–#${last.nonce}`;
  return `${first.source} → ${first.destination}  ${nonces}`;
}

function named(group: readonly { readonly messageId: Bytes32 }[]): string {
  const [first] = group;
  return group.length === 1 && first !== undefined ? brief(first.messageId) : `${group.length} messages`;
}

function pageName({ sourceChainId, destinationChainId, pageIndex, count }: Page): string {
  const nameOf = (id: bigint) => ROLLUP_NAMES.find((name) => BigInt(CHAINS[name].chainId) === id) ?? id.toString();
  return `${nameOf(sourceChainId)} → ${nameOf(destinationChainId)} up to #${nonceAt(pageIndex, count) - 1n}`;
}
