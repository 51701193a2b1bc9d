import type { InlineAssembly, YulExpression, YulFunctionCall } from "solidity-ast";
import { findAll } from "solidity-ast/utils.js";

import { type Change, nextNumber, pieceOf } from "./mutants-change.ts";

const COMPARISONS = new Set(["lt", "gt", "slt", "sgt", "eq", "iszero"]);
const ENDS = new Set(["stop", "return", "revert"]);
const OPERATORS: Readonly<Record<string, string>> = {
  add: "sub",
  sub: "add",
  mul: "div",
  div: "mul",
  shl: "shr",
  shr: "shl",
  and: "or",
  or: "and",
  xor: "and",
  addmod: "mulmod",
  mulmod: "addmod",
};
/** A comparison with its boundary on the other side is the negation of the opposite one. */
const OPPOSITES: Readonly<Record<string, string>> = { lt: "gt", gt: "lt", slt: "sgt", sgt: "slt" };

/** All that changes a block of assembly. */
export function yulChanges(block: InlineAssembly): Change[] {
  return [...checksOff(block), ...statementsDropped(block), ...operatorsSwapped(block)];
}

/** Each part of a branch's condition, and each comparison that is folded into a flag. */
function checksOff(block: InlineAssembly): Change[] {
  const changes: Change[] = [];
  for (const branch of findAll("YulIf", block)) {
    const ends = [...findAll("YulFunctionCall", branch.body)].some(({ functionName: { name } }) => ENDS.has(name));
    const off = operandsOf(branch.condition, "or").map((part) => becomes(part, "0"));
    changes.push(...(ends ? off.map((change) => ({ ...change, isCheck: true as const })) : off));
    if (!ends) changes.push(becomes(branch.condition, "1"));
  }
  for (const node of [...findAll("YulAssignment", block), ...findAll("YulVariableDeclaration", block)]) {
    const { value } = node;
    if (value?.nodeType !== "YulFunctionCall") continue;
    const operator = value.functionName.name;
    if (operator !== "and" && operator !== "or") continue;
    for (const part of operandsOf(value, operator)) {
      if (isComparison(part)) changes.push({ ...becomes(part, operator === "and" ? "1" : "0"), isCheck: true });
    }
  }
  for (const { condition } of findAll("YulForLoop", block)) changes.push(becomes(condition, "0"));
  return changes;
}

function statementsDropped(block: InlineAssembly): Change[] {
  const calls = [...findAll("YulExpressionStatement", block)].filter(
    ({ expression }) => expression.nodeType !== "YulFunctionCall" || !ENDS.has(expression.functionName.name),
  );
  return [...calls, ...findAll("YulAssignment", block)].map((node) => ({ piece: pieceOf(node), replace: () => "" }));
}

function operatorsSwapped(block: InlineAssembly): Change[] {
  const changes: Change[] = [];
  for (const call of findAll("YulFunctionCall", block)) {
    const { name } = call.functionName;
    const [other, opposite] = [OPERATORS[name], OPPOSITES[name]];
    // Where a constant is added, the constant is changed.
    const isOffset = name === "add" && call.arguments.some(({ nodeType }) => nodeType === "YulLiteral");
    if (other !== undefined && !isOffset) changes.push(renamed(call, other));
    if (opposite !== undefined) {
      const { piece, replace } = renamed(call, opposite);
      changes.push({ piece, replace: (text) => `iszero(${replace(text)})` });
    }
  }
  for (const literal of findAll("YulLiteral", block)) {
    if (literal.kind === "number") changes.push({ piece: pieceOf(literal), replace: nextNumber });
  }
  return changes;
}

function renamed(call: YulFunctionCall, name: string): Change {
  return { piece: pieceOf(call), replace: (text) => name + text.slice(call.functionName.name.length) };
}

function becomes(node: YulExpression, value: "0" | "1"): Change {
  return { piece: pieceOf(node), replace: () => value };
}

function operandsOf(expression: YulExpression, operator: "and" | "or"): YulExpression[] {
  if (expression.nodeType !== "YulFunctionCall" || expression.functionName.name !== operator) return [expression];
  return expression.arguments.flatMap((argument) => operandsOf(argument, operator));
}

function isComparison(expression: YulExpression): boolean {
  return expression.nodeType === "YulFunctionCall" && COMPARISONS.has(expression.functionName.name);
}
