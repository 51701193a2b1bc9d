import { readFileSync } from "node:fs";

import { findAll } from "solidity-ast/utils.js";

import { sourceTrees } from "./build-output.ts";
import { inRoot } from "./files.ts";

/** One `require` that is switched off: its condition holds always. */
export interface Mutant {
  path: string;
  line: number;
  condition: string;
  /** The whole source with this one change. */
  source: string;
}

/** Every `require` of the sources that `wanted` picks, in order. */
export function mutantsOf(wanted: (path: string) => boolean): Mutant[] {
  const mutants: Mutant[] = [];
  for (const [path, tree] of sourceTrees()) {
    if (!wanted(path)) continue;
    const bytes = readFileSync(inRoot(path));
    for (const call of findAll("FunctionCall", tree)) {
      const condition = call.arguments[0];
      if (call.expression.nodeType !== "Identifier" || call.expression.name !== "require" || condition === undefined) {
        continue;
      }
      const [start = 0, length = 0] = condition.src.split(":").map(Number);
      const text = bytes.subarray(start, start + length).toString();
      mutants.push({
        path,
        line: bytes.subarray(0, start).toString().split("\n").length,
        condition: text.replace(/\s+/g, " "),
        source: `${bytes.subarray(0, start).toString()}true || (${text})${bytes.subarray(start + length).toString()}`,
      });
    }
  }
  return mutants.sort((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
}
