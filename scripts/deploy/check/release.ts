import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { z } from "zod";

import type { ReleasedCode } from "#chain/release.ts";

import { STEP_CONTRACTS } from "../steps/list.ts";

/** A compiled contract, with the names of what its constructor writes into its code. */
export interface NamedCode extends ReleasedCode {
  /** The ABI, as JSON. */
  readonly abi: string;
  /** Names of immutables by the keys of `immutableReferences`. */
  readonly names: ReadonlyMap<string, string>;
}

/** Everything that was compiled under one build profile, as far as it is deployed. */
export interface NamedRelease {
  readonly profile: string;
  readonly code: ReadonlyMap<string, NamedCode>;
}

const artifactSchema = z.object({
  abi: z.array(z.unknown()).transform((abi) => JSON.stringify(abi)),
  deployedBytecode: z.string().regex(/^0x([0-9a-f]{2})*$/),
  immutableReferences: z.record(z.string(), z.array(z.object({ start: z.int().min(0), length: z.int().min(1) }))),
  buildInfoId: z.string().regex(/^[\w.-]+$/),
});

/**
 * @param profile - A build profile.
 * @param folder - Where it leaves its artifacts.
 * @returns What was compiled; undefined where nothing was.
 */
export async function readNamedRelease(profile: string, folder: string): Promise<NamedRelease | undefined> {
  if (!existsSync(join(folder, "contracts", "rollup"))) return undefined;
  const files = (await readdir(folder, { recursive: true })).filter((file) => basename(dirname(file)).endsWith(".sol"));
  const immutables = new Map<string, Promise<ReadonlyMap<string, string>>>();
  const code = new Map<string, NamedCode>();
  for (const name of STEP_CONTRACTS) {
    const file = files.find((one) => basename(one) === `${name}.json` && !one.startsWith("test"));
    if (file === undefined) return undefined;
    const { buildInfoId, ...artifact } = artifactSchema.parse(JSON.parse(await readFile(join(folder, file), "utf8")));
    const hasNames = Object.keys(artifact.immutableReferences).length > 0;
    const known = immutables.get(buildInfoId) ?? namesIn(join(folder, "build-info", `${buildInfoId}.output.json`));
    if (hasNames) immutables.set(buildInfoId, known);
    code.set(name, { ...artifact, names: hasNames ? await known : new Map() });
  }
  return { profile, code };
}

/** How a declaration of an immutable begins; in what the compiler wrote, its id stands right before, its name right after. */
const IMMUTABLE = Buffer.from('"mutability":"immutable"');
/** Bytes around it that are looked at. */
const AROUND = 160;

// The compiler's syntax trees are tens of megabytes, of which these few words matter.
async function namesIn(path: string): Promise<ReadonlyMap<string, string>> {
  const trees = await readFile(path);
  const names = new Map<string, string>();
  for (let at = trees.indexOf(IMMUTABLE); at !== -1; at = trees.indexOf(IMMUTABLE, at + 1)) {
    const around = trees.toString("latin1", Math.max(0, at - AROUND), at + AROUND);
    const [, id, name] = /"id":(\d+),"mutability":"immutable","name":"(\w+)"/.exec(around) ?? [];
    if (id !== undefined && name !== undefined) names.set(id, name);
  }
  return names;
}
