import { isFinal } from "../contradictions.ts";
import { statementHash, type Page, type Rollup, type Statement, type Table } from "../statements.ts";
import type { Address, ChainId } from "../types.ts";
import { convicts, type Refutation } from "./refutation.ts";
import type { Fault } from "./verdict.ts";

/**
 * What somebody knows of what certificates speak about. The hub's part is what one final block of it says: `null` for nothing
 * there, `undefined` for not known, from which nothing follows.
 */
export interface Truth {
  /** Time of that block. */
  readonly hubTime: bigint;
  /** Seconds that a fact of the hub may take to be there for everybody. */
  readonly hubFactSeconds: bigint;
  table(operatorSetId: number, epoch: number): Table | null | undefined;
  entry(chainId: ChainId, version: bigint): Rollup | null | undefined;
  /** Whether a gateway ever spoke for its chain. */
  isGateway(chainId: ChainId, gateway: Address): boolean | undefined;
  /** Who has the rows of an epoch; without it, an operator is known by its key only. */
  operators?(operatorSetId: number, epoch: number): readonly Address[] | undefined;
  /** Whether pages below final of a source take anything: what a reorganisation took back is nobody's lie, unless the source says so. */
  takesBelowFinal?(chainId: ChainId): boolean;
  /** What the hub has heard a page's own gateway say of it. */
  refutations(page: Page): readonly Refutation[];
}

/** A lie by one statement, and what its source says of it. */
export interface Lie {
  readonly fault: Exclude<Fault, "Equivocation">;
  readonly refutation?: Refutation;
}

/**
 * @param truth - What is true.
 * @param statement - What was certified.
 * @param issuedAt - When.
 * @returns The lies that it is; none where it may be true, or may still become it.
 */
export function liesIn(truth: Truth, statement: Statement, issuedAt: bigint): Lie[] {
  const lies: Lie[] = [];
  if (issuedAt + truth.hubFactSeconds < truth.hubTime) {
    const fault = lieAboutHub(truth, statement);
    if (fault !== undefined) lies.push({ fault });
  }
  if (statement.kind === "Page") {
    const { content } = statement;
    if (!isFinal(statement) && truth.takesBelowFinal?.(content.sourceChainId) !== true) return lies;
    const refutation = truth.refutations(content).find((said) => convicts(said, content));
    if (refutation !== undefined) lies.push({ fault: "FalsePage", refutation });
  }
  return lies;
}

function lieAboutHub(truth: Truth, statement: Statement): Lie["fault"] | undefined {
  switch (statement.kind) {
    case "Table": {
      const { operatorSetId, epoch } = statement.content;
      const known = truth.table(operatorSetId, epoch);
      return isOther(statement, known && { kind: "Table", content: known }) ? "FalseTable" : undefined;
    }
    case "Rollup": {
      const { chainId, version } = statement.content;
      const known = truth.entry(chainId, version);
      return isOther(statement, known && { kind: "Rollup", content: known }) ? "FalseEntry" : undefined;
    }
    case "Page": {
      const { sourceChainId, sourceGateway } = statement.content;
      return isFinal(statement) && truth.isGateway(sourceChainId, sourceGateway) === false ? "Stranger" : undefined;
    }
    case "Halt":
      return undefined;
  }
}

function isOther(said: Statement, known: Statement | null | undefined): boolean {
  if (known === undefined) return false;
  return known === null || statementHash(said) !== statementHash(known);
}
