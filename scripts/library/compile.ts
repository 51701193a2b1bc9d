import { readdirSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";

/**
 * Compiles a folder of TypeScript to JavaScript and declarations. Types are not checked again: `npm run check` does that where the
 * sources come from.
 *
 * @param from - The sources.
 * @param to - Where the modules go.
 */
export function compile(from: string, to: string): void {
  const sources = readdirSync(from, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const program = ts.createProgram(
    sources.map((name) => join(from, name)),
    {
      rootDir: from,
      outDir: to,
      target: ts.ScriptTarget.ES2023,
      lib: ["lib.es2023.d.ts"],
      module: ts.ModuleKind.Node20,
      moduleResolution: ts.ModuleResolutionKind.Node16,
      verbatimModuleSyntax: true,
      declaration: true,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      esModuleInterop: true,
      noCheck: true,
      skipLibCheck: true,
      types: [],
    },
  );
  const { diagnostics, emitSkipped } = program.emit();
  const problems = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (problems.length === 0 && !emitSkipped) return;
  throw new Error(
    ts.formatDiagnostics(problems, {
      getCanonicalFileName: (name) => name,
      getCurrentDirectory: () => from,
      getNewLine: () => "\n",
    }),
  );
}
