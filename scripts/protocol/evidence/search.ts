import type { Batch } from "../batches.ts";
import type { BlsVerifier } from "../bls.ts";
import { isFinal, subjectKey } from "../contradictions.ts";
import { elementAt, ProtocolError } from "../errors.ts";
import { statementHash, statementLeaf, type Statement } from "../statements.ts";
import { decodeTable, type OperatorTable } from "../tables.ts";
import { contradictionOf, equivocationOf, lieIn } from "./build.ts";
import type { EvidenceParts, KnownLeaves, Publication } from "./build.ts";
import type { Evidence } from "./evidence.ts";
import { liesIn, type Truth } from "./truth.ts";
import { judge, type Verdict } from "./verdict.ts";

/** Evidence with what it shows by itself. */
export interface Found {
  readonly evidence: Evidence;
  readonly verdict: Verdict;
}

/** What is searched with. */
export interface SearchParts extends EvidenceParts {
  readonly truth: Truth;
  /** Leaves of pages; pages of different counts are compared only where both are known. */
  readonly leaves?: KnownLeaves;
  readonly verifier: BlsVerifier;
}

/** One thing that was said, and the certificates that say it. */
interface Saying {
  readonly statement: Statement;
  readonly publications: Publication[];
}

/**
 * Holds recorded certificates against each other and against what is true. A single operator's signature is a certificate in
 * which everybody else is absent. What was not signed as it says, or under a table that is not given, shows nothing and is left
 * out.
 *
 * @param parts - Tables, what is true, and the engine.
 * @param recorded - Certificates with their statements, from anybody.
 * @returns Evidence, each piece judged: as many as it takes to name everybody who is guilty of each deed.
 */
export function searchEvidence(parts: SearchParts, recorded: readonly Publication[]): Found[] {
  const roll = new Roll(parts);
  const found: Found[] = [];
  const subjects = new Map<string, Map<string, Saying>>();
  for (const publication of recorded) {
    const { batch } = publication.certificate;
    if (!roll.isReadable(publication)) continue;
    for (const statement of publication.statements) {
      note(subjects, publication, statement);
      for (const { fault, refutation } of liesIn(parts.truth, statement, batch.issuedAt)) {
        const deed = `${fault} ${epochKey(batch)} ${statementHash(statement)}`;
        const build = () => ({ ...lieIn(parts, publication, statement), ...(refutation && { refutation }) });
        take(found, parts, build, roll.newcomers(deed, roll.signersOf(publication)));
      }
    }
  }
  for (const [subject, sayings] of subjects) {
    for (const [a, b] of contradictions([...sayings.values()], parts.leaves)) {
      for (const one of a.publications) {
        for (const other of b.publications) {
          const later = Math.max(one.certificate.batch.tableEpoch, other.certificate.batch.tableEpoch);
          const deed = `Equivocation ${String(later)} ${subject}`;
          const build = () => equivocationOf(parts, [one, a.statement], [other, b.statement], parts.leaves);
          take(found, parts, build, roll.newcomers(deed, roll.signersOfBoth(one, other)));
        }
      }
    }
  }
  return found;
}

