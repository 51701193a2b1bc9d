import type { SourceUnit } from "solidity-ast";
import { findAll } from "solidity-ast/utils.js";

import { between, type Change, nextNumber, pieceOf } from "./mutants-change.ts";

const OPERATORS: Readonly<Record<string, string>> = {
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "*",
  "<<": ">>",
  ">>": "<<",
  "&": "|",
  "|": "&",
  "^": "&",
};

/** Other operators, and other constants, in Solidity. That equations and junctions matter, checks and branches show. */
export function operatorsSwapped(tree: SourceUnit): Change[] {
  const changes: Change[] = [];
  for (const { operator, leftExpression, rightExpression } of findAll("BinaryOperation", tree)) {
    changes.push(...swapped(between(leftExpression, rightExpression), operator, OPERATORS[operator]));
  }
  for (const { operator, leftHandSide, rightHandSide } of findAll("Assignment", tree)) {
    const other = OPERATORS[operator.slice(0, -1)];
    changes.push(...swapped(between(leftHandSide, rightHandSide), operator, other === undefined ? other : `${other}=`));
  }
  const lengths = new Set([...findAll("ArrayTypeName", tree)].map(({ length }) => length?.src));
  for (const literal of findAll("Literal", tree)) {
    if (lengths.has(literal.src)) continue;
    const piece = pieceOf(literal);
    if (literal.kind === "number") changes.push({ piece, replace: nextNumber });
    if (literal.kind === "string") changes.push({ piece, replace: (text) => text.replace(/["']$/, "'$&") });
    if (literal.kind === "bool") changes.push({ piece, replace: (text) => (text === "true" ? "false" : "true") });
  }
  return changes;
}

/** The operator's own place, in what may hold blanks and comments. */
function swapped({ start, length }: Change["piece"], operator: string, other: string | undefined): Change[] {
  if (other === undefined) return [];
  return [{ piece: { start, length }, replace: (text) => text.replace(operator, () => other) }];
}
