import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { SourceUnit } from "solidity-ast";
import { z } from "zod";

import { inRoot } from "./files.ts";

/** Where the everyday build and the build that is deployed lie; see production.config.ts. */
export const DEFAULT_ARTIFACTS = "artifacts";
export const PRODUCTION_ARTIFACTS = "cache/production/artifacts";

const storageLayout = z.object({
  storage: z.array(z.object({ label: z.string(), offset: z.number(), slot: z.string(), type: z.string() })),
  types: z.record(z.string(), z.looseObject({ label: z.string(), numberOfBytes: z.string() })).nullable(),
});
export type StorageLayout = z.infer<typeof storageLayout>;

const buildOutput = z.object({
  output: z.object({
    errors: z
      .array(
        z.object({
          severity: z.string(),
          errorCode: z.string().optional(),
          message: z.string(),
          sourceLocation: z.object({ file: z.string(), start: z.number(), end: z.number() }).optional(),
        }),
      )
      .default([]),
    contracts: z.record(z.string(), z.record(z.string(), z.object({ storageLayout: storageLayout.optional() }))),
    sources: z.record(z.string(), z.object({ ast: z.custom<SourceUnit>() })),
  }),
});
export type BuildOutput = z.infer<typeof buildOutput>["output"];

/** The compiler's own output, one per compilation job. */
export function buildOutputs(artifacts = DEFAULT_ARTIFACTS): BuildOutput[] {
  const folder = inRoot(artifacts, "build-info");
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".output.json")) : [];
  if (names.length === 0) throw new Error(`nothing is built in ${artifacts}; \`npm run check\` builds first`);
  return names.map((name) => buildOutput.parse(JSON.parse(readFileSync(join(folder, name), "utf8"))).output);
}

/** The syntax trees of our own sources: path from the root → tree. */
export function sourceTrees(): Map<string, SourceUnit> {
  const trees = new Map<string, SourceUnit>();
  for (const output of buildOutputs()) {
    for (const [name, source] of Object.entries(output.sources)) {
      const path = ownPath(name);
      if (path !== undefined) trees.set(path, source.ast);
    }
  }
  return trees;
}

/** The compiler's name of a source → its path from the root, if it is ours. */
export function ownPath(sourceName: string): string | undefined {
  return sourceName.startsWith("project/") ? sourceName.slice("project/".length) : undefined;
}

/** What is deployed, in contrast to interfaces, libraries and doubles. */
export function isDeployed(path: string): boolean {
  return /^contracts\/(hub|rollup|bridges)\//.test(path);
}
