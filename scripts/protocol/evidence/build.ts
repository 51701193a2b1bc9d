import { StatementTree, type Domain } from "../batches.ts";
import type { Certificate } from "../certificates.ts";
import { haveSameSubject, isFinal } from "../contradictions.ts";
import { statementHash, statementLeaf, type Page, type Statement } from "../statements.ts";
import type { Bytes32, StatementLeaf } from "../types.ts";
import { divergenceBetween, type Divergence } from "./divergence.ts";
import type { Evidence, SpeakersTable, Utterance } from "./evidence.ts";
import { convicts, type Refutation } from "./refutation.ts";

/** A certificate with all its statements, as aggregators publish it. */
export interface Publication {
  readonly certificate: Certificate;
  readonly statements: readonly Statement[];
}

/** What evidence is made of, besides who said what. */
export interface EvidenceParts {
  readonly domain: Domain;
  /** Tables of the epochs that spoke. */
  readonly tables: readonly SpeakersTable[];
}

/** Leaves of certified pages, by the statement's leaf. */
export type KnownLeaves = ReadonlyMap<StatementLeaf, readonly Bytes32[]>;

/**
 * Finds the first two final statements of two certificates that contradict each other.
 *
 * @param parts - Domain and tables.
 * @param a - One certificate.
 * @param b - The other, or the same.
 * @param leaves - Leaves of pages; a pair of different counts without them is not looked at.
 * @returns Evidence of it; undefined where everything may be true.
 */
export function equivocationBetween(
  parts: EvidenceParts,
  a: Publication,
  b: Publication,
  leaves: KnownLeaves = new Map(),
): Evidence | undefined {
  for (const one of a.statements.filter(isFinal)) {
    for (const other of b.statements.filter(isFinal)) {
      const found = equivocationOf(parts, [a, one], [b, other], leaves);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/**
 * @param parts - Domain and tables.
 * @param a - A certificate, and one of its statements.
 * @param b - The other.
 * @param leaves - Leaves of pages.
 * @returns Evidence that the two statements contradict each other; undefined where they do not.
 */
export function equivocationOf(
  parts: EvidenceParts,
  a: readonly [Publication, Statement],
  b: readonly [Publication, Statement],
  leaves: KnownLeaves = new Map(),
): Evidence | undefined {
  const found = contradictionOf(a[1], b[1], leaves);
  if (found === undefined) return undefined;
  const { divergence } = found;
  const speeches = [utteranceOf(...a), utteranceOf(...b)] as const;
  return { ...partsFor(parts, speeches), speeches, ...(divergence === undefined ? {} : { divergence }) };
}

/**
 * @param parts - Domain and tables.
 * @param publication - A certificate.
 * @param statement - One of its statements, which the hub refutes.
 * @returns Evidence of it; throws `StatementNotInBatch`.
 */
export function lieIn(parts: EvidenceParts, publication: Publication, statement: Statement): Evidence {
  const speeches = [utteranceOf(publication, statement)] as const;
  return { ...partsFor(parts, speeches), speeches };
}

/**
 * @param parts - Domain and tables.
 * @param publication - A certificate.
 * @param page - One of its pages.
 * @param refutation - What the page's source says of it.
 * @returns Evidence of it; undefined where the page may be true although the refutation is.
 */
export function refutedIn(
  parts: EvidenceParts,
  publication: Publication,
  page: Page,
  refutation: Refutation,
): Evidence | undefined {
  if (!convicts(refutation, page)) return undefined;
  return { ...lieIn(parts, publication, { kind: "Page", content: page }), refutation };
}

function utteranceOf({ certificate, statements }: Publication, statement: Statement): Utterance {
  return { certificate, statement, batchProof: new StatementTree(statements).proof(statement) };
}

/**
 * @param a - A statement.
 * @param b - Another.
 * @param leaves - Leaves of pages; different counts without them are not looked at.
 * @returns The contradiction between them, with its place where pages have different counts; undefined for none.
 */
export function contradictionOf(
  a: Statement,
  b: Statement,
  leaves: KnownLeaves,
): { readonly divergence?: Divergence } | undefined {
  if (!haveSameSubject(a, b)) return undefined;
  if (a.kind !== "Page" || b.kind !== "Page") return statementHash(a) === statementHash(b) ? undefined : {};
  if (a.content.count === b.content.count) {
    return a.content.root === b.content.root && a.content.chainHead === b.content.chainHead ? undefined : {};
  }
  const [leavesA, leavesB] = [leaves.get(statementLeaf(a)), leaves.get(statementLeaf(b))];
  if (leavesA === undefined || leavesB === undefined) return undefined;
  const divergence = divergenceBetween(
    { count: a.content.count, leaves: leavesA },
    { count: b.content.count, leaves: leavesB },
  );
  return divergence === undefined ? undefined : { divergence };
}

// Only the tables that spoke.
function partsFor({ domain, tables }: EvidenceParts, speeches: readonly Utterance[]): EvidenceParts {
  const spoke = ({ operatorSetId, epoch }: SpeakersTable) =>
    speeches.some(({ certificate: { batch } }) => batch.operatorSetId === operatorSetId && batch.tableEpoch === epoch);
  return { domain, tables: tables.filter(spoke) };
}