// Somebody may publish what was not signed like that: then it names nobody.
function take(
  found: Found[],
  parts: SearchParts,
  build: () => Evidence | undefined,
  { names, confirm }: Newcomers,
): void {
  if (names.length === 0) return;
  try {
    const evidence = build();
    if (evidence === undefined) return;
    found.push({ evidence, verdict: judge(evidence, parts.verifier) });
    confirm();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
}

function note(subjects: Map<string, Map<string, Saying>>, publication: Publication, statement: Statement): void {
  const subject = isFinal(statement) ? subjectKey(statement) : undefined;
  if (subject === undefined) return;
  // Two sets contradict each other, and neither itself.
  const key = `${String(publication.certificate.batch.operatorSetId)} ${subject}`;
  const sayings = subjects.get(key) ?? new Map<string, Saying>();
  subjects.set(key, sayings);
  const saying = sayings.get(contentOf(statement));
  if (saying === undefined) sayings.set(contentOf(statement), { statement, publications: [publication] });
  else saying.publications.push(publication);
}

// When and how finally a page was said is no content.
function contentOf(statement: Statement): string {
  if (statement.kind !== "Page") return statementHash(statement);
  const { count, root, chainHead } = statement.content;
  return `${String(count)} ${root} ${chainHead}`;
}

/** Pairs of sayings about one subject that contradict each other. An honest page only grows, so its neighbours by count tell. */
function contradictions(sayings: readonly Saying[], leaves: KnownLeaves = new Map()): (readonly [Saying, Saying])[] {
  const sorted = [...sayings].sort((a, b) => countOf(a) - countOf(b));
  const known = sorted.filter(({ statement }) => statement.kind !== "Page" || leaves.has(statementLeaf(statement)));
  const contradict = (a: Saying, b: Saying) => contradictionOf(a.statement, b.statement, leaves) !== undefined;
  if (![sorted, known].some((list) => neighbours(list).some(([a, b]) => contradict(a, b)))) return [];
  return sorted.flatMap((b, at) => sorted.slice(0, at).flatMap((a) => (contradict(a, b) ? [[a, b] as const] : [])));
}

function neighbours<T>(list: readonly T[]): (readonly [T, T])[] {
  return list.slice(1).map((item, at) => [elementAt(list, at), item] as const);
}

function countOf({ statement }: Saying): number {
  return statement.kind === "Page" ? statement.content.count : 0;
}

function epochKey({ operatorSetId, tableEpoch }: Pick<Batch, "operatorSetId" | "tableEpoch">): string {
  return `${String(operatorSetId)}/${String(tableEpoch)}`;
}

/** Who signed, and was not named for a deed yet. */
interface Newcomers {
  readonly names: readonly string[];
  /** Once they are named. */
  readonly confirm: () => void;
}

/** Who has the rows of the epochs that spoke. */
class Roll {
  readonly #truth: Truth;
  readonly #tables: ReadonlyMap<string, OperatorTable>;
  readonly #named = new Map<string, Set<string>>();

  constructor({ tables, truth }: SearchParts) {
    this.#truth = truth;
    this.#tables = new Map(
      tables.map(({ operatorSetId, epoch, rows }) => [
        epochKey({ operatorSetId, tableEpoch: epoch }),
        decodeTable(rows),
      ]),
    );
  }

  isReadable({ certificate: { batch, nonSigners } }: Publication): boolean {
    const table = this.#tables.get(epochKey(batch));
    return table !== undefined && nonSigners >> BigInt(table.rows.length) === 0n;
  }

  signersOf(publication: Publication): readonly string[] {
    return this.#names(publication, false);
  }

  /** By address where the hub's list is known of both epochs: an operator may have changed its key between them. */
  signersOfBoth(a: Publication, b: Publication): readonly string[] {
    const byAddress = [a, b].every((one) => this.#operatorsOf(one) !== undefined);
    const others = new Set(this.#names(b, byAddress));
    return this.#names(a, byAddress).filter((name) => others.has(name));
  }

  newcomers(deed: string, signers: readonly string[]): Newcomers {
    const named = this.#named.get(deed) ?? new Set<string>();
    const names = signers.filter((name) => !named.has(name));
    return { names, confirm: () => void this.#named.set(deed, new Set([...named, ...names])) };
  }

  #operatorsOf({ certificate: { batch } }: Publication): readonly string[] | undefined {
    return this.#truth.operators?.(batch.operatorSetId, batch.tableEpoch);
  }

  #names(publication: Publication, byAddress: boolean): string[] {
    const { batch, nonSigners } = publication.certificate;
    const rows = this.#tables.get(epochKey(batch))?.rows ?? [];
    const operators = byAddress ? this.#operatorsOf(publication) : undefined;
    return rows.flatMap(({ key: { x, y } }, row) =>
      ((nonSigners >> BigInt(row)) & 1n) === 1n ? [] : [operators?.[row] ?? `${String(x)} ${String(y)}`],
    );
  }
}
