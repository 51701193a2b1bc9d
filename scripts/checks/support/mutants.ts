import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import type { SourceUnit } from "solidity-ast";
import { findAll } from "solidity-ast/utils.js";

import { sourceTrees } from "./build-output.ts";
import { inRoot } from "./files.ts";
import type { Change } from "./mutants-change.ts";
import { checksOff } from "./mutants-checks.ts";
import { operatorsSwapped } from "./mutants-operators.ts";
import { statementsDropped } from "./mutants-statements.ts";
import { yulChanges } from "./mutants-yul.ts";

/** A source with one change. */
export interface Mutant {
  path: string;
  line: number;
  /** The line of source in which the change begins. */
  code: string;
  /** `old → new`; with path and code, the mutant's name, which does not change when the source moves. */
  change: string;
  source: string;
  /** Whether it is a check that never fires. */
  isCheck: boolean;
  /** How the check is off only while a condition holds, where that can be written. */
  switched?: { start: number; length: number; textOf: (off: string, noted: (holds: string) => string) => string };
}

/** Every change of the sources that `wanted` picks, in the order of the sources. */
export function mutantsOf(wanted: (path: string) => boolean): Mutant[] {
  const mutants = new Map<string, Mutant>();
  for (const [path, tree] of sourceTrees()) {
    if (!wanted(path)) continue;
    const bytes = readFileSync(inRoot(path));
    for (const change of changesOf(tree, bytes)) {
      const mutant = applied(path, bytes, change);
      // A branch that refuses is a check first.
      const name = fingerprint(mutant);
      if (!mutants.has(name)) mutants.set(name, mutant);
    }
  }
  return [...mutants.values()].sort((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
}

/** Of what a rollup relies on, whose checks are a class that is run as a whole. */
export function isOfRollup(path: string): boolean {
  return /^contracts\/(libraries|rollup)\//.test(path);
}

/** The same for the same fault in the same source. */
export function fingerprint({ path, source }: Mutant): string {
  return hashOf(path, source);
}

/** Where the mutant stands from 0 to 1 in a random order that does not change when other lines do. */
export function placeOf({ path, code, change }: Mutant): number {
  return Number.parseInt(hashOf(path, code, change).slice(0, 12), 16) / 2 ** 48;
}

function hashOf(...parts: string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

function applied(path: string, bytes: Buffer, fault: Change): Mutant {
  const { piece, replace, shown, switched, isCheck = false } = fault;
  const { start, length } = piece;
  const [before, old, after] = [
    bytes.subarray(0, start).toString(),
    bytes.subarray(start, start + length).toString(),
    bytes.subarray(start + length).toString(),
  ];
  const lead = old.length - old.trimStart().length;
  const line = (before + old.slice(0, lead)).split("\n").length;
  const code = bytes.toString().split("\n")[line - 1] ?? "";
  const changed = replace(old);
  const oneLine = (text: string): string => text.trim().replace(/\s+/g, " ");
  const change = `${oneLine(old)} → ${oneLine(shown ?? changed)}`.trimEnd();
  return {
    ...{ path, line, code: code.trim(), change, source: before + changed + after, isCheck },
    ...(switched && { switched: { start, length, textOf: (off, noted) => switched(old, off, noted) } }),
  };
}

function changesOf(tree: SourceUnit, bytes: Buffer): Change[] {
  const textOf = ({ src }: { src: string }): string => {
    const [start = 0, length = 0] = src.split(":").map(Number);
    return bytes.subarray(start, start + length).toString();
  };
  return [
    ...checksOff(tree, textOf),
    ...statementsDropped(tree),
    ...operatorsSwapped(tree),
    ...[...findAll("InlineAssembly", tree)].flatMap(yulChanges),
  ];
}
