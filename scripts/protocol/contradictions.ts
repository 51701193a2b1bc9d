import { ensure, ProtocolError } from "./errors.ts";
import { pageRoot } from "./pages.ts";
import { statementHash, type Page, type Statement } from "./statements.ts";
import { ZERO_BYTES32, type Bytes32 } from "./types.ts";

/** The finality that counts as final. */
export const FINALITY_FINAL = 3;

/**
 * A statement as it can be compared. Pages at different counts differ in their leaves, which the statement does not hold:
 * they are given beside it and checked against its root.
 */
export type Claim = Statement & { readonly leaves?: readonly Bytes32[] };

/** A pair counts as its weaker half: only a pair of two final statements is `final`. */
export type ContradictionStrength = "final" | "belowFinal";

/** Two statements that cannot both be true. */
export interface Contradiction {
  readonly strength: ContradictionStrength;
}

/**
 * Whether two statements contradict, by the content of one subject: a page of a lane, an epoch of a set, a version of an
 * entry. Block number, source timestamp and finality are not content, and halts contradict nothing.
 *
 * @param a - One claim.
 * @param b - The other.
 * @returns How strong the contradiction is, or undefined when both may be true. Throws `LeavesRequired` when pages of
 * different counts come without leaves, and `PageMismatch` when leaves are not those of the certified root.
 */
export function findContradiction(a: Claim, b: Claim): Contradiction | undefined {
  return contradict(a, b) ? { strength: isFinal(a) && isFinal(b) ? "final" : "belowFinal" } : undefined;
}

/**
 * @param statement - A statement.
 * @returns Whether it counts as final: pages by what they say, tables and entries always, halts never.
 */
export function isFinal(statement: Statement): boolean {
  if (statement.kind === "Page") return statement.content.finality === FINALITY_FINAL;
  return statement.kind !== "Halt";
}

/**
 * @param a - A statement.
 * @param b - Another.
 * @returns Whether both are about one page of one lane, one epoch of one set, or one version of one entry.
 */
export function haveSameSubject(a: Statement, b: Statement): boolean {
  const subject = subjectKey(a);
  return subject !== undefined && subject === subjectKey(b);
}

/**
 * @param statement - A statement.
 * @returns What it is about: equal for, and only for, statements of one subject. Undefined for a halt, which contradicts
 * nothing.
 */
export function subjectKey(statement: Statement): string | undefined {
  switch (statement.kind) {
    case "Page": {
      const { sourceChainId, sourceGateway, destinationChainId, destinationGateway, pageIndex } = statement.content;
      const lane = [sourceChainId, sourceGateway, destinationChainId, destinationGateway];
      return ["Page", ...lane, pageIndex].map(String).join(" ");
    }
    case "Table":
      return ["Table", statement.content.operatorSetId, statement.content.epoch].map(String).join(" ");
    case "Rollup":
      return ["Rollup", statement.content.chainId, statement.content.version].map(String).join(" ");
    case "Halt":
      return undefined;
  }
}

function contradict(a: Claim, b: Claim): boolean {
  if (!haveSameSubject(a, b)) return false;
  if (a.kind === "Page" && b.kind === "Page") return pagesContradict(a.content, b.content, a.leaves, b.leaves);
  return statementHash(a) !== statementHash(b);
}

function pagesContradict(a: Page, b: Page, aLeaves?: readonly Bytes32[], bLeaves?: readonly Bytes32[]): boolean {
  if (a.count === b.count) return a.root !== b.root || a.chainHead !== b.chainHead;

  const left = checkedLeaves(a, aLeaves);
  const right = checkedLeaves(b, bLeaves);
  for (let index = 0; index < Math.min(a.count, b.count); index++) {
    if ((left[index] ?? ZERO_BYTES32) !== (right[index] ?? ZERO_BYTES32)) return true;
  }
  return false;
}

// A liar's tree may hold anything, also beyond its count; what matters is that these are the leaves of its root.
function checkedLeaves(page: Page, leaves: readonly Bytes32[] | undefined): readonly Bytes32[] {
  if (leaves === undefined)
    throw new ProtocolError("LeavesRequired", "pages at different counts are compared leaf by leaf");
  ensure(pageRoot(leaves) === page.root, "PageMismatch", () => `the leaves are not those of root ${page.root}`);
  return leaves;
}
