import { verifyStatement } from "../batches.ts";
import type { BlsVerifier } from "../bls.ts";
import type { G1Point } from "../bn254.ts";
import { verifySigners } from "../certificates.ts";
import { haveSameSubject, isFinal } from "../contradictions.ts";
import { elementAt, ensure, ProtocolError } from "../errors.ts";
import { statementHash, statementLeaf, type Statement } from "../statements.ts";
import { decodeTable, type OperatorTable } from "../tables.ts";
import type { Bytes32 } from "../types.ts";
import { NO_DIVERGENCE, requireDivergence } from "./divergence.ts";
import type { Evidence, Utterance } from "./evidence.ts";
import { convicts } from "./refutation.ts";

/** What an operator can be guilty of, in the order of the slasher. */
export const FAULTS = ["Equivocation", "FalseTable", "FalseEntry", "Stranger", "FalsePage"] as const;
/** One of {@link FAULTS}. */
export type Fault = (typeof FAULTS)[number];

/** Whoever has this row in both epochs, and signed with both. Field names of the rows are those of the Solidity struct. */
export interface Culprit {
  readonly rowA: number;
  readonly rowB: number;
  readonly key: G1Point;
}

/** Who spoke. */
export interface Speaker {
  readonly epoch: number;
  /** Of the table that the evidence names: the hub's must be the same. */
  readonly tableHash: Bytes32;
  readonly table: OperatorTable;
  readonly issuedAt: bigint;
  /** Rows that signed, rising. */
  readonly signers: readonly number[];
}

/** What evidence shows, by itself. */
export interface Verdict {
  readonly fault: Fault;
  readonly operatorSetId: number;
  /** One, or the two of an equivocation. */
  readonly speakers: readonly Speaker[];
  /**
   * Whoever signed both with one key; of a single speech, who signed it. Operators who changed their key between two epochs
   * are known to the hub only.
   */
  readonly culprits: readonly Culprit[];
}

/** What a single speech of a kind is guilty of, if the hub refutes it. */
const LIES: Readonly<Record<Statement["kind"], Fault | undefined>> = {
  Page: "Stranger",
  Table: "FalseTable",
  Rollup: "FalseEntry",
  Halt: undefined,
};

/**
 * Judges evidence as the slasher does, as far as it can be judged without the hub: signatures against the tables that it names,
 * inclusion, subjects, contradiction, what a refutation says of a page, and culprits. Whether the tables are the hub's, whether
 * it comes in time, whether a single statement is false, and whether a gateway has said what it is said to have, is not known
 * here.
 *
 * @param evidence - From anybody.
 * @param verifier - The engine.
 * @returns What it shows; throws the broken rule.
 */
export function judge(evidence: Evidence, verifier: BlsVerifier): Verdict {
  const [first, second] = evidence.speeches;
  const fault = faultOf(evidence);
  // What a source itself refutes is a lie whatever it was called; below final it takes what the source announced for that.
  for (const { statement } of fault === "FalsePage" ? [] : evidence.speeches) {
    ensure(isFinal(statement), "NotFinal", () => `a ${statement.kind} that is not final convicts nobody`);
  }
  if (second !== undefined) requireContradiction(evidence, first, second);
  const speakers = evidence.speeches.map((utterance) => speakerOf(evidence, utterance, verifier));
  const culprits = culpritsOf(speakers);
  const isOneEpoch = new Set(speakers.map(({ epoch }) => epoch)).size === 1;
  ensure(culprits.length > 0 || !isOneEpoch, "NotACulprit", () => "nobody signed both");
  return { fault, operatorSetId: first.certificate.batch.operatorSetId, speakers, culprits };
}

function faultOf({ speeches: [first, second], refutation }: Evidence): Fault {
  if (second !== undefined) return "Equivocation";
  const { statement } = first;
  const lie = LIES[statement.kind];
  if (lie === undefined) throw new ProtocolError("NoFault", "nobody is guilty of a halt");
  if (refutation === undefined) return lie;
  if (statement.kind !== "Page") throw new ProtocolError("NoFault", `no gateway refutes a ${statement.kind}`);
  const { content } = statement;
  ensure(convicts(refutation, content), "NotConvicting", () => "the page may be true although the refutation is");
  return "FalsePage";
}

function requireContradiction(evidence: Evidence, a: Utterance, b: Utterance): void {
  ensure(
    haveSameSubject(a.statement, b.statement),
    "DifferentSubjects",
    () => `a ${a.statement.kind} and a ${b.statement.kind} about different things`,
  );
  const [setA, setB] = [a.certificate.batch.operatorSetId, b.certificate.batch.operatorSetId];
  ensure(setA === setB, "DifferentSets", () => `sets ${String(setA)} and ${String(setB)} spoke`);
  if (a.statement.kind === "Page" && b.statement.kind === "Page") {
    requireDivergence(a.statement.content, b.statement.content, evidence.divergence ?? NO_DIVERGENCE);
    return;
  }
  ensure(statementHash(a.statement) !== statementHash(b.statement), "NoContradiction", () => "the statements agree");
}

function speakerOf(
  evidence: Evidence,
  { certificate, statement, batchProof }: Utterance,
  verifier: BlsVerifier,
): Speaker {
  const { operatorSetId, tableEpoch, issuedAt, statementsRoot } = certificate.batch;
  const found = evidence.tables.find((table) => table.operatorSetId === operatorSetId && table.epoch === tableEpoch);
  if (found === undefined) {
    throw new ProtocolError("TableMissing", `no table of set ${String(operatorSetId)}, epoch ${String(tableEpoch)}`);
  }
  ensure(
    verifyStatement(statementsRoot, statementLeaf(statement), batchProof),
    "StatementNotInBatch",
    () => `the batch of root ${statementsRoot} does not hold the ${statement.kind}`,
  );
  const table = decodeTable(found.rows);
  const { signers } = verifySigners({ domain: evidence.domain, table, certificate, verifier });
  return { epoch: tableEpoch, tableHash: table.tableHash, table, issuedAt, signers };
}

// A key is one operator's for ever, so the same key is the same operator, in whatever row.
function culpritsOf(speakers: readonly Speaker[]): Culprit[] {
  const [a, b = a] = speakers;
  if (a === undefined || b === undefined) return [];
  const rowsB = new Map(b.signers.map((row) => [keyName(b, row), row]));
  return a.signers.flatMap((rowA) => {
    const rowB = rowsB.get(keyName(a, rowA));
    return rowB === undefined ? [] : [{ rowA, rowB, key: elementAt(a.table.rows, rowA).key }];
  });
}

function keyName({ table }: Speaker, row: number): string {
  const { x, y } = elementAt(table.rows, row).key;
  return `${String(x)} ${String(y)}`;
}
