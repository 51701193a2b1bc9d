import type { SourceUnit, Statement } from "solidity-ast";
import { findAll } from "solidity-ast/utils.js";

import { alwaysHolds, type Change, neverHolds, pieceOf } from "./mutants-change.ts";

const CHECKS = new Set(["require", "assert", "revert"]);

/** Statements and modifiers that are left out, and branches that are taken always or never, in Solidity. */
export function statementsDropped(tree: SourceUnit): Change[] {
  const changes: Change[] = [];
  for (const statement of findAll("ExpressionStatement", tree)) {
    const { expression } = statement;
    const called = expression.nodeType === "FunctionCall" ? expression.expression : undefined;
    if (called?.nodeType === "Identifier" && CHECKS.has(called.name)) continue;
    changes.push(leftOut(expression, "assert(true)"));
  }
  for (const emitted of findAll("EmitStatement", tree)) changes.push(leftOut(emitted, "assert(true)"));
  for (const { body, modifiers } of findAll("FunctionDefinition", tree)) {
    if (body === undefined || body === null) continue;
    for (const modifier of modifiers) {
      if (modifier.kind === "modifierInvocation") changes.push(leftOut(modifier, ""));
    }
  }
  for (const { condition, trueBody } of findAll("IfStatement", tree)) {
    if (!reverts(trueBody)) changes.push(alwaysHolds(condition), neverHolds(condition));
  }
  for (const { condition } of findAll("Conditional", tree)) changes.push(alwaysHolds(condition), neverHolds(condition));
  return changes;
}

function leftOut(node: { src: string }, instead: string): Change {
  return { piece: pieceOf(node), replace: () => instead, shown: "" };
}

/** A refusal, which is a check. */
function reverts(body: Statement): boolean {
  return [...findAll("RevertStatement", body)].length > 0;
}
