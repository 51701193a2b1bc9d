import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { SourceUnit } from "solidity-ast";
import { z } from "zod";

import { inRoot, readText } from "./files.ts";

/** Where the everyday build and the build that is deployed lie; see production.config.ts. */
export const DEFAULT_ARTIFACTS = "artifacts";
export const PRODUCTION_ARTIFACTS = "cache/production/artifacts";

const OUTPUT = ".output.json";

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
const buildInput = z.object({ input: z.object({ sources: z.record(z.string(), z.object({ content: z.string() })) }) });
type BuildInput = z.infer<typeof buildInput>["input"];
export type BuildOutput = z.infer<typeof buildOutput>["output"];

/** The compiler's own output, one per compilation job. */
export function buildOutputs(artifacts = DEFAULT_ARTIFACTS): BuildOutput[] {
  return builds(artifacts).map(({ output }) => output);
}

function builds(artifacts: string): Array<{ input: BuildInput; output: BuildOutput }> {
  const folder = inRoot(artifacts, "build-info");
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(OUTPUT)) : [];
  if (names.length === 0) throw new Error(`nothing is built in ${artifacts}; \`npm run check\` builds first`);
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), "utf8"));
  return names.map((name) => ({
    input: buildInput.parse(read(name.replace(OUTPUT, ".json"))).input,
    output: buildOutput.parse(read(name)).output,
  }));
}

/** The syntax trees of our own sources as they are now: path from the root → tree. */
export function sourceTrees(): Map<string, SourceUnit> {
  const trees = new Map<string, SourceUnit>();
  for (const { input, output } of builds(DEFAULT_ARTIFACTS)) {
    for (const [name, source] of Object.entries(output.sources)) {
      const path = ownPath(name);
      // A job that was not repeated may still hold what a source was before.
      if (path === undefined || !existsSync(inRoot(path))) continue;
      if (input.sources[name]?.content === readText(path)) trees.set(path, source.ast);
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
