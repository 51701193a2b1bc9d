import type { Expression, SourceUnit, Statement } from "solidity-ast";
import { findAll } from "solidity-ast/utils.js";

import { type Change, conditionOff, pieceOf } from "./mutants-change.ts";

/** Answers that refuse without reverting. */
const REFUSING_ANSWER = /\b(Obstacle|MessageStatus)\.(?!None\b)/;

/**
 * Checks in Solidity: each part of a `require`, each part of an `if` that reverts or answers with an obstacle, each
 * `revert` that stands alone, and each part of a predicate's conjunction.
 */
export function checksOff(tree: SourceUnit, textOf: (node: { src: string }) => string): Change[] {
  const changes: Change[] = [];
  const guarded = new Set<string>();
  for (const call of findAll("FunctionCall", tree)) {
    const condition = call.arguments[0];
    if (call.expression.nodeType !== "Identifier" || call.expression.name !== "require" || condition === undefined) {
      continue;
    }
    changes.push(...operandsOf(condition, "&&").map((part) => conditionOff(part, true)));
  }
  for (const branch of findAll("IfStatement", tree)) {
    const reverts = lastOf(branch.trueBody)?.nodeType === "RevertStatement";
    const answers = lastOf(branch.trueBody)?.nodeType === "Return" && REFUSING_ANSWER.test(textOf(branch.trueBody));
    if (reverts) for (const revert of findAll("RevertStatement", branch.trueBody)) guarded.add(revert.src);
    if (reverts || answers)
      changes.push(...operandsOf(branch.condition, "||").map((part) => conditionOff(part, false)));
  }
  for (const revert of findAll("RevertStatement", tree)) {
    if (!guarded.has(revert.src)) {
      changes.push({
        piece: pieceOf(revert),
        replace: () => "assert(true)",
        shown: "",
        isCheck: true,
        switched: (text, off, noted) => `if (!${off} && !${noted("false")}) ${text}`,
      });
    }
  }
  for (const { expression } of findAll("Return", tree)) {
    if (expression?.nodeType === "BinaryOperation") {
      const operands = operandsOf(expression, "&&");
      if (operands.length > 1) changes.push(...operands.map((part) => conditionOff(part, true)));
    }
    if (expression?.nodeType === "Conditional" && REFUSING_ANSWER.test(textOf(expression))) {
      changes.push(conditionOff(expression.condition, false));
    }
  }
  return changes;
}

/** `a`, `b` and `c` of `a && b && c`. */
function operandsOf(expression: Expression, operator: "&&" | "||"): Expression[] {
  if (expression.nodeType === "TupleExpression" && !expression.isInlineArray && expression.components.length === 1) {
    const inner = expression.components[0];
    return inner === undefined || inner === null ? [expression] : operandsOf(inner, operator);
  }
  if (expression.nodeType !== "BinaryOperation" || expression.operator !== operator) return [expression];
  return [...operandsOf(expression.leftExpression, operator), ...operandsOf(expression.rightExpression, operator)];
}

function lastOf(statement: Statement): Statement | undefined {
  const { nodeType } = statement;
  if (nodeType === "Block" || nodeType === "UncheckedBlock") {
    const last = statement.statements?.at(-1);
    return last === undefined ? undefined : lastOf(last);
  }
  return statement;
}
